import { add, multiply, reshape, rsqrt, square, subtract, sum, type Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { requireTensor, requireTensors } from '../checks.ts';

/** After a normalisation: multiply by `scale`, add `shift`. Both are [channels], or [batch, channels]. */
export interface Affine {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/**
 * Group normalisation. It cuts the channels into groups of neighbours, brings each group of each sample to
 * mean 0 and variance 1 (over its pixels and channels), then scales and shifts. With one group it is layer
 * normalisation of images.
 *
 * Source: Wu and He 2018, "Group Normalization", equations 1 to 6.
 *
 * @param x [batch, ...spatial, channels]
 * @returns like x
 * @throws ArgumentError unless the groups divide the channels
 * @example groupNorm(x, 8, { scale: ones([32]), shift: zeros([32]) });
 */
export function groupNorm(x: Tensor, groups: number, affine: Affine, epsilon = 1e-5): Tensor {
  requireTensor('groupNorm', 'x', x);
  requireTensors('groupNorm', ['scale', 'shift'], affine);
  const { scale, shift } = affine;
  const [batch = 0, ...rest] = x.shape;
  const channels = rest.at(-1) ?? 1;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ArgumentError(
      `groupNorm: wanted a number of groups that divides the ${channels} channels, got ${groups}`,
    );
  }
  const pixels = x.size / Math.max(batch * channels, 1);
  const flat = reshape(x, [batch, pixels, channels]);
  const centred = subtract(flat, perGroup(flat, groups));
  const deviation = rsqrt(add(perGroup(square(centred), groups), epsilon));
  const [factor, offset] = [scale, shift].map((a) => reshape(a, [-1, 1, channels])) as [Tensor, Tensor];
  return reshape(add(multiply(centred, multiply(deviation, factor)), offset), x.shape);
}

/**
 * Means over the pixels and each group of channels, repeated for each channel of the group:
 * [batch, pixels, channels] → [batch, 1, channels].
 */
function perGroup(x: Tensor, groups: number): Tensor {
  const [batch = 0, pixels = 0, channels = 0] = x.shape;
  const each = channels / groups;
  const sums = sum(reshape(sum(x, { axes: 1 }), [batch, groups, each]), { axes: 2, keepDims: true });
  return reshape(sums.divide(pixels * each).broadcastTo([batch, groups, each]), [batch, 1, channels]);
}
