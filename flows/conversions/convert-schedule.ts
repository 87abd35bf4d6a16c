/** Uses a model of one schedule on another: it changes time and scale, and needs no training. */
import {
  cast,
  logicalAnd,
  logicalOr,
  slice,
  stopGradient,
  subtract,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';
import { type AffinePath, type PathSchedule, type ScheduleRates, scheduleRates } from '../paths/index.ts';
import { requireSchedule } from '../paths/schedule-path.ts';
import { alignTime, noiseToData, reverseTime, type TimeConvention, type Velocity } from '../time.ts';
import { kindOf } from './prediction.ts';

export interface ScheduleConversion {
  /** The path that the model was trained on. */
  readonly from: AffinePath;
  /** The path to follow instead. */
  readonly to: AffinePath;
}

/** The point of `from` that matches time r of `to`: x̄_r = s·x_t. Each tensor is like r. */
export interface ScheduleMatch {
  /**
   * t: here `from` has the signal-to-noise ratio α/σ that `to` has at r. If it never has, t is the nearest
   * end of `from`.
   */
  readonly time: Tensor;
  /** s, with (ᾱ_r, σ̄_r) = s·(α_t, σ_t). If `from` never has the ratio, σ̄_r = s·σ_0 or ᾱ_r = s·α_1. */
  readonly scale: Tensor;
  /** dt/dr and ds/dr. */
  readonly timeRate: Tensor;
  readonly scaleRate: Tensor;
}

/**
 * The velocity of the same model on another affine path, in the velocity's own time convention:
 * v̄(x, r) = ṡ/s·x + s·ṫ·v(x/s, t), where t is the time of equal signal-to-noise ratio and s the scale. The
 * conversion is exact: both paths lead to the same samples, up to the scale at the ends.
 *
 * Start from noise of deviation σ̄₀, as with a model trained on `to`. At the ends, three cases are special:
 *
 * - `to` is noisier than `from` ever is, or closer to the data. VP and VE are such a `from` at the noise: α_0
 *   is not 0 there. A path with σ_min > 0 is one at the data. The model is then asked at its first or last
 *   time, and one quantity that hardly changes beyond it counts as constant. At the noise that is the
 *   prediction of the data, with s = σ̄/σ_0; its error is of order α_0/σ_0. At the data it is the score, with
 *   s = ᾱ/α_1, as if the density did not change while the last noise goes; its error is of order (σ_1/α_1)².
 *   The ends of `from` itself are no more exact.
 * - A rate of `from` is infinite at an end (σ′ of VP and linear VP at the data), so that no model is trained
 *   there. The last time asked is then 10⁻³ before that end, and the first case holds for it. The noise left
 *   there is σ_1 = 0.01 on VP and 0.045 on linear VP. Data that are points keep e^(−½) = 0.6 of it, because
 *   the score no longer grows.
 * - A rate of `to` or of the match is infinite or 0/0 (σ′ of VP again, α′/ᾱ′ of a polynomial at its noise).
 *   The velocity at that end is then the one 10⁻³ inside in r. It is near the limit at this end, if there is
 *   one.
 *
 * Where the model itself is not finite, the converted velocity is not finite either.
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8.2 (post-training velocity
 * scheduler change); Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models"
 * (2022), equation 4, for the scale; Song et al. 2021, "Score-Based Generative Modeling through SDEs",
 * appendix C, for the 10⁻³.
 * @throws ArgumentError for an unknown option, or a velocity that does not say which way its time runs.
 * @example const onCosine = convertSchedule(v, { from: optimalTransportPath(), to: cosinePath() });
 */
export function convertSchedule<C extends TimeConvention>(
  velocity: Velocity<C>,
  conversion: ScheduleConversion,
): Velocity<C> {
  requireConversion('convertSchedule', conversion);
  kindOf('convertSchedule', velocity);
  if (velocity.time === 'dataToNoise') {
    const forward = reverseTime(velocity) as Velocity<TimeConvention> as Velocity<'noiseToData'>;
    return reverseTime(convertSchedule(forward, conversion)) as Velocity<TimeConvention> as Velocity<C>;
  }
  const trained = regularTimes((t) => ratesOf(conversion.from, t));
  const inside = regularTimes((r) => {
    const { time, scale, pace, growth } = matchAt(conversion, r, trained);
    return [time, scale, pace, growth(pace), ...ratesOf(conversion.to, r)];
  });
  const converted = noiseToData((x, r) => {
    const { time, scale, pace, growth } = matchAt(conversion, within(inside, cast(r, 'float64')), trained);
    const align = (a: Tensor) => alignTime('convertSchedule', cast(a, r.dtype), x);
    const v = velocity(x.divide(align(scale)), cast(time, r.dtype));
    return align(growth(pace))
      .multiply(x)
      .add(align(scale.multiply(pace)).multiply(v));
  });
  return converted as Velocity<TimeConvention> as Velocity<C>;
}

/**
 * The time and the scale at which two schedules have the same signal-to-noise ratio. If `from` never has the
 * ratio, the time is the nearest end of `from`, and its rate is 0.
 *
 * Bisection solves F(t, r) = α_t·σ̄_r − ᾱ_r·σ_t = 0 for t, since α/σ rises. The scale is σ̄/σ in the first
 * half of `from` and ᾱ/α in the second; both are equal, and each is finite at its end. Where a rate of a
 * schedule is infinite, dt/dr and ds/dr need not be finite. The computation is in float64: near the data of a
 * VP path, two times can be equal in float32.
 *
 * @param r times of the path `to`, any shape; noise at 0, data at 1
 * @example const { time, scale } = matchSchedules({ from: optimalTransportPath(), to: cosinePath() }, tensor(0.3));
 */
export function matchSchedules(conversion: ScheduleConversion, r: Tensor): ScheduleMatch {
  requireConversion('matchSchedules', conversion);
  requireTensor('matchSchedules', 'r', r);
  const { time, scale, pace, growth, isBeyond } = matchAt(conversion, cast(r, 'float64'));
  const timeRate = where(isBeyond, 0, pace);
  const scaleRate = scale.multiply(growth(timeRate));
  const like = (a: Tensor) => cast(a, r.dtype);
  return { time: like(time), scale: like(scale), timeRate: like(timeRate), scaleRate: like(scaleRate) };
}

function requireConversion(operation: string, conversion: ScheduleConversion): void {
  const { from, to } = completeOptions(operation, { from: required, to: required }, conversion);
  requireSchedule(operation, from);
  requireSchedule(operation, to);
}

/** A match, and what the velocity needs where `from` never has the ratio. */
interface Match {
  readonly time: Tensor;
  readonly scale: Tensor;
  /** Whether `from` never has the ratio that `to` has at r. */
  readonly isBeyond: Tensor;
  /**
   * dt/dr. Beyond an end of `from`, the factor of v that keeps the prediction of the data, or the score,
   * constant.
   */
  readonly pace: Tensor;
  /** d(log s)/dr, if t goes at this pace. */
  readonly growth: (pace: Tensor) => Tensor;
}

/** A ratio that differs by less is equal: a schedule's cosine gives 6e-17 at an end, not 0. */
const rounding = 1e-14;

/**
 * Let q be the smaller share divided by the larger one: α/σ in the first half of `from`, σ/α in the second.
 * The chain rule gives dt/dr = q̄′/q′. Before t = 0, the same number with q′ at 0 keeps the prediction of the
 * data constant. After t = 1, that number times q̄/q keeps the score constant. To see both, insert the
 * velocities of `velocityFrom` on the two paths.
 */
function matchAt({ from, to }: ScheduleConversion, r: Tensor, ends: Ends = wholeWay): Match {
  const there = scheduleRates(to, r);
  const root = within(ends, bisect(from, stopGradient(there.alpha), stopGradient(there.sigma), r));
  const start = scheduleRates(from, root);
  const mismatch = start.alpha.multiply(there.sigma).subtract(there.alpha.multiply(start.sigma));
  const isEarly = root.less(0.5);
  const isBefore = logicalAnd(isEarly, mismatch.greater(rounding));
  const isAfter = logicalAnd(root.greaterEqual(ends.last), mismatch.less(-rounding));
  const isBeyond = logicalOr(isBefore, isAfter);
  // A Newton step. Its value is zero; its first derivative is that of the root with respect to r, which
  // bisection does not give.
  const slope = start.alphaRate.multiply(there.sigma).subtract(there.alpha.multiply(start.sigmaRate));
  const divisor = where(logicalOr(isBeyond, slope.equal(0)), Number.POSITIVE_INFINITY, slope);
  const time = root.subtract(mismatch.subtract(stopGradient(mismatch)).divide(divisor));
  const here = scheduleRates(from, time);
  const [own, other] = [sharesOf(here, isEarly), sharesOf(there, isEarly)];
  const left = where(isAfter, other.ratio, 1).divide(where(isAfter, own.ratio, 1));
  return {
    time,
    scale: other.larger.divide(own.larger),
    isBeyond,
    pace: other.ratioRate.divide(own.ratioRate).multiply(left),
    growth: (pace) => other.logRate.subtract(own.logRate.multiply(pace)),
  };
}

/**
 * The one of α and σ that is not 0 in this half of the path, the rate of its logarithm, and the ratio of the
 * other one to it.
 */
function sharesOf({ alpha, sigma, alphaRate, sigmaRate }: ScheduleRates, isEarly: Tensor) {
  const [larger, smaller] = [where(isEarly, sigma, alpha), where(isEarly, alpha, sigma)];
  const [largerRate, smallerRate] = [
    where(isEarly, sigmaRate, alphaRate),
    where(isEarly, alphaRate, sigmaRate),
  ];
  const logRate = largerRate.divide(larger);
  const ratio = smaller.divide(larger);
  return { larger, logRate, ratio, ratioRate: smallerRate.divide(larger).subtract(ratio.multiply(logRate)) };
}

/** The first and the last time of a schedule that the conversion uses. */
interface Ends {
  readonly first: Tensor | number;
  readonly last: Tensor | number;
}

const wholeWay: Ends = { first: 0, last: 1 };

function within({ first, last }: Ends, t: Tensor): Tensor {
  return where(t.less(first), first, where(t.greater(last), last, t));
}

/** The first and last time at which all the values are finite: an end itself, or 10⁻³ inside. */
function regularTimes(valuesAt: (t: Tensor) => readonly Tensor[]): Ends {
  const sum = stopGradient(valuesAt(tensor([0, 1], { dtype: 'float64' })).reduce((a, b) => a.add(b)));
  const inset = where(sum.subtract(sum).equal(0), zerosLike(sum), 1e-3); // ∞ − ∞ is NaN
  return { first: slice(inset, [0]), last: subtract(1, slice(inset, [1])) };
}

function ratesOf(path: PathSchedule, t: Tensor): readonly Tensor[] {
  const { alphaRate, sigmaRate } = scheduleRates(path, t);
  return [alphaRate, sigmaRate];
}

/**
 * The t in [0, 1] where α_t·σ̄ crosses ᾱ·σ_t. It consists of tensor operations, so that vmap can batch it.
 * The number of halvings is fixed, 54: float64 has 53 bits.
 */
function bisect(from: PathSchedule, alpha: Tensor, sigma: Tensor, r: Tensor): Tensor {
  let low = zerosLike(r);
  let width = 1;
  for (let i = 0; i < 54; i++) {
    width /= 2;
    const middle = low.add(width);
    const tooNoisy = from
      .alpha(middle)
      .multiply(sigma)
      .lessEqual(alpha.multiply(from.sigma(middle)));
    low = where(tooNoisy, middle, low);
  }
  return low;
}
