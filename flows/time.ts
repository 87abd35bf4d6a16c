/**
 * Time runs two ways. Lipman et al. 2023 (the first half of the note) put noise at t = 0 and data at t = 1.
 * Geng et al. 2025 (MeanFlow, the second half) put data at t = 0 and noise at t = 1. A velocity carries its
 * convention in its type and at run time, so that a mix-up gives an error and not a bad model.
 */
import {
  ArgumentError,
  broadcastTo,
  full,
  reshape,
  ShapeError,
  subtract,
  Tensor,
  type TensorLike,
} from '../autograd/index.ts';
import { formatShape, requireFunction, type Shape } from '../lib/index.ts';
import { batchSize, requireTensor } from './checks.ts';

/** Where t = 0 and t = 1 lie: Lipman et al.'s convention, or Geng et al.'s. */
export type TimeConvention = 'noiseToData' | 'dataToNoise';

/** The other convention. */
export type Reversed<C extends TimeConvention> = C extends 'noiseToData' ? 'dataToNoise' : 'noiseToData';

/**
 * A velocity field v(x, t) that knows its time convention. `noiseToData` and `dataToNoise` make one. x has
 * shape [batch, ...event]; t is a number, a scalar or of shape [batch, 1], also [batch, 1, 1 …]; where x has
 * shape [batch], so has t. The result is like x.
 */
export interface Velocity<C extends TimeConvention> {
  (x: Tensor, t: TensorLike): Tensor;
  readonly time: C;
  /**
   * Lets the compiler reject the other kinds of prediction (see conversions/prediction.ts): there it is
   * 'data', 'noise' or 'score'.
   */
  readonly predicts?: 'velocity';
}

/**
 * A velocity that says how its time runs; for a function that does not, a type that tells the reader of the
 * compiler's error what to write.
 */
export type DeclaredVelocity<V> = V &
  (V extends { readonly time: TimeConvention }
    ? Velocity<TimeConvention>
    : 'noiseToData(fn) or dataToNoise(fn), which say how the time of a velocity fn runs');

/**
 * MeanFlow's average velocity u(z, r, t) over the times from r to t, in Geng et al.'s convention (t = 1 is
 * noise). z has shape [batch, ...event], r and t have [batch, 1], or [batch] if z has; the result is like z.
 * Mind the order: r first, then t.
 */
export interface AverageVelocity {
  (z: Tensor, r: Tensor, t: Tensor): Tensor;
  /**
   * Optional. Its type makes the compiler reject a `FlowMapVelocity`, whose time runs from noise to data.
   */
  readonly time?: 'dataToNoise';
  /**
   * Always absent. Its type makes the compiler reject a `Velocity` v(x, t), which would take r for its t.
   */
  readonly predicts?: never;
}

/** An average velocity that also depends on labels, int32 of shape [batch]. */
export interface ConditionalAverageVelocity {
  (z: Tensor, r: Tensor, t: Tensor, labels: Tensor): Tensor;
  readonly time?: 'dataToNoise';
  readonly predicts?: never;
}

/**
 * Declares a velocity field whose time runs from noise (t = 0) to data (t = 1), as in flow matching. The
 * function receives t as a tensor, a scalar if the caller gave a number, and else of the caller's shape.
 * @example const v = noiseToData((x, t) => network.apply(parameters, x, t, t));
 */
export function noiseToData(fn: (x: Tensor, t: Tensor) => Tensor): Velocity<'noiseToData'> {
  return withTime(fn, 'noiseToData');
}

/**
 * Declares a velocity field whose time runs from data (t = 0) to noise (t = 1), as in MeanFlow.
 * @example const v = dataToNoise((z, t) => u(z, t, t));
 */
export function dataToNoise(fn: (x: Tensor, t: Tensor) => Tensor): Velocity<'dataToNoise'> {
  return withTime(fn, 'dataToNoise');
}

/**
 * The same flow in the other convention: with s = 1 − t, dx/ds = −dx/dt, so v'(x, s) = −v(x, 1 − s). For
 * velocities, nothing else converts between the conventions.
 * @throws ArgumentError if the velocity does not say which way its time runs.
 * @example const v: Velocity<'dataToNoise'> = reverseTime(noiseToData(network));
 */
export function reverseTime<C extends TimeConvention>(velocity: Velocity<C>): Velocity<Reversed<C>> {
  const { noise } = endTimes('reverseTime', velocity);
  const time = noise === 0 ? 'dataToNoise' : 'noiseToData';
  return withTime((x, t) => velocity(x, subtract(1, t)).negate(), time) as Velocity<Reversed<C>>;
}

/**
 * The velocity at an instant, v(z, t) = u(z, t, t): the average over a span of length zero.
 * @throws ArgumentError if u is a velocity v(x, t) already, or a flow map's velocity.
 * @example const v: Velocity<'dataToNoise'> = instantaneousVelocity(u);
 */
export function instantaneousVelocity(u: AverageVelocity): Velocity<'dataToNoise'> {
  requireAverageVelocity('instantaneousVelocity', u);
  return dataToNoise((z, t) => u(z, t, t));
}

/** The times of noise and of data in the velocity's convention. Throws an ArgumentError if it has none. */
export function endTimes(
  operation: string,
  velocity: Velocity<TimeConvention>,
): { noise: number; data: number } {
  requireFunction(operation, velocity);
  if (velocity.time === 'noiseToData') return { noise: 0, data: 1 };
  if (velocity.time === 'dataToNoise') return { noise: 1, data: 0 };
  throw new ArgumentError(
    `${operation}: the velocity does not say which way its time runs; wrap it in noiseToData or dataToNoise`,
  );
}

/** Returns the times if they run from noise towards data; throws an ArgumentError if not. */
export function requireFromNoise(
  operation: string,
  times: readonly number[],
  { noise, data }: { readonly noise: number; readonly data: number },
): readonly number[] {
  const [first, last] = [times[0] as number, times.at(-1) as number];
  if (Math.sign(last - first) === Math.sign(data - noise)) return times;
  throw new ArgumentError(
    `${operation}: wanted times from noise (${noise}) to data (${data}), got [${times.join(', ')}]`,
  );
}

/**
 * A velocity as the right-hand side of an ODE for x, [batch, ...event]. The solver has one time; the
 * velocity gets it once per sample, as in training.
 */
export function fieldOf(operation: string, velocity: Velocity<TimeConvention>, x: Tensor) {
  const shape = timeShape(operation, 'x', x);
  return (state: Tensor, t: Tensor): Tensor => velocity(state, broadcastTo(t, shape));
}

/**
 * The shape of one time per sample of x, [batch, ...event]: [batch, 1], or [batch] if the events are
 * numbers.
 */
export function timeShape(operation: string, name: string, x: Tensor): Shape {
  const size = batchSize(operation, name, x);
  return x.rank === 1 ? [size] : [size, 1];
}

/**
 * Throws an ArgumentError unless the velocity's time runs as the operation needs it: JavaScript callers have
 * no types to stop them.
 */
export function requireTime(
  operation: string,
  velocity: Velocity<TimeConvention>,
  wanted: TimeConvention,
): void {
  requireFunction(operation, velocity);
  if (velocity.predicts !== undefined && velocity.predicts !== 'velocity') {
    throw new ArgumentError(
      `${operation}: wanted a velocity, got a prediction of the ${String(velocity.predicts)}; convert it with velocityFrom(path, prediction)`,
    );
  }
  if (velocity.time === wanted) return;
  const advice =
    velocity.time === undefined ? `declare it with ${wanted}(fn)` : 'convert it with reverseTime(velocity)';
  throw new ArgumentError(
    `${operation}: wanted a velocity with time '${wanted}', got '${String(velocity.time)}'; ${advice}`,
  );
}

/**
 * Throws an ArgumentError for a velocity of an instant, or one whose time runs from noise to data:
 * JavaScript callers have no types to stop them.
 */
export function requireAverageVelocity(
  operation: string,
  u: AverageVelocity | ConditionalAverageVelocity,
): void {
  requireFunction(operation, u);
  if (u.predicts !== undefined) {
    throw new ArgumentError(
      `${operation}: wanted an average velocity u(z, r, t), got the velocity v(x, t) of an instant; sampleFlow takes those`,
    );
  }
  if (u.time === undefined || u.time === 'dataToNoise') return;
  throw new ArgumentError(
    `${operation}: wanted an average velocity u(z, r, t) with time 'dataToNoise', got '${String(u.time)}'; ` +
      'convert it with averageFromFlowMap(velocity)',
  );
}

/** A time as a tensor. A number becomes a scalar of x's dtype, so that it keeps the digits of a float64. */
export function timeTensor(t: TensorLike, x: Tensor): Tensor {
  if (!(t instanceof Tensor)) requireTensor('a velocity', 'x', x);
  return t instanceof Tensor ? t : full([], t, { dtype: x.dtype });
}

/**
 * A time that broadcasts against `x` of shape [batch, ...event]: a scalar stays, and [batch, 1] gets a one
 * for every further axis. Throws a ShapeError for a time of shape [batch], because numpy's rules would set
 * it against the last axis of x. If x itself has shape [batch], its events are numbers, and then the time
 * must have that shape.
 */
export function alignTime(operation: string, t: TensorLike, x: Tensor): Tensor {
  requireTimeOf(operation, t, x);
  const time = timeTensor(t, x);
  if (time.rank === 0 || time.rank === x.rank) return time;
  return reshape(time, [time.shape[0] ?? 1, ...new Array<number>(x.rank - 1).fill(1)]);
}

/** Throws a ShapeError unless `alignTime` takes t as a time of x; makes no tensor. */
export function requireTimeOf(operation: string, t: TensorLike, x: Tensor): void {
  requireTensor(operation, 'x', x);
  if (typeof t === 'number') return;
  requireTensor(operation, 'a time', t);
  if (t.rank === 0) return;
  const [length = 1, ...ones] = t.shape;
  const batch = x.shape[0] ?? 1;
  const fits = t.rank <= x.rank && (t.rank > 1 || x.rank === 1) && ones.every((n) => n === 1);
  if (fits && (length === batch || length === 1 || batch === 1)) return;
  throw new ShapeError(
    `${operation}: wanted times as a scalar or of shape ${x.rank === 1 ? '[batch]' : '[batch, 1]'}, got ${formatShape(t.shape)} ` +
      `for x of shape ${formatShape(x.shape)}`,
  );
}

/**
 * Declares a velocity field of the given convention, for callers that have the convention in a variable.
 */
export function withTime<C extends TimeConvention>(
  fn: (x: Tensor, t: Tensor) => Tensor,
  time: C,
): Velocity<C> {
  return Object.assign((x: Tensor, t: TensorLike) => fn(x, timeTensor(t, x)), {
    time,
    predicts: 'velocity' as const,
  });
}
