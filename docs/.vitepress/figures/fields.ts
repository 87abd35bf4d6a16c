/**
 * What the live figures show, as plain numbers. The data lie on a line, so that a picture has room for the
 * time too. The library computes everything, in float64.
 */
import { full, grad, jvp, random, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  flowMatchingLoss,
  type GaussianPath,
  marginalField,
  noiseToData,
  optimalTransportPath,
  reverseTime,
  sampleFlow,
  type Velocity,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { averageVelocityOf } from '../../../flows/verify/exact-velocities.ts';
import { relativeDistance } from '../../../flows/verify/numerics.ts';

export const pathNames = ['OT', 'VP', 'VE'] as const;
export type PathName = (typeof pathNames)[number];

const paths: Readonly<Record<PathName, GaussianPath>> = {
  OT: optimalTransportPath({ sigmaMin: 0.1 }),
  VP: variancePreservingPath(),
  VE: varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 1.5 }),
};

/** The last time of the figures. Nearer to t = 1 VP's velocity and its peaks grow without bound. */
export const latest: Readonly<Record<PathName, number>> = { OT: 1, VP: 0.97, VE: 1 };

/** The line is shown from −reach to reach, by its values at these heights. */
export const reach = 3;
export const heights: readonly number[] = Array.from({ length: 121 }, (_, i) => (i / 60 - 1) * reach);

/** The whole of a path: its density, and trajectories of its marginal velocity. */
export interface PathView {
  readonly times: readonly number[];
  /** p_t(x) at each of `times`, for each of `heights`. */
  readonly densities: readonly (readonly number[])[];
  /** Each is x at each of `times`. */
  readonly trajectories: readonly (readonly number[])[];
}

const frames = 60;

export function viewPath(name: PathName, data: readonly number[]): PathView {
  const times = Array.from({ length: frames + 1 }, (_, i) => (latest[name] * i) / frames);
  const { velocity, logDensity } = fieldOf(name, data);
  const densities = times.map((t) => numbersOf(logDensity(column(heights), t).exp()));
  const starts = quantiles(densities[0] as readonly number[], 9);
  const options = { times, method: 'rungeKutta4', trajectory: true } as const;
  const { states } = sampleFlow(velocity, column(starts), options);
  const rows = states.map(numbersOf);
  return { times, densities, trajectories: starts.map((_, i) => rows.map((row) => row[i] as number)) };
}

/** One moment of a path, for each of `heights`. */
export interface Moment {
  readonly density: readonly number[];
  /** u_t(x). */
  readonly marginal: readonly number[];
  /** For each data point x₁. */
  readonly conditionals: readonly Conditional[];
}

export interface Conditional {
  /** u_t(x | x₁). */
  readonly velocity: readonly number[];
  /** The probability of x₁, given x at time t. */
  readonly posterior: readonly number[];
}

export function momentOf(name: PathName, data: readonly number[], time: number): Moment {
  const x = column(heights);
  const t = column(heights.map(() => Math.min(time, latest[name])));
  const { velocity, logDensity, posterior } = fieldOf(name, data);
  const given = posterior(x, t);
  return {
    density: numbersOf(logDensity(x, t).exp()),
    marginal: numbersOf(velocity(x, t)),
    conditionals: data.map((x1, k) => ({
      velocity: numbersOf(paths[name].conditionalVelocity(x, full(x.shape, x1, { dtype: 'float64' }), t)),
      posterior: numbersOf(given.slice([null, [k, k + 1]])),
    })),
  };
}

/** How far apart two estimates of the same gradient are. */
export interface Gap {
  readonly draws: number;
  /** ‖∇L_CFM − ∇L_FM‖ / ‖∇L_FM‖ for one v, both from the same draws of t, x₁ and x. */
  readonly distance: number;
}

const fewestDraws = 16;
const doublings = 11;

/**
 * The gap for 16, 32, … draws, which are new for each number. The model v = a·x + b·t + c is a straight line.
 */
export function gapsOf(name: PathName, data: readonly number[], seed: number): readonly Gap[] {
  const path = paths[name];
  const field = fieldOf(name, data).velocity;
  const model = ({ a, b, c }: Line) => noiseToData((x, t) => x.multiply(a).add(b.multiply(t)).add(c));
  return Array.from({ length: doublings + 1 }, (_, i) => {
    const draws = fewestDraws * 2 ** i;
    const [choice, noise, times] = random.split(random.foldIn(random.key(seed), i), 3);
    const x1 = column(data).gather(random.randint(choice, [draws], 0, data.length));
    const x0 = random.normal(noise, [draws, 1], { dtype: 'float64' });
    const t = random.uniform(times, [draws, 1], { dtype: 'float64' }).multiply(latest[name]);
    const x = path.flow(x0, x1, t);
    const conditional = grad((line: Line) => conditionalFlowMatchingLoss(model(line), path, { x0, x1, t }));
    const marginal = grad((line: Line) => flowMatchingLoss(model(line), field, { x, t }));
    return { draws, distance: relativeDistance(conditional(someLine), marginal(someLine)) };
  });
}

interface Line {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
}

const scalar = (value: number) => tensor(value, { dtype: 'float64' });
const someLine: Line = { a: scalar(0.5), b: scalar(-0.3), c: scalar(0.2) };

/** A trajectory in MeanFlow's time: the data at 0, the noise at 1. */
export interface Trajectory {
  readonly times: readonly number[];
  /** z at each of `times`. */
  readonly heights: readonly number[];
}

/** The trajectory that ends in the noise e at t = 1. The data are narrow normal distributions. */
export function trajectoryOf(data: readonly number[], e: number): Trajectory {
  const times = Array.from({ length: frames + 1 }, (_, i) => i / frames);
  const noise = column(times.map(() => e));
  const [r, t] = [column(times), column(times.map(() => 1))];
  // z_r = z_1 − (1 − r)·u(z_1, r, 1)
  const z = noise.subtract(
    t.subtract(r).multiply(averageVelocityOf(velocityTo(data), odeSteps)(noise, r, t)),
  );
  return { times, heights: numbersOf(z) };
}

/** What holds between the times r and t of a trajectory. */
export interface Stretch {
  /** z_t, and z_r where the average velocity leads. */
  readonly zt: number;
  readonly zr: number;
  /** v(z_t, t): the slope of the trajectory at t. */
  readonly velocity: number;
  /** u(z_t, r, t): the slope of the chord from r to t. */
  readonly average: number;
  /** du/dt along the trajectory. */
  readonly slopeOfAverage: number;
  /** How far u = v − (t − r)·du/dt misses. */
  readonly residual: number;
}

/** MeanFlow's identity on the trajectory that ends in the noise e at t = 1. */
export function stretchOf(data: readonly number[], e: number, r: number, t: number): Stretch {
  const v = velocityTo(data);
  const u = averageVelocityOf(v, odeSteps);
  const [noise, from, to] = [column([e]), column([t]), column([1])];
  const z = noise.subtract(u(noise, from, to).multiply(1 - t));
  const velocity = v(z, from);
  // z_t moves while t does, with the velocity v: the tangents of (z, r, t) are (v, 0, 1).
  const [average, slope] = jvp(u, [z, column([r]), from], [velocity, column([0]), column([1])]);
  return {
    zt: z.item(),
    zr: z.subtract(average.multiply(t - r)).item(),
    velocity: velocity.item(),
    average: average.item(),
    slopeOfAverage: slope.item(),
    residual: Math.abs(average.item() - (velocity.item() - (t - r) * slope.item())),
  };
}

const odeSteps = 24;
const width = 0.12;

function velocityTo(data: readonly number[]): Velocity<'dataToNoise'> {
  const means = column(data);
  const deviations = tensor(
    data.map(() => width),
    { dtype: 'float64' },
  );
  return reverseTime(marginalField(optimalTransportPath(), { means, deviations }).velocity);
}

function fieldOf(name: PathName, data: readonly number[]) {
  return marginalField(paths[name], { points: column(data) });
}

/** Heights that cut a density on `heights` into equal parts. */
function quantiles(density: readonly number[], count: number): readonly number[] {
  const total = density.reduce((sum, p) => sum + p, 0);
  let below = 0;
  const found: number[] = [];
  for (const [i, p] of density.entries()) {
    below += p / total;
    while (found.length < count && below >= (found.length + 1) / (count + 1))
      found.push(heights[i] as number);
  }
  return found;
}

function column(values: readonly number[]): Tensor {
  return tensor(
    values.map((value) => [value]),
    { dtype: 'float64' },
  );
}

function numbersOf(x: Tensor): readonly number[] {
  return [...x.toTypedArray()];
}
