import { ArgumentError, type NDArray } from '../../lib/index.ts';
import { newestLevel } from './level.ts';
import { type ArrayType, type MaybeZero, PlainTensor, type Tensor } from './tensor.ts';

/**
 * The point at which a primitive is differentiated: what its rules may look at.
 * In reverse mode only the inputs and outputs that a rule said it needs are there; asking for another throws.
 */
export interface Point<P> {
  readonly params: P;
  readonly inputCount: number;
  input(index: number): Tensor;
  output(index: number): Tensor;
  inputType(index: number): ArrayType;
  outputType(index: number): ArrayType;
}

/** From the inputs' tangents to the outputs' tangents: w ↦ Jv. */
export type ForwardRule<P> = (tangents: readonly MaybeZero[], at: Point<P>) => readonly MaybeZero[];

/** From the outputs' cotangents to the cotangent of one input: w ↦ Jᵀw. The tape keeps what `needs` lists, and nothing else. */
export interface ReverseRule<P> {
  readonly needs: Needs;
  readonly pull: (cotangents: readonly MaybeZero[], at: Point<P>) => MaybeZero;
}

export interface Needs {
  readonly inputs?: readonly number[] | 'all';
  readonly outputs?: readonly number[] | 'all';
}

/**
 * For `vmap`: the same operation on inputs of which those marked `batched` have an extra leading axis of length `size`.
 * The outputs have it, all of them.
 */
export type BatchingRule<P> = (
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  params: P,
) => readonly Tensor[];

/**
 * A primitive: an operation whose derivatives are known, declared once. Everything else is composed of these.
 *
 * The rules are written in differentiable operations, so that they can be differentiated in turn, to any order.
 * Parameters (axes, shapes) are plain data, so that a program of primitives can be written down.
 */
export interface Primitive<P> {
  readonly name: string;
  /** Shapes and dtypes of the outputs; throws the errors that a user sees. */
  readonly shape: (inputs: readonly ArrayType[], params: P) => readonly ArrayType[];
  /** The outputs' values. Residuals worth keeping (a factorisation) are further outputs, which the public function hides. */
  readonly evaluate: (inputs: readonly NDArray[], params: P) => readonly NDArray[];
  readonly forward: ForwardRule<P>;
  /** The rule for one input; `null` if the operation is not differentiable in it (indices, masks, `stopGradient`). */
  readonly reverse: (input: number) => ReverseRule<P> | null;
  readonly batch: BatchingRule<P>;
}

/** The params of a primitive that has none. */
export type None = Readonly<Record<never, never>>;
export const none: None = Object.freeze({});

/** Every primitive of the library by name, so that the specs can hold each to account. */
export const primitives: ReadonlyMap<string, Primitive<never>> = new Map();

/** Registers a primitive of the library and hands it back. */
export function definePrimitive<P>(primitive: Primitive<P>): Primitive<P> {
  if (primitives.has(primitive.name))
    throw new ArgumentError(`definePrimitive: '${primitive.name}' is already defined`);
  (primitives as Map<string, Primitive<never>>).set(primitive.name, primitive);
  return primitive;
}

/** Applies a primitive: at the newest level among the inputs, or, if none is boxed, to the plain arrays. */
export function apply<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  const level = newestLevel(primitive.name, inputs);
  if (level !== null) return level.process(primitive, inputs, params);
  const types = primitive.shape(inputs, params);
  const arrays = primitive.evaluate(
    inputs.map((input) => input.plainArray(primitive.name)),
    params,
  );
  return types.map((type, index) => new PlainTensor(arrays[index] as NDArray, type));
}

/** `apply` for the many primitives with a single output. */
export function applyOne<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): Tensor {
  return apply(primitive, inputs, params)[0] as Tensor;
}
