import {
  ArgumentError,
  type DType,
  greaterEqual,
  less,
  maximum,
  minimum,
  random,
  reshape,
  type Tensor,
  where,
} from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';

export interface SampleTimesOptions {
  /**
   * Where the two times are drawn from: sigmoid(μ + s·N(0, 1)), or uniformly from [0, 1); by default
   * 'logitNormal'.
   */
  readonly distribution?: 'logitNormal' | 'uniform';
  /** μ of the logit-normal; by default −0.4. */
  readonly mean?: number;
  /** s of the logit-normal; by default 1. */
  readonly deviation?: number;
  /**
   * The share of the batch that keeps r ≠ t; what no share claims gets r = t, which is plain flow matching.
   * By default 0.25, or what `zeroShare` leaves.
   */
  readonly differentShare?: number;
  /**
   * The share of the batch that gets r = 0 and a single draw as t, the span to the data that one evaluation
   * asks for. By default 0.
   */
  readonly zeroShare?: number;
  /** By default float32. */
  readonly dtype?: DType;
}

const sampleTimesDefaults = {
  distribution: 'logitNormal',
  mean: -0.4,
  deviation: 1,
  differentShare: undefined,
  zeroShare: 0,
  dtype: 'float32',
} as const;

/**
 * Pairs of times r ≤ t for the MeanFlow loss, each [batch, 1]: of two draws the larger is t and the smaller
 * r, and then all but a share of the batch, chosen at random and of exactly ⌊batch·differentShare⌉ samples,
 * gets r = t. A `zeroShare` of the batch gets r = 0 instead, and one draw as t.
 *
 * Source: Geng et al. 2025, section 4.3 and table 1 (FID 61.1 with a quarter r ≠ t; 67.3 with all, 329 with
 * none). The official codes' `data_proportion` (0.75) is 1 − differentShare. For events that are numbers,
 * data of shape [batch], reshape to that.
 * @example const { r, t } = sampleTimes(random.key(0), 256, { differentShare: 0.25 });
 */
export function sampleTimes(
  key: random.Key,
  batch: number,
  options: SampleTimesOptions = {},
): { readonly r: Tensor; readonly t: Tensor } {
  const { zeroShare, ...completed } = completeOptions('sampleTimes', sampleTimesDefaults, options);
  const { differentShare = Math.min(0.25, 1 - zeroShare) } = completed;
  if (!(differentShare >= 0 && zeroShare >= 0 && differentShare + zeroShare <= 1)) {
    throw new ArgumentError(
      `sampleTimes: wanted differentShare and zeroShare from 0 to 1, together at most 1, got ${differentShare} and ${zeroShare}`,
    );
  }
  const [first, second, choice] = random.split(key, 3);
  const [a, b] = [drawTimes(first, batch, completed), drawTimes(second, batch, completed)];
  const rank = reshape(random.permutation(choice, batch), [batch, 1]);
  const differentCount = Math.round(batch * differentShare);
  const zeroCount = Math.min(Math.round(batch * zeroShare), batch - differentCount);
  const different = less(rank, differentCount);
  const zero = greaterEqual(rank, batch - zeroCount);
  const t = where(zero, a, maximum(a, b));
  return { r: where(zero, 0, where(different, minimum(a, b), t)), t };
}

type TimeDistribution = Required<Pick<SampleTimesOptions, 'distribution' | 'mean' | 'deviation' | 'dtype'>>;

function drawTimes(
  key: random.Key,
  batch: number,
  { distribution, mean, deviation, dtype }: TimeDistribution,
): Tensor {
  switch (distribution) {
    case 'logitNormal':
      return random.normal(key, [batch, 1], { dtype }).multiply(deviation).add(mean).sigmoid();
    case 'uniform':
      return random.uniform(key, [batch, 1], { dtype });
    default:
      throw new ArgumentError(
        `sampleTimes: wanted distribution 'logitNormal' or 'uniform', got '${String(distribution)}'`,
      );
  }
}
