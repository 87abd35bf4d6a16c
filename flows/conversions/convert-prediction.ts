/**
 * On an affine path, x = α·x₁ + σ·x₀. Given x, a prediction of either end gives the other; the velocity is
 * α′·x₁ + σ′·x₀ and the score −x₀/σ. All of it is linear, so what holds for samples holds for their
 * expectations given x: the four kinds of prediction are one.
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
 * The velocity that a prediction of any kind amounts to on an affine path, in the prediction's own time
 * convention. From the noise or the score it is not finite where α is 0, from the data where σ is 0, nor
 * where α′ or σ′ is not: the other end of x is not known there. `sampleFlow` says so; keep its times inside,
 * or, where only the last one is such, use a method that does not ask for it.
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), table 1; equivalently Lipman et al. 2023,
 * theorem 3.
 * @throws ArgumentError for a function that does not say what it predicts or which way its time runs.
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
 * The prediction of the data that a prediction of any kind amounts to, in its own time convention.
 * From the noise or the score it is not finite where α is 0; from a velocity it is, wherever ασ′ ≠ α′σ.
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
 * The prediction of the noise that a prediction of any kind amounts to, in its own time convention.
 * From the data it is not finite where σ is 0.
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
 * The score that a prediction of any kind amounts to, in its own time convention. Not finite where σ is 0.
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
 * Both ends as the prediction sees them: each computed when asked for, since one of them may not be finite.
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
 * Applies a conversion that is written in the path's time, from noise to data, to a prediction of either
 * convention.
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
