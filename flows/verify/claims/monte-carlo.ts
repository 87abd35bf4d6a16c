/**
 * The theorem with samples, as training uses it. Each loss draws samples of its own. Statistics then compare
 * the two gradients.
 */
import { compile, erfc, random, type Tensor, treeLeaves, valueAndGrad } from '../../../autograd/index.ts';
import { conditionalFlowMatchingLoss, flowMatchingLoss } from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import type { Velocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import {
  type Dimension,
  type PathName,
  parameterCount,
  paths,
  smallNetwork,
  threePoints,
} from '../examples.ts';
import { conditionalFlowMatchingOnGrid, drawData, gridTimes, networkVelocity } from '../integrals.ts';
import { float64, lazily } from '../numerics.ts';
import { perturbed } from './gradient-equivalence.ts';

const part = 'The two losses have the same gradient';

/** The gradient of a loss on one batch of samples, as a long vector. */
type Estimator = (key: random.Key, samples: number) => readonly number[];

/** Estimators of ∇L_FM and ∇L_CFM from samples of their own, and the exact gradient by quadrature. */
export function estimators(name: PathName, dimension: Dimension, u?: Velocity<'noiseToData'>) {
  const [path, data] = [paths[name], threePoints[dimension]];
  const velocity = networkVelocity(dimension);
  const field = u ?? marginalField(path, data).velocity;
  const theta = smallNetwork(dimension).initialise(random.key(0));
  const gradientOf = (loss: (v: Velocity<'noiseToData'>) => Tensor) =>
    valueAndGrad((p: Dense[]) => loss(velocity(p)))(theta)[1];
  const draw = (key: random.Key, samples: number) => {
    const [dataKey, noiseKey, timeKey] = random.split(key, 3);
    return {
      x0: random.normal(noiseKey, [samples, dimension], { dtype: 'float64' }),
      x1: drawData(dataKey, data, samples),
      t: float64(gridTimes.map((t) => [t])).gather(random.randint(timeKey, [samples], 0, gridTimes.length)),
    };
  };
  return {
    marginal: asEstimator((key, samples) => {
      const { x0, x1, t } = draw(key, samples);
      return gradientOf((v) => flowMatchingLoss(v, field, { x: path.flow(x0, x1, t), t }));
    }),
    conditional: asEstimator((key, samples) =>
      gradientOf((v) => conditionalFlowMatchingLoss(v, path, draw(key, samples))),
    ),
    exact: () => flatten(gradientOf(conditionalFlowMatchingOnGrid(path, data))),
  };
}

/** Compiles a gradient: its batches are many, and alike. */
function asEstimator(gradient: (key: random.Key, samples: number) => unknown): Estimator {
  const compiled = compile(gradient, { static: [1] });
  return (key, samples) => flatten(compiled(key, samples));
}

/**
 * The surprise at the largest |z| over the parameters, where z is the difference of two estimators' means
 * over independent batches, divided by its standard error.
 */
export function surpriseAtDifference(a: Estimator, b: Estimator): Measurement {
  return surpriseOf(batchMoments(a, 10), batchMoments(b, 11));
}

const [batches, samples] = [60, 500];

function batchMoments(estimate: Estimator, seed: number): Moments {
  return moments(
    Array.from({ length: batches }, (_, i) => estimate(random.foldIn(random.key(seed), i), samples)),
  );
}

function surpriseOf(first: Moments, second: Moments): Measurement {
  const scores = first.mean.map((mean, i) => {
    const variance = (first.variance[i] as number) + (second.variance[i] as number);
    return (mean - (second.mean[i] as number)) / Math.sqrt(variance / batches);
  });
  const rms = Math.sqrt(scores.reduce((total, z) => total + z * z, 0) / scores.length);
  const largestScore = Math.max(...scores.map(Math.abs));
  return {
    residual: surprise(largestScore, scores.length),
    detail: `largest |z| = ${largestScore.toFixed(2)}, root mean square ${rms.toFixed(2)}; ${batches} batches of ${samples}`,
  };
}

/**
 * −log₁₀ of the probability that the largest of `count` independent |z| is at least this large, where each z
 * is standard normal. Chance alone gives 3 once in a thousand times.
 */
function surprise(z: number, count = 1): number {
  const each = erfc(float64(z / Math.SQRT2)).item();
  return -Math.log10(Math.max(-Math.expm1(count * Math.log1p(-each)), Number.MIN_VALUE)); // p may underflow
}

/**
 * The surprise at the slope of log ‖estimate − ∇L‖ in log N, if the error falls as N^(−1/2). The slope's
 * standard error comes from the scatter of the repeats.
 */
export function surpriseAtSlope(estimate: Estimator, exact: readonly number[], repeats = 96): Measurement {
  const sizes = [32, 4096] as const;
  const [small, large] = sizes.map((samples, row) => {
    const squares = Array.from({ length: repeats }, (_, i) => {
      const got = estimate(random.foldIn(random.key(20 + row), i), samples);
      return [got.reduce((total, g, j) => total + (g - (exact[j] as number)) ** 2, 0)];
    });
    const { mean, variance } = moments(squares);
    return { mean: mean[0] as number, variance: (variance[0] as number) / repeats };
  }) as [{ mean: number; variance: number }, { mean: number; variance: number }];
  const span = 2 * Math.log(sizes[1] / sizes[0]); // the errors are squared
  const slope = Math.log(large.mean / small.mean) / span;
  const error = Math.hypot(...[small, large].map((m) => Math.sqrt(m.variance) / m.mean)) / span;
  return {
    residual: surprise(Math.abs(slope + 0.5) / error),
    detail: `slope ${slope.toFixed(3)} ± ${error.toFixed(3)}; ${repeats} batches each of ${sizes.join(' and ')}`,
  };
}

interface Moments {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

function moments(rows: readonly (readonly number[])[]): Moments {
  const columns = (rows[0] as readonly number[]).map((_, j) => rows.map((row) => row[j] as number));
  const mean = columns.map((column) => column.reduce((a, b) => a + b) / column.length);
  const variance = columns.map(
    (column, j) =>
      column.reduce((total, x) => total + (x - (mean[j] as number)) ** 2, 0) / (column.length - 1),
  );
  return { mean, variance };
}

function flatten(tree: unknown): readonly number[] {
  return treeLeaves(tree).flatMap((leaf) => [...(leaf as Tensor).toTypedArray()]);
}

/** Both gradients' moments for the exact u_t, d = 2. OT's are also what the wrong u_t is compared with. */
const exactMoments = lazily(() => momentsOf('ot'));

function momentsOf(name: PathName): readonly [marginal: Moments, conditional: Moments] {
  const { marginal, conditional } = estimators(name, 2);
  return [batchMoments(marginal, 10), batchMoments(conditional, 11)];
}

/** The surprise at the difference of the gradients of L_CFM, and of L_FM with u_t·(1 + error). */
function surpriseAtError(error: number): Measurement {
  const u = marginalField(paths.ot, threePoints[2]).velocity;
  const { marginal } = estimators('ot', 2, perturbed(u, error));
  return surpriseOf(batchMoments(marginal, 10), exactMoments()[1]);
}

export const monteCarloClaims: readonly Claim[] = [
  ...(['ot', 'vp', 've'] as const).map(
    (name): Claim => ({
      id: `montecarlo.${name}`,
      part,
      claim: `The gradients agree by Monte Carlo, ${paths[name].name}`,
      equation: 'E[g_FM] = E[g_CFM], g the gradients on a batch',
      compared: `−log₁₀ p of the largest |z| over ${parameterCount(2)} parameters, of the difference of independent estimates; d = 2`,
      bound: 'at most',
      tolerance: 3,
      measure: () => surpriseOf(...(name === 'ot' ? exactMoments() : momentsOf(name))),
    }),
  ),
  {
    id: 'montecarlo.caught',
    part,
    claim: 'A wrong u_t is caught by Monte Carlo too',
    equation: 'E[g_FM] ≠ E[g_CFM] if u_t is off by 30 %',
    compared: 'The same −log₁₀ p, with u_t·1.3: must be far out; OT, d = 2',
    bound: 'at least',
    tolerance: 13,
    measure: () => surpriseAtError(0.3),
    without: () => surpriseOf(...exactMoments()),
  },
  ...(['conditional', 'marginal'] as const).map(
    (side): Claim => ({
      id: `montecarlo.slope.${side}`,
      part,
      claim: `The estimate of ∇L_${side === 'conditional' ? 'CFM' : 'FM'} converges to the integral`,
      equation: '‖g_N − ∇L‖ ~ N^(−1/2)',
      compared:
        '−log₁₀ p of the slope of the error in N, by its standard error; ∇L is that of L_CFM on the grid; OT, d = 1',
      bound: 'at most',
      tolerance: 7,
      measure: () => {
        const { exact, ...sampled } = estimators('ot', 1);
        return surpriseAtSlope(sampled[side], exact());
      },
    }),
  ),
];
