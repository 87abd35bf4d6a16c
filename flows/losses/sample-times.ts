import {
  ArgumentError,
  arange,
  type DType,
  greaterEqual,
  less,
  maximum,
  minimum,
  random,
  reshape,
  roll,
  type Tensor,
  where,
} from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';

export interface SampleTimesOptions {
  /**
   * The distribution of both times: sigmoid(μ + s·N(0, 1)), or uniform in [0, 1). By default 'logitNormal'.
   */
  readonly distribution?: 'logitNormal' | 'uniform';
  /** μ of the logit-normal; by default −0.4. */
  readonly mean?: number;
  /** s of the logit-normal; by default 1. */
  readonly deviation?: number;
  /**
   * The share of the batch that keeps r ≠ t. The rest of the batch has r = t: plain flow matching. By default
   * 0.25, or 1 − `zeroShare` if that is less.
   */
  readonly differentShare?: number;
  /**
   * The share of the batch that gets r = 0, and one draw as t: spans to the data, as in sampling with one
   * step. By default 0.
   */
  readonly zeroShare?: number;
  /**
   * Whether the samples with r = t come first, and not at random places. The losses then spend no derivative
   * on them. Only for batches that are drawn at random: in a batch whose order is always the same, the same
   * data would get r = t in every step. By default false.
   */
  readonly instantsFirst?: boolean;
  /** By default float32. */
  readonly dtype?: DType;
}

const sampleTimesDefaults = {
  distribution: 'logitNormal',
  mean: -0.4,
  deviation: 1,
  differentShare: undefined,
  zeroShare: 0,
  instantsFirst: false,
  dtype: 'float32',
} as const;

/**
 * Pairs of times r ≤ t for the MeanFlow loss, each [batch, 1]. Of two draws the larger is t and the smaller
 * is r. Exactly ⌊batch·differentShare⌉ samples, chosen at random, keep these. A `zeroShare` of the batch gets
 * r = 0, and one draw as t. The rest gets r = t. With `instantsFirst` the rest comes first, and
 * `instantCount` is its size.
 *
 * Source: Geng et al. 2025, section 4.3 and table 1 (FID 61.1 if a quarter has r ≠ t; 67.3 if all have, 329
 * if none has). The official code's `data_proportion` (0.75) is 1 − differentShare. For data of shape
 * [batch], whose events are numbers, reshape r and t to [batch].
 * @throws ArgumentError for shares outside [0, 1] or with a sum above 1, an unknown distribution, or a mean
 * or deviation that is not finite.
 * @example const { r, t } = sampleTimes(random.key(0), 256, { differentShare: 0.25 });
 */
export function sampleTimes(
  key: random.Key,
  batch: number,
  options: SampleTimesOptions & { readonly instantsFirst: true },
): { readonly r: Tensor; readonly t: Tensor; readonly instantCount: number };
export function sampleTimes(
  key: random.Key,
  batch: number,
  options?: SampleTimesOptions,
): { readonly r: Tensor; readonly t: Tensor; readonly instantCount?: number };
export function sampleTimes(
  key: random.Key,
  batch: number,
  options: SampleTimesOptions = {},
): { readonly r: Tensor; readonly t: Tensor; readonly instantCount?: number } {
  const { zeroShare, instantsFirst, ...completed } = completeOptions(
    'sampleTimes',
    sampleTimesDefaults,
    options,
  );
  const { differentShare = Math.min(0.25, 1 - zeroShare) } = completed;
  if (!(differentShare >= 0 && zeroShare >= 0 && differentShare + zeroShare <= 1)) {
    throw new ArgumentError(
      `sampleTimes: wanted differentShare and zeroShare from 0 to 1, together at most 1, got ${differentShare} and ${zeroShare}`,
    );
  }
  if (!Number.isInteger(batch) || batch < 0) {
    throw new ArgumentError(`sampleTimes: wanted a batch of a whole number of samples, got ${batch}`);
  }
  if (!Number.isFinite(completed.mean) || !Number.isFinite(completed.deviation)) {
    throw new ArgumentError(
      `sampleTimes: wanted a finite mean and deviation, got ${completed.mean} and ${completed.deviation}`,
    );
  }
  const [first, second, choice] = random.split(key, 3);
  const [a, b] = [drawTimes(first, batch, completed), drawTimes(second, batch, completed)];
  const differentCount = Math.round(batch * differentShare);
  const zeroCount = Math.min(Math.round(batch * zeroShare), batch - differentCount);
  const instantCount = batch - differentCount - zeroCount;
  // By rank: first r ≠ t, then r = t, then r = 0.
  const ranks = instantsFirst
    ? roll(arange(0, batch), -differentCount, 0)
    : random.permutation(choice, batch);
  const rank = reshape(ranks, [batch, 1]);
  const different = less(rank, differentCount);
  const zero = greaterEqual(rank, batch - zeroCount);
  const t = where(zero, a, maximum(a, b));
  const r = where(zero, 0, where(different, minimum(a, b), t));
  return { r, t, ...(instantsFirst && { instantCount }) };
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
