/** A model trained on one schedule, used on another: no training, only another time and another scale. */
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
import { type AffinePath, type PathSchedule, type ScheduleRates, scheduleRates } from '../paths/index.ts';
import { alignTime, noiseToData, reverseTime, type TimeConvention, type Velocity } from '../time.ts';
import { kindOf } from './prediction.ts';

export interface ScheduleConversion {
  /** The path that the model was trained on. */
  readonly from: AffinePath;
  /** The path to follow instead. */
  readonly to: AffinePath;
}

/** Where the path `to` stands at time r on the path `from`: x̄_r = s·x_t. Each like r. */
export interface ScheduleMatch {
  /**
   * t, at which `from` has the signal-to-noise ratio α/σ that `to` has at r; or the end of `from` that is
   * nearest.
   */
  readonly time: Tensor;
  /** s, with (ᾱ_r, σ̄_r) = s·(α_t, σ_t); where there is no such t, with σ̄_r = s·σ_0 or ᾱ_r = s·α_1. */
  readonly scale: Tensor;
  /** dt/dr and ds/dr. */
  readonly timeRate: Tensor;
  readonly scaleRate: Tensor;
}

/**
 * The velocity on another affine path of the same model: v̄(x, r) = ṡ/s·x + s·ṫ·v(x/s, t), where t is the
 * time of equal signal-to-noise ratio and s the scale. Exact: samples along both paths are the same points,
 * up to the scale at the ends. In the velocity's own time convention.
 *
 * The noise to start from is σ̄₀ times standard normal, as for a model trained on `to`. Three things can
 * happen at the ends:
 *
 * - `to` is noisier than `from` ever gets (VP, whose α_0 is not quite 0, and VE are such a `from`), or comes
 *   closer to the data (σ_min > 0). The model is asked at its first or last time then, and what hardly
 *   changes beyond it is taken as constant: its prediction of the data under all that noise, s = σ̄/σ_0; or
 *   its score close to the data, s = ᾱ/α_1, whose last noise goes as if the density no longer changed. Both
 *   are as good as the path's own ends are: of the order of α_0/σ_0, and of (σ_1/α_1)².
 * - A rate of `from` is infinite (σ′ of VP and linear VP at their data), so that no model is trained there.
 *   Its time goes no further than 10⁻³ before, which is its end then, with all that was said of ends. Of the
 *   noise left there (σ_1 = 0.01 on VP, 0.045 on linear VP) data that are points keep e^(−½), 0.6: the price
 *   of a score that no longer grows.
 * - A rate of `to` or of the match is infinite or 0/0 (σ′ of VP again, α′/ᾱ′ of a polynomial at its noise).
 *   The velocity is then that of 10⁻³ inside in r, near its limit at this end if it has one.
 *
 * Where the model itself is not finite, neither is this.
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
  completeOptions('convertSchedule', { from: required, to: required }, conversion);
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
 * The time and the scale at which two schedules have the same signal-to-noise ratio. Beyond an end of `from`,
 * its time stays at that end, at the rate 0.
 *
 * t solves F(t, r) = α_t·σ̄_r − ᾱ_r·σ_t = 0, by bisection, since α/σ rises. The scale is σ̄/σ in the first
 * half of `from` and ᾱ/α, the same, in the second, so it is finite at both ends; the rates need not be, where
 * those of the schedules are not. The work is done in float64: near the data of a VP path, float32 does not
 * tell the times apart.
 *
 * @param r times of the path `to`, any shape; noise at 0, data at 1
 * @example const { time, scale } = matchSchedules({ from: optimalTransportPath(), to: cosinePath() }, tensor(0.3));
 */
export function matchSchedules(conversion: ScheduleConversion, r: Tensor): ScheduleMatch {
  const { time, scale, pace, growth, isBeyond } = matchAt(conversion, cast(r, 'float64'));
  const timeRate = where(isBeyond, 0, pace);
  const scaleRate = scale.multiply(growth(timeRate));
  const like = (a: Tensor) => cast(a, r.dtype);
  return { time: like(time), scale: like(scale), timeRate: like(timeRate), scaleRate: like(scaleRate) };
}

/** A match, and what the velocity needs beyond the ends of `from`. */
interface Match {
  readonly time: Tensor;
  readonly scale: Tensor;
  /** Whether `from` never has the ratio that `to` has at r. */
  readonly isBeyond: Tensor;
  /**
   * dt/dr; beyond an end, what takes its place before v, so that the prediction of the data or the score is
   * constant.
   */
  readonly pace: Tensor;
  /** d(log s)/dr, if t goes at this pace. */
  readonly growth: (pace: Tensor) => Tensor;
}

/** An end of `from` is where its cosine says that it is 6e-17, not 0. */
const rounding = 1e-14;

/**
 * With q the smaller share by the larger one, α/σ in the first half of `from` and σ/α in the second, the
 * chain rule gives dt/dr = q̄′/q′. Before t = 0 the same number, with q′ at 0, leaves the prediction of the
 * data as it is there; after t = 1, times q̄/q, the score: insert the velocities of `velocityFrom` on both
 * paths.
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
  // A Newton step that is zero, but has the derivative of the root with respect to r (the first one), where
  // bisection has none
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
 * Of α and σ the one that is not 0 in this half of the way, the rate of its logarithm, and the other's ratio
 * to it.
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

/** The first and the last of the times that are used of a schedule. */
interface Ends {
  readonly first: Tensor | number;
  readonly last: Tensor | number;
}

const wholeWay: Ends = { first: 0, last: 1 };

function within({ first, last }: Ends, t: Tensor): Tensor {
  return where(t.less(first), first, where(t.greater(last), last, t));
}

/** The times at which all of some values are finite: both ends, or 10⁻³ inside. */
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
 * The t in [0, 1] where α_t·σ̄ crosses ᾱ·σ_t. Operations only, so that it can be batched: as many halvings as
 * float64 has bits.
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
