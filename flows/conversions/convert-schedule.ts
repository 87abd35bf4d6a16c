/** A model trained on one schedule, used on another: no training, only another time and another scale. */
import { stopGradient, type Tensor, where, zerosLike } from '../../autograd/index.ts';
import { requireOptions } from '../../lib/index.ts';
import { type AffinePath, type PathSchedule, scheduleRates } from '../paths/index.ts';
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
  /** t, at which `from` has the signal-to-noise ratio α/σ that `to` has at r. */
  readonly time: Tensor;
  /** s, with (ᾱ_r, σ̄_r) = s·(α_t, σ_t). */
  readonly scale: Tensor;
  /** dt/dr and ds/dr. */
  readonly timeRate: Tensor;
  readonly scaleRate: Tensor;
}

/**
 * The velocity on another affine path of the same model: v̄(x, r) = ṡ/s·x + s·ṫ·v(x/s, t), where t is the time of equal signal-to-noise
 * ratio and s the scale. Exact: samples along both paths are the same points, up to the scale at the ends.
 * In the velocity's own time convention.
 *
 * The noise to start from is σ̄₀ times standard normal, as for a model trained on `to`. Where `to` is noisier than `from`
 * ever gets, the model is asked at its first time (VP, whose α_0 is not quite 0, is such a `from`).
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8.2 (post-training velocity scheduler change);
 * Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), equation 4, for the scale.
 * @throws ArgumentError for an unknown option, or a velocity that does not say which way its time runs.
 * @example const onCosine = convertSchedule(v, { from: optimalTransportPath(), to: cosinePath() });
 */
export function convertSchedule<C extends TimeConvention>(
  velocity: Velocity<C>,
  conversion: ScheduleConversion,
): Velocity<C> {
  requireOptions('convertSchedule', conversion, ['from', 'to']);
  kindOf('convertSchedule', velocity);
  if (velocity.time === 'dataToNoise') {
    const forward = reverseTime(velocity) as Velocity<TimeConvention> as Velocity<'noiseToData'>;
    return reverseTime(convertSchedule(forward, conversion)) as Velocity<TimeConvention> as Velocity<C>;
  }
  const converted = noiseToData((x, r) => {
    const match = matchSchedules(conversion, r);
    const align = (a: Tensor) => alignTime('convertSchedule', a, x);
    const [scale, scaleRate, timeRate] = [align(match.scale), align(match.scaleRate), align(match.timeRate)];
    const v = velocity(x.divide(scale), match.time);
    return scaleRate.divide(scale).multiply(x).add(scale.multiply(timeRate).multiply(v));
  });
  return converted as Velocity<TimeConvention> as Velocity<C>;
}

/**
 * The time and the scale at which two schedules have the same signal-to-noise ratio.
 *
 * t solves F(t, r) = α_t·σ̄_r − ᾱ_r·σ_t = 0, by bisection, since α/σ rises; its rate is −F_r/F_t. The scale is the ratio of the lengths of
 * (ᾱ, σ̄) and (α, σ), which is finite at both ends, where σ̄/σ or ᾱ/α is 0/0.
 *
 * @param r times of the path `to`, any shape; noise at 0, data at 1
 * @example const { time, scale } = matchSchedules({ from: optimalTransportPath(), to: cosinePath() }, tensor(0.3));
 */
export function matchSchedules({ from, to }: ScheduleConversion, r: Tensor): ScheduleMatch {
  const there = scheduleRates(to, r);
  const root = bisect(from, stopGradient(there.alpha), stopGradient(there.sigma), r);
  const start = scheduleRates(from, root);
  // A Newton step that is zero, but has the derivative of the root with respect to r (the first one), where bisection has none
  const mismatch = start.alpha.multiply(there.sigma).subtract(there.alpha.multiply(start.sigma));
  const slope = start.alphaRate.multiply(there.sigma).subtract(there.alpha.multiply(start.sigmaRate));
  const time = root.subtract(mismatch.subtract(stopGradient(mismatch)).divide(slope));
  const here = scheduleRates(from, time);
  const timeRate = here.sigma
    .multiply(there.alphaRate)
    .subtract(here.alpha.multiply(there.sigmaRate))
    .divide(here.alphaRate.multiply(there.sigma).subtract(there.alpha.multiply(here.sigmaRate)));
  const [length, lengthThere] = [lengthOf(here), lengthOf(there)];
  const scale = lengthThere.length.divide(length.length);
  const growth = lengthThere.logRate.subtract(length.logRate.multiply(timeRate));
  return { time, scale, timeRate, scaleRate: scale.multiply(growth) };
}

/** √(α² + σ²) and the rate of its logarithm. */
function lengthOf(rates: ReturnType<typeof scheduleRates>): { readonly length: Tensor; readonly logRate: Tensor } {
  const { alpha, sigma, alphaRate, sigmaRate } = rates;
  const square = alpha.square().add(sigma.square());
  return { length: square.sqrt(), logRate: alpha.multiply(alphaRate).add(sigma.multiply(sigmaRate)).divide(square) };
}

/** The t in [0, 1] where α_t·σ̄ crosses ᾱ·σ_t. Operations only, so that it can be batched: as many halvings as float64 has bits. */
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
