/**
 * On an affine path, x = α·x₁ + σ·x₀. Given x, a prediction of either end gives the other; the velocity is
 * α′·x₁ + σ′·x₀ and the score −x₀/σ. All these equations are linear. So they hold for the expectations given
 * x too, and each of the four kinds of prediction gives the other three:
 *
 * | from | data x̂₁ | noise x̂₀ |
 * |---|---|---|
 * | velocity v | (σ′·x − σ·v)/(ασ′ − α′σ) | (α·v − α′·x)/(ασ′ − α′σ) |
 * | data | x̂₁ | (x − α·x̂₁)/σ |
 * | noise | (x − σ·x̂₀)/α | x̂₀ |
 * | score s | (x + σ²·s)/α | −σ·s |
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8.1 and table 1.
 */
import type { Tensor, TensorLike } from '../../autograd/index.ts';
import { type AffinePath, type ScheduleRates, scheduleRates } from '../paths/index.ts';
import { alignTime, noiseToData, type TimeConvention, type Velocity } from '../time.ts';
import {
  type AnyPrediction,
  type DataPrediction,
  dataPrediction,
  kindOf,
  type NoisePrediction,
  noisePrediction,
  reversePredictionTime,
  type Score,
  score,
} from './prediction.ts';

/**
 * Computes the velocity from a prediction of any kind on an affine path, in the prediction's own time
 * convention.
 *
 * The velocity is not finite where the prediction leaves the other end of x unknown: α = 0 for the noise or
 * the score, σ = 0 for the data. Nor is it finite where α′ or σ′ is not. `sampleFlow` throws an OdeError
 * there. Give it times that leave such ends out; if only the last time is such an end, a method that does not
 * evaluate it ('euler', 'midpoint') is enough.
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), table 1; equivalently Lipman et al. 2023,
 * theorem 3.
 * @throws ArgumentError for a function that does not say which way its time runs.
 * @example const v: Velocity<'dataToNoise'> = velocityFrom(variancePreservingPath(), noisePrediction('dataToNoise', epsilon));
 */
export function velocityFrom<C extends TimeConvention>(
  path: AffinePath,
  prediction: AnyPrediction<C>,
): Velocity<C> {
  if (kindOf('velocityFrom', prediction) === 'velocity') return prediction as Velocity<C>;
  return inPathTime('velocityFrom', prediction, (forward) =>
    noiseToData((x, t) => {
      const { data, noise, rates } = endsAt('velocityFrom', path, forward, x, t);
      return rates.alphaRate.multiply(data()).add(rates.sigmaRate.multiply(noise()));
    }),
  );
}

/**
 * Computes the prediction of the data from one of any kind, in that one's own time convention. It is not
 * finite where α = 0 for the noise or the score, nor where ασ′ = α′σ for a velocity.
 * @throws ArgumentError for a function that does not say which way its time runs.
 * @example const denoiser = dataFrom(optimalTransportPath(), noiseToData(network));
 */
export function dataFrom<C extends TimeConvention>(
  path: AffinePath,
  prediction: AnyPrediction<C>,
): DataPrediction<C> {
  return inPathTime('dataFrom', prediction, (forward) =>
    dataPrediction('noiseToData', (x, t) => endsAt('dataFrom', path, forward, x, t).data()),
  );
}

/**
 * Computes the prediction of the noise from one of any kind, in that one's own time convention. It is not
 * finite where σ = 0 for the data, nor where ασ′ = α′σ for a velocity.
 * @throws ArgumentError for a function that does not say which way its time runs.
 * @example const epsilon = noiseFrom(optimalTransportPath(), noiseToData(network));
 */
export function noiseFrom<C extends TimeConvention>(
  path: AffinePath,
  prediction: AnyPrediction<C>,
): NoisePrediction<C> {
  return inPathTime('noiseFrom', prediction, (forward) =>
    noisePrediction('noiseToData', (x, t) => endsAt('noiseFrom', path, forward, x, t).noise()),
  );
}

/**
 * Computes the score from a prediction of any kind, in that one's own time convention. It is not finite where
 * σ = 0.
 * @throws ArgumentError for a function that does not say which way its time runs.
 * @example const s = scoreFrom(optimalTransportPath(), noiseToData(network)); // for SDE sampling
 */
export function scoreFrom<C extends TimeConvention>(
  path: AffinePath,
  prediction: AnyPrediction<C>,
): Score<C> {
  return inPathTime('scoreFrom', prediction, (forward) =>
    score('noiseToData', (x, t) => {
      const { noise, rates } = endsAt('scoreFrom', path, forward, x, t);
      return noise().divide(rates.sigma).negate();
    }),
  );
}

/**
 * Both ends of x, by the prediction. Each is a function, so that an end that is not finite is computed only
 * if used.
 */
function endsAt(
  operation: string,
  path: AffinePath,
  prediction: AnyPrediction<'noiseToData'>,
  x: Tensor,
  t: TensorLike,
): { readonly data: () => Tensor; readonly noise: () => Tensor; readonly rates: ScheduleRates } {
  const rates = scheduleRates(path, alignTime(operation, t, x));
  const { alpha, sigma, alphaRate, sigmaRate } = rates;
  const predicted = prediction(x, t);
  const noiseOf = (data: Tensor) => x.subtract(alpha.multiply(data)).divide(sigma);
  const dataOf = (noise: Tensor) => x.subtract(sigma.multiply(noise)).divide(alpha);
  const given = (data: () => Tensor, noise: () => Tensor) => ({ data, noise, rates });
  switch (kindOf(operation, prediction)) {
    case 'data':
      return given(
        () => predicted,
        () => noiseOf(predicted),
      );
    case 'noise':
      return given(
        () => dataOf(predicted),
        () => predicted,
      );
    case 'score': {
      const noise = sigma.multiply(predicted).negate();
      return given(
        () => dataOf(noise),
        () => noise,
      );
    }
    case 'velocity': {
      const determinant = alpha.multiply(sigmaRate).subtract(alphaRate.multiply(sigma));
      return given(
        () => sigmaRate.multiply(x).subtract(sigma.multiply(predicted)).divide(determinant),
        () => alpha.multiply(predicted).subtract(alphaRate.multiply(x)).divide(determinant),
      );
    }
  }
}

/**
 * Applies a conversion to a prediction of either convention. The conversion itself is written in the path's
 * time, from noise to data.
 */
function inPathTime<C extends TimeConvention, R>(
  operation: string,
  prediction: AnyPrediction<C>,
  convert: (forward: AnyPrediction<'noiseToData'>) => AnyPrediction<'noiseToData'>,
): R {
  kindOf(operation, prediction);
  if (prediction.time === 'noiseToData') return convert(prediction as AnyPrediction<'noiseToData'>) as R;
  const forward = reversePredictionTime(prediction as Velocity<'dataToNoise'>);
  return reversePredictionTime(convert(forward) as Velocity<'noiseToData'>) as R;
}
