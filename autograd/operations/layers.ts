/** The parts of network layers: normalisations, attention, products of vectors. All are compositions. */
import * as lib from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import type { Tensor, TensorLike } from '../core/tensor.ts';
import { add } from './addition.ts';
import { multiply, rsqrt, square, subtract } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { promoteOperands } from './operands.ts';
import { axesOf, mean, sum } from './reductions.ts';
import { expandDims, swapLastAxes } from './reshaping.ts';
import { where } from './selection.ts';
import { softmax } from './softmax.ts';

export interface NormalizationOptions {
  /** The axes to normalise over; by default the last. */
  readonly axes?: number | readonly number[];
  /** One axis, in place of `axes`. */
  readonly axis?: number;
  /** Added under the root; by default 1e-5. */
  readonly epsilon?: number;
}

/**
 * (x − mean) / √(variance + ε) over the given axes (Ba et al. 2016); scale and shift it afterwards.
 * @example layerNorm(tensor([1, 3])); // [-0.999995, 0.999995]
 */
export function layerNorm(x: TensorLike, options: NormalizationOptions = {}): Tensor {
  const { input, axes, epsilon } = normalization('layerNorm', x, options);
  const centred = subtract(input, mean(input, { axes, keepDims: true }));
  return multiply(centred, rsqrt(add(mean(square(centred), { axes, keepDims: true }), epsilon)));
}

/**
 * x / √(mean x² + ε) over the given axes (Zhang & Sennrich 2019).
 * @example rmsNorm(tensor([3, 4])); // [0.84852, 1.13137]
 */
export function rmsNorm(x: TensorLike, options: NormalizationOptions = {}): Tensor {
  const { input, axes, epsilon } = normalization('rmsNorm', x, options);
  return multiply(input, rsqrt(add(mean(square(input), { axes, keepDims: true }), epsilon)));
}

/**
 * Attention, softmax(q·kᵀ/√d)·v (Vaswani et al. 2017): queries [..., n, d], keys [..., m, d] and
 * values [..., m, e] give [..., n, e]. Where a mask [..., n, m] is false, a query does not see a key; each
 * query must see at least one.
 * @example attention(queries, keys, values, { mask: causalMask });
 */
export function attention(
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  options: { readonly mask?: Tensor } = {},
): Tensor {
  const { mask } = lib.completeOptions('attention', { mask: undefined }, options);
  const scores = multiply(matmul(queries, swapLastAxes(keys)), 1 / Math.sqrt(queries.shape.at(-1) ?? 1));
  const visible = mask ? where(mask, scores, Number.NEGATIVE_INFINITY) : scores;
  return matmul(softmax(visible), values);
}

/**
 * The sum of products along the last axis: [..., n] · [..., n] → [...], with broadcasting.
 * @example dot(tensor([1, 2]), tensor([3, 4])).item(); // 11
 */
export function dot(x: Tensor, y: Tensor): Tensor {
  const products = multiply(...(promoteOperands('dot', [x, y]) as [Tensor, Tensor]));
  return sum(products, { axes: lib.normalizeAxis('dot', -1, products.rank) });
}

/**
 * All products of two vectors' entries: [..., m], [..., n] → [..., m, n].
 * @example outer(tensor([1, 2]), tensor([3, 4])); // [[3, 4], [6, 8]]
 */
export function outer(x: Tensor, y: Tensor): Tensor {
  const [left, right] = promoteOperands('outer', [x, y]) as [Tensor, Tensor];
  return multiply(expandDims(left, -1), expandDims(right, -2));
}

function normalization(operation: string, x: TensorLike, options: NormalizationOptions) {
  const defaults = { axes: undefined, axis: undefined, epsilon: 1e-5 } as const;
  const { axes, axis, epsilon } = lib.completeOptions(operation, defaults, options);
  const input = toFloating(operation, x);
  const named = axes === undefined ? { axes, axis: axis ?? -1 } : { axes, axis };
  return { input, axes: axesOf(operation, named, input.rank), epsilon };
}
