import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { toFloating } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import { definePrimitive, eachInput, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';
import { negate } from './addition.ts';
import { divide, multiply } from './arithmetic.ts';
import { sumTo } from './broadcasting.ts';
import { cast } from './cast.ts';
import { equal } from './comparisons.ts';
import { reshape } from './reshaping.ts';

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    max: { readonly axes: readonly number[] };
  }
}

/**
 * Which axes to reduce (negative ones count from the end; by default all), and whether to keep them with
 * length 1.
 */
export interface ReductionOptions {
  readonly axes?: number | readonly number[];
  /** One axis, in place of `axes`. */
  readonly axis?: number;
  readonly keepDims?: boolean;
}

/**
 * The sum over the given axes; 0 if there are no entries. It adds in pairs, so that its rounding error grows
 * only with the logarithm of the length. The primitive is `sumTo` (broadcasting.ts), whose transpose is
 * `broadcastTo`.
 * @example sum(tensor([[1, 2], [3, 4]]), { axes: 0 }); // [4, 6]
 */
export function sum(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const { input, axes, keepDims } = reduction('sum', x, options);
  return withoutAxes(sumTo(input, lib.reducedShape(input.shape, axes, true)), input.shape, axes, keepDims);
}

/**
 * The mean over the given axes; NaN if there are no entries. The mean of a mask is the share of true
 * (float32).
 * @example mean(tensor([1, 2, 6])).item(); // 3
 */
export function mean(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const isMask = (x as Tensor | undefined)?.dtype === 'bool';
  const { input, axes } = reduction('mean', isMask ? cast(x as Tensor, 'float32') : x, options);
  return divide(sum(input, options), lib.sizeOf(axes.map((axis) => input.shape[axis] as number)));
}

/**
 * The largest value over the given axes; NaN if there is one. Equal largest values share the derivative.
 * @throws ArgumentError if one of the axes has length 0.
 * @example max(tensor([[1, 2], [3, 0]]), { axes: 1 }); // [2, 3]
 */
export function max(x: TensorLike, options: ReductionOptions = {}): Tensor {
  return largestOf('max', x, options);
}

/**
 * The smallest value over the given axes; NaN if there is one. Equal smallest values share the derivative.
 * @throws ArgumentError if one of the axes has length 0.
 * @example min(tensor([[1, 2], [3, 0]]), { axes: 1 }); // [1, 0]
 */
export function min(x: TensorLike, options: ReductionOptions = {}): Tensor {
  return negate(largestOf('min', negate(toFloating('min', x)), options));
}

/** What `max`, `min` and `norm` share. An error names the operation. */
export function largestOf(operation: string, x: TensorLike, options: ReductionOptions): Tensor {
  const { input, axes, keepDims } = reduction(operation, x, options);
  requireEntries(operation, input.shape, axes);
  return withoutAxes(applyOne(maxPrimitive, [input], { axes }), input.shape, axes, keepDims);
}

// Keeps the reduced axes with length 1; `max` drops them.
const maxPrimitive: Primitive<'max'> = definePrimitive({
  name: 'max',
  shape([x], { axes }) {
    const { shape, dtype } = x as ArrayType;
    requireEntries('max', shape, axes);
    return [{ shape: lib.reducedShape(shape, axes, true), dtype }];
  },
  evaluate: ([x], { axes }) => [lib.max(x as lib.NDArray, axes, true)],
  forward: ([t], at) => [t ? sumTo(multiply(t, shareOfLargest(at)), at.outputType(0).shape) : null],
  reverse: eachInput(() => ({
    needs: { inputs: [0], outputs: [0] },
    pull: ([w], at) => (w ? multiply(w, shareOfLargest(at)) : null),
  })),
  batch: ([x], _, __, { axes }) => [
    applyOne(maxPrimitive, [x as Tensor], { axes: axes.map((axis) => axis + 1) }),
  ],
});

/** ∂max/∂x: 1/n at each of n equal largest values, 0 elsewhere. */
function shareOfLargest(at: Point<unknown>): Tensor {
  const largest = at.output(0);
  const winners = cast(equal(at.input(0), largest), largest.dtype);
  return divide(winners, sumTo(winners, largest.shape));
}

function requireEntries(operation: string, shape: lib.Shape, axes: readonly number[]): void {
  if (axes.every((axis) => shape[axis] !== 0)) return;
  throw new lib.ArgumentError(
    `${operation}: nothing to choose from along axes [${axes.join(', ')}] of ${lib.formatShape(shape)}`,
  );
}

/**
 * What the reductions share at their start: the input, floating-point, and the options, complete and checked.
 */
export function reduction(operation: string, x: TensorLike, options: ReductionOptions) {
  const { keepDims, ...named } = lib.completeOptions(operation, reductionDefaults, options);
  const input = toFloating(operation, x);
  return { input, axes: axesOf(operation, named, input.rank), keepDims };
}

export const reductionDefaults = { axes: undefined, axis: undefined, keepDims: false } as const;

/** The axes that the options name by one of the two words; by default all. ArgumentError for both words. */
export function axesOf(
  operation: string,
  {
    axes,
    axis,
  }: { readonly axes: number | readonly number[] | undefined; readonly axis: number | undefined },
  rank: number,
): readonly number[] {
  if (axes !== undefined && axis !== undefined)
    throw new lib.ArgumentError(`${operation}: got both axes and axis; give one of them`);
  return lib.normalizeAxes(operation, axes ?? axis, rank);
}

/**
 * What they share at their end: x, in which the reduced axes have length 1, without them unless `keepDims`.
 */
export function withoutAxes(x: Tensor, shape: lib.Shape, axes: readonly number[], keepDims: boolean): Tensor {
  return reshape(x, lib.reducedShape(shape, axes, keepDims));
}
