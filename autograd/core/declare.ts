/**
 * Short ways to declare the common kinds of primitive, each with one line for its derivative.
 *
 * An elementwise function multiplies a tangent by ∂f/∂x, and a diagonal matrix is its own transpose: the same line
 * serves both modes. A linear operation is its own derivative, and its reverse rule is its transpose.
 */
import { DTypeError, isFloating, type NDArray } from '../../lib/index.ts';
// Last, because these modules are themselves declared by the functions below: a circle, closed only when they run.
import { add, negate } from '../operations/arithmetic.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { broadcastOperands, toFloating } from './operands.ts';
import { applyOne, definePrimitive, type Needs, type Point, type Primitive } from './primitive.ts';
import type { ArrayType, MaybeZero, Tensor, TensorLike } from './tensor.ts';

/** The params of a primitive that has none. */
export type None = Readonly<Record<never, never>>;
export const none: None = Object.freeze({});

/**
 * What an elementwise function does to a tangent of one input: t ↦ t·∂f/∂x.
 * Or the constants 1 and −1; or 0, if the function is flat wherever it has a derivative.
 */
export type PartialDerivative = 1 | -1 | 0 | { readonly needs: Needs; readonly times: Times };
type Times = (t: Tensor, at: Point<None>) => Tensor;

/** A derivative written with the function's argument x. */
export function ofInput(times: (t: Tensor, x: Tensor) => Tensor): PartialDerivative {
  return { needs: { inputs: [0] }, times: (t, at) => times(t, at.input(0)) };
}

/** A derivative written with the function's value y, which then is all that the tape keeps. */
export function ofOutput(times: (t: Tensor, y: Tensor) => Tensor): PartialDerivative {
  return { needs: { outputs: [0] }, times: (t, at) => times(t, at.output(0)) };
}

/** A derivative that says what it needs. */
export function using(needs: Needs, times: Times): PartialDerivative {
  return { needs, times };
}

/** Declares an elementwise function of one floating-point array. */
export function unary(
  name: string,
  value: (x: NDArray) => NDArray,
  partial: PartialDerivative,
): (x: TensorLike) => Tensor {
  const primitive = elementwise(name, ([x]) => value(x as NDArray), [partial], sameFloating);
  return (x) => applyOne(primitive, [toFloating(name, x)], none);
}

/** Declares an elementwise function of two floating-point arrays, which are broadcast against each other. */
export function binary(
  name: string,
  value: (x: NDArray, y: NDArray) => NDArray,
  partials: readonly [PartialDerivative, PartialDerivative],
): (x: TensorLike, y: TensorLike) => Tensor {
  const primitive = elementwise(name, ([x, y]) => value(x as NDArray, y as NDArray), partials, sameFloating);
  return (x, y) => applyOne(primitive, broadcastOperands(name, x, y), none);
}

/** Declares an elementwise primitive on inputs of one shape: its value, a partial derivative per input, its output's type. */
export function elementwise(
  name: string,
  value: (inputs: readonly NDArray[]) => NDArray,
  partials: readonly PartialDerivative[],
  type: (name: string, inputs: readonly ArrayType[]) => ArrayType,
): Primitive<None> {
  const rules = partials.map((partial) =>
    partial === 0
      ? null
      : {
          needs: typeof partial === 'object' ? partial.needs : {},
          pull: ([w]: readonly MaybeZero[], at: Point<None>) => (w ? scale(w, partial, at) : null),
        },
  );
  const primitive: Primitive<None> = {
    name,
    shape: (inputs) => [type(name, inputs)],
    evaluate: (inputs) => [value(inputs)],
    forward: (tangents, at) => [addTerms(tangents.map((t, i) => t && scale(t, partials[i] ?? 0, at)))],
    reverse: (input) => rules[input] ?? null,
    batch: (inputs, batched, size) => [applyOne(primitive, batchAll(inputs, batched, size), none)],
  };
  return definePrimitive(primitive);
}

/** The parts of a linear operation of one array. */
export interface LinearOperation<P> {
  readonly shape: (input: ArrayType, params: P) => ArrayType;
  readonly evaluate: (x: NDArray, params: P) => NDArray;
  /** Jᵀ: from a cotangent of the output to one of the input, whose type is given. */
  readonly transpose: (w: Tensor, params: P, input: ArrayType) => Tensor;
  /** The same operation on an array with a leading batch axis. */
  readonly batch: (x: Tensor, params: P, size: number) => Tensor;
}

/** Declares an operation that is linear in its only input. */
export function linear<P>(name: string, operation: LinearOperation<P>): Primitive<P> {
  const primitive: Primitive<P> = {
    name,
    shape: ([x], params) => [operation.shape(x as ArrayType, params)],
    evaluate: ([x], params) => [operation.evaluate(x as NDArray, params)],
    forward: ([t], at) => [t ? applyOne(primitive, [t], at.params) : null],
    reverse: () => ({
      needs: {},
      pull: ([w], at) => (w ? operation.transpose(w, at.params, at.inputType(0)) : null),
    }),
    batch: ([x], _, size, params) => [operation.batch(x as Tensor, params, size)],
  };
  return definePrimitive(primitive);
}

/** A batching rule for operations whose inputs must all have the batch axis: those without are broadcast along it (a view). */
export function batchAll(inputs: readonly Tensor[], batched: readonly boolean[], size: number): readonly Tensor[] {
  return inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
}

/** The sum of tangents or cotangents, of which some may be symbolic zeros. */
export function addTerms(terms: readonly MaybeZero[]): MaybeZero {
  return terms.reduce((sum, term) => (sum && term ? add(sum, term) : (sum ?? term)), null);
}

function scale(t: Tensor, partial: PartialDerivative, at: Point<None>): MaybeZero {
  if (partial === 0) return null;
  if (partial === 1) return t;
  if (partial === -1) return negate(t);
  return partial.times(t, at);
}

/** The type of an elementwise result of floating-point inputs, which have one shape and dtype by now. */
export function sameFloating(name: string, inputs: readonly ArrayType[]): ArrayType {
  const { shape, dtype } = inputs[0] as ArrayType;
  if (!isFloating(dtype)) throw new DTypeError(`${name}: wanted float32 or float64, got ${dtype}; cast it first`);
  return { shape, dtype };
}
