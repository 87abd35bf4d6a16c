/**
 * What a network may predict at (x, t): the velocity, the data, the noise or the score. A prediction carries
 * its kind and its time convention in its type and at run time. So a mix-up gives an error and not a bad
 * model.
 */
import { ArgumentError, subtract, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { requireFunction } from '../../lib/index.ts';
import { type Reversed, reverseTime, type TimeConvention, timeTensor, type Velocity } from '../time.ts';

/**
 * A function of (x, t) that says which way its time runs. x is [batch, ...event], t a number, a scalar or
 * [batch, 1].
 */
interface Prediction<Kind extends string, C extends TimeConvention> {
  (x: Tensor, t: TensorLike): Tensor;
  readonly time: C;
  readonly predicts: Kind;
}

/** E[x₁ | x_t = x], the data (the denoiser, or "x-prediction"); like x. */
export type DataPrediction<C extends TimeConvention> = Prediction<'data', C>;

/** E[x₀ | x_t = x], the standard normal noise ("ε-prediction"); like x. */
export type NoisePrediction<C extends TimeConvention> = Prediction<'noise', C>;

/** ∇ₓ log p_t(x), the score; like x. */
export type Score<C extends TimeConvention> = Prediction<'score', C>;

/** Any of the four. */
export type AnyPrediction<C extends TimeConvention> =
  | Velocity<C>
  | DataPrediction<C>
  | NoisePrediction<C>
  | Score<C>;

type PredictionFunction = (x: Tensor, t: Tensor) => Tensor;

/**
 * Declares a prediction of the data, E[x₁ | x_t].
 * @throws ArgumentError for a time that is no convention.
 * @example const denoiser = dataPrediction('noiseToData', (x, t) => network.apply(parameters, x, t, t));
 */
export function dataPrediction<C extends TimeConvention>(time: C, fn: PredictionFunction): DataPrediction<C> {
  return declare('dataPrediction', 'data', time, fn);
}

/**
 * Declares a prediction of the noise, E[x₀ | x_t]. Diffusion models make it, mostly with time 'dataToNoise'.
 * @throws ArgumentError for a time that is no convention.
 * @example const epsilon = noisePrediction('dataToNoise', (x, t) => network.apply(parameters, x, t, t));
 */
export function noisePrediction<C extends TimeConvention>(
  time: C,
  fn: PredictionFunction,
): NoisePrediction<C> {
  return declare('noisePrediction', 'noise', time, fn);
}

/**
 * Declares a score, ∇ₓ log p_t(x).
 * @throws ArgumentError for a time that is no convention.
 * @example const exact = score('noiseToData', marginalField(path, { points }).score);
 */
export function score<C extends TimeConvention>(time: C, fn: PredictionFunction): Score<C> {
  return declare('score', 'score', time, fn);
}

/**
 * The same prediction in the other time convention, at 1 − t. Data, noise and score keep their values; a
 * velocity also changes its sign, by `reverseTime`.
 * @throws ArgumentError for a function that does not say which way its time runs.
 * @example const forward: NoisePrediction<'noiseToData'> = reversePredictionTime(epsilon);
 */
export function reversePredictionTime<C extends TimeConvention>(velocity: Velocity<C>): Velocity<Reversed<C>>;
export function reversePredictionTime<K extends string, C extends TimeConvention>(
  prediction: Prediction<K, C>,
): Prediction<K, Reversed<C>>;
export function reversePredictionTime(
  prediction: AnyPrediction<TimeConvention>,
): AnyPrediction<TimeConvention> {
  const kind = kindOf('reversePredictionTime', prediction);
  if (kind === 'velocity') return reverseTime(prediction as Velocity<TimeConvention>);
  const time = prediction.time === 'noiseToData' ? 'dataToNoise' : 'noiseToData';
  return declare('reversePredictionTime', kind, time, (x, t) => prediction(x, subtract(1, t)));
}

/**
 * What a prediction predicts. Throws an ArgumentError for a function without a time convention: JavaScript
 * callers have no types to stop them.
 */
export function kindOf(
  operation: string,
  prediction: AnyPrediction<TimeConvention>,
): 'velocity' | 'data' | 'noise' | 'score' {
  requireFunction(operation, prediction);
  const { time, predicts = 'velocity' } = prediction;
  if (time === 'noiseToData' || time === 'dataToNoise') return predicts;
  throw new ArgumentError(
    `${operation}: wanted a velocity, dataPrediction, noisePrediction or score that says which way its time runs, ` +
      `got one with time '${String(time)}'`,
  );
}

function declare<K extends string, C extends TimeConvention>(
  operation: string,
  predicts: K,
  time: C,
  fn: PredictionFunction,
): Prediction<K, C> {
  if (time !== 'noiseToData' && time !== 'dataToNoise') {
    throw new ArgumentError(
      `${operation}: wanted the time 'noiseToData' or 'dataToNoise', got '${String(time)}'`,
    );
  }
  return Object.assign((x: Tensor, t: TensorLike) => fn(x, timeTensor(t, x)), { time, predicts });
}
