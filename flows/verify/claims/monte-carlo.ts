/**
 * The theorem with samples, as training uses it. Each loss draws samples of its own. Statistics then compare
 * the two gradients.
 */
import { random, type Tensor, treeLeaves, valueAndGrad } from '../../../autograd/index.ts';
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
import { float64 } from '../numerics.ts';
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
    flatten(valueAndGrad((p: Dense[]) => loss(velocity(p)))(theta)[1]);
  const draw = (key: random.Key, samples: number) => {
    const [dataKey, noiseKey, timeKey] = random.split(key, 3);
    return {
      x0: random.normal(noiseKey, [samples, dimension], { dtype: 'float64' }),
      x1: drawData(dataKey, data, samples),
      t: float64(gridTimes.map((t) => [t])).gather(random.randint(timeKey, [samples], 0, gridTimes.length)),
    };
  };
  const marginal: Estimator = (key, samples) => {
    const { x0, x1, t } = draw(key, samples);
    return gradientOf((v) => flowMatchingLoss(v, field, { x: path.flow(x0, x1, t), t }));
  };
  const conditional: Estimator = (key, samples) =>
    gradientOf((v) => conditionalFlowMatchingLoss(v, path, draw(key, samples)));
  return {
    marginal,
    conditional,
    exact: () => gradientOf((v) => conditionalFlowMatchingOnGrid(v, path, data)),
  };
}

/**
 * The largest |z| over the parameters, where z is the difference of two estimators' means over independent
 * batches, divided by its standard error.
 */
export function largestZScore(a: Estimator, b: Estimator, batches = 60, samples = 500): Measurement {
  const [first, second] = [a, b].map((estimate, side) =>
    moments(
      Array.from({ length: batches }, (_, i) => estimate(random.foldIn(random.key(10 + side), i), samples)),
    ),
  ) as [Moments, Moments];
  const scores = first.mean.map((mean, i) => {
    const variance = (first.variance[i] as number) + (second.variance[i] as number);
    return (mean - (second.mean[i] as number)) / Math.sqrt(variance / batches);
  });
  const rms = Math.sqrt(scores.reduce((total, z) => total + z * z, 0) / scores.length);
  return {
    residual: Math.max(...scores.map(Math.abs)),
    detail: `${batches} batches of ${samples}; root mean square z = ${rms.toFixed(2)}`,
  };
}

/** The slope of log ‖estimate − ∇L‖ in log N, plus ½: 0 if the error falls as N^(−1/2). */
export function slopeOfError(estimate: Estimator, exact: readonly number[], repeats = 12): Measurement {
  const sizes = [64, 256, 1024, 4096];
  const errors = sizes.map((samples, row) => {
    const squares = Array.from({ length: repeats }, (_, i) => {
      const got = estimate(random.foldIn(random.key(20 + row), i), samples);
      return got.reduce((total, g, j) => total + (g - (exact[j] as number)) ** 2, 0);
    });
    return Math.sqrt(squares.reduce((a, b) => a + b) / repeats);
  });
  const slope = leastSquaresSlope(sizes.map(Math.log), errors.map(Math.log));
  return {
    residual: slope + 0.5,
    detail: `slope ${slope.toFixed(3)}; error ${errors[0]?.toPrecision(2)} at N = 64, ${errors.at(-1)?.toPrecision(2)} at N = 4096`,
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

function leastSquaresSlope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [x, y].map((values) => values.reduce((a, b) => a + b) / values.length) as [number, number];
  const covariance = x.reduce((total, value, i) => total + (value - mx) * ((y[i] as number) - my), 0);
  return covariance / x.reduce((total, value) => total + (value - mx) ** 2, 0);
}

function flatten(tree: unknown): readonly number[] {
  return treeLeaves(tree).flatMap((leaf) => [...(leaf as Tensor).toTypedArray()]);
}

export const monteCarloClaims: readonly Claim[] = [
  ...(['ot', 'vp', 've'] as const).map(
    (name): Claim => ({
      id: `montecarlo.${name}`,
      part,
      claim: `The gradients agree by Monte Carlo, ${paths[name].name}`,
      equation: 'E[g_FM] = E[g_CFM], g the gradients on a batch',
      compared: `Largest |z| over ${parameterCount(2)} parameters of the difference of independent estimates; d = 2`,
      bound: 'at most',
      tolerance: 4.5,
      measure: () => {
        const { marginal, conditional } = estimators(name, 2);
        return largestZScore(marginal, conditional);
      },
    }),
  ),
  {
    id: 'montecarlo.caught',
    part,
    claim: 'A wrong u_t is caught by Monte Carlo too',
    equation: 'E[g_FM] ≠ E[g_CFM] if u_t is off by 30 %',
    compared: 'The same |z|, with u_t·1.3: must be far out; OT, d = 2',
    bound: 'at least',
    tolerance: 8,
    measure: () => {
      const u = marginalField(paths.ot, threePoints[2]).velocity;
      const { marginal, conditional } = estimators('ot', 2, perturbed(u, 0.3));
      return largestZScore(marginal, conditional);
    },
  },
  ...(['conditional', 'marginal'] as const).map(
    (side): Claim => ({
      id: `montecarlo.slope.${side}`,
      part,
      claim: `The estimate of ∇L_${side === 'conditional' ? 'CFM' : 'FM'} converges to the integral`,
      equation: '‖g_N − ∇L‖ ~ N^(−1/2)',
      compared: 'Slope of the error in N, plus ½, against the gradient of L_CFM on the grid; OT, d = 1',
      bound: 'at most',
      tolerance: 0.1,
      measure: () => {
        const { exact, ...sampled } = estimators('ot', 1);
        return slopeOfError(sampled[side], exact());
      },
    }),
  ),
];
