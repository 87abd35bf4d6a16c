/**
 * Elementwise functions, each with one line for its derivative.
 *
 * The Jacobian of such a function is diagonal, so it is its own transpose. The line that multiplies a tangent
 * by ∂f/∂x therefore serves both modes.
 */
import type { NDArray } from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toFloating } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import {
  definePrimitive,
  eachInput,
  type Needs,
  type None,
  none,
  type PlainName,
  type Primitive,
} from '../core/primitive.ts';
import type { ArrayType, MaybeZero, Operand, Tensor, TensorLike } from '../core/tensor.ts';
import { addTerms, negate } from './addition.ts';
import { batchAll, broadcastOperands, sameFloating } from './operands.ts';

/**
 * What an elementwise function does to a tangent of one input: t ↦ t·∂f/∂x.
 * Or the constants 1 and −1; or 0, if the derivative is 0 wherever it exists.
 */
export type PartialDerivative = 1 | -1 | 0 | { readonly needs: Needs; readonly times: Times };
type Times = (t: Tensor, at: Point<None>) => Tensor;

/** A derivative written with the function's argument x. */
export function ofInput(times: (t: Tensor, x: Tensor) => Tensor): PartialDerivative {
  return { needs: { inputs: [0] }, times: (t, at) => times(t, at.input(0)) };
}

/** A derivative written with the function's value y. The tape then keeps y alone. */
export function ofOutput(times: (t: Tensor, y: Tensor) => Tensor): PartialDerivative {
  return { needs: { outputs: [0] }, times: (t, at) => times(t, at.output(0)) };
}

/** A derivative that lists the inputs and outputs that it needs. */
export function using(needs: Needs, times: Times): PartialDerivative {
  return { needs, times };
}

/** Declares an elementwise function of one floating-point array. */
export function unary(
  name: PlainName,
  value: (x: NDArray) => NDArray,
  partial: PartialDerivative,
): (x: TensorLike) => Tensor {
  const primitive = elementwise(name, ([x]) => value(x as NDArray), [partial], sameFloating);
  return (x) => applyOne(primitive, [toFloating(name, x)], none);
}

/** Declares an elementwise function of two floating-point arrays, which are broadcast against each other. */
export function binary(
  name: PlainName,
  value: (x: NDArray, y: NDArray) => NDArray,
  partials: readonly [PartialDerivative, PartialDerivative],
): (x: Operand, y: Operand) => Tensor {
  const primitive = elementwise(name, ([x, y]) => value(x as NDArray, y as NDArray), partials, sameFloating);
  return (x, y) => applyOne(primitive, broadcastOperands(name, x, y), none);
}

/**
 * Declares an elementwise primitive on inputs of one shape, by its value, a partial derivative for each
 * input, and its output's type.
 */
export function elementwise(
  name: PlainName,
  value: (inputs: readonly NDArray[]) => NDArray,
  partials: readonly PartialDerivative[],
  type: (name: string, inputs: readonly ArrayType[]) => ArrayType,
): Primitive<PlainName> {
  const rules = partials.map((partial) =>
    partial === 0
      ? null
      : {
          needs: typeof partial === 'object' ? partial.needs : {},
          pull: ([w]: readonly MaybeZero[], at: Point<None>) => (w ? scale(w, partial, at) : null),
        },
  );
  const primitive: Primitive<PlainName> = {
    name,
    shape: (inputs) => [type(name, inputs)],
    evaluate: (inputs) => [value(inputs)],
    forward: (tangents, at) => [addTerms(tangents.map((t, i) => t && scale(t, partials[i] ?? 0, at)))],
    reverse: eachInput((input) => rules[input] ?? null),
    batch: (inputs, batched, size) => [applyOne(primitive, batchAll(inputs, batched, size), none)],
  };
  return definePrimitive(primitive);
}

function scale(t: Tensor, partial: PartialDerivative, at: Point<None>): MaybeZero {
  if (partial === 0) return null;
  if (partial === 1) return t;
  if (partial === -1) return negate(t);
  return partial.times(t, at);
}
