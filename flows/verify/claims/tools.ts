/**
 * The rooms around the losses: likelihood, solvers, conversions, couplings, metrics and optimisers. Each is
 * compared with a closed form, or with what can be counted by hand.
 */
import { full, random, type Tensor } from '../../../autograd/index.ts';
import { convertSchedule, score, scoreFrom, velocityFrom } from '../../conversions/index.ts';
import { optimalTransportCoupling, sinkhornPlan } from '../../couplings/index.ts';
import { logLikelihood } from '../../likelihood/index.ts';
import { energyDistance, squaredDiscrepancy, wasserstein2 } from '../../metrics/index.ts';
import { cosinePath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { sampleStochastic } from '../../sampling/sample-stochastic.ts';
import { odeSolve, sdeSolve } from '../../solvers/index.ts';
import { noiseToData, reverseTime } from '../../time.ts';
import { adam, constantSchedule, train } from '../../training/index.ts';
import type { Claim, Measurement } from '../claim.ts';
import { gaussianDeviation, gaussianVelocity } from '../exact-velocities.ts';
import { pathNames, paths, somePoints, threeComponents } from '../examples.ts';
import { float64, largest, relativeGap } from '../numerics.ts';

const part = 'The rooms around the losses';
const mixture = threeComponents[2];

/** log p of a mixture by the flow's ODE, against the marginal density, for the three paths. */
export function likelihoodOfMixture(scale = 1): number {
  const x = somePoints(60, 12, 2);
  // VP's velocity is singular at t = 1
  const dataTime = 0.7;
  return Math.max(
    ...pathNames.map((name) => {
      const { velocity, logDensity } = marginalField(paths[name], mixture);
      const { logDensity: found } = logLikelihood(
        noiseToData((y, t) => velocity(y, t).multiply(scale)),
        x,
        { dataTime, steps: 22, method: 'tsitouras54', noiseLogDensity: (z) => logDensity(z, 0) },
      );
      return largest(found.subtract(logDensity(x, dataTime)));
    }),
  );
}

/**
 * For v = A·x, Hutchinson's estimate with signs ε is tr A + (a₁₂ + a₂₁)·ε₁ε₂: one draw for each sample.
 * Returns the error of the mean over the batch, relative to |a₁₂ + a₂₁|; or that of single estimates.
 */
export function hutchinson(trace = 0.3): number {
  const count = 60_000;
  const [a, b, c, d] = [0.8, 1.3, 0.4, -0.5] as const;
  const transposed = float64([
    [a, c],
    [b, d],
  ]);
  const velocity = noiseToData((x) => x.matmul(transposed));
  const x = somePoints(61, count, 2);
  const { logDensity, latent } = logLikelihood(velocity, x, {
    divergence: 'rademacher',
    key: random.key(62),
    steps: 4,
  });
  const normal = latent
    .square()
    .sum({ axes: 1 })
    .multiply(-0.5)
    .subtract(Math.log(2 * Math.PI));
  const estimates = normal.subtract(logDensity); // ∫ of the divergence from noise to data
  const both = estimates
    .subtract(trace)
    .abs()
    .subtract(b + c);
  return Math.max(Math.abs(estimates.mean().item() - trace) / (b + c), largest(both));
}

/** The adaptive solver on x′ = −x + cos t, against (x₀ − ½)e^{−t} + (cos t + sin t)/2. */
export function adaptiveError(relativeTolerance = 1e-10): number {
  const start = float64([[2], [-1], [0.3]]);
  const field = (x: Tensor, t: Tensor) => t.cos().subtract(x);
  const options = { from: 0, to: 3, relativeTolerance, absoluteTolerance: relativeTolerance } as const;
  const exact = start
    .subtract(0.5)
    .multiply(Math.exp(-3))
    .add((Math.cos(3) + Math.sin(3)) / 2);
  return Math.max(
    ...(['tsitouras54', 'dormandPrince54'] as const).map((method) =>
      relativeGap(odeSolve(field, start, { ...options, method }).x, exact),
    ),
  );
}

/**
 * The error norm is a root mean square over a row, and the largest of the rows: 64 copies of a problem, in 8
 * rows of 8, take the steps of one. `scale` makes them larger.
 */
export function stepsOfCopies(side = 8, scale = 1): number {
  const evaluations = (count: number, size: number) =>
    odeSolve((x, t) => t.multiply(20).sin().multiply(x), full([count, count], size, { dtype: 'float64' }), {
      from: 0,
      to: 2,
      relativeTolerance: 1e-6,
    }).evaluations;
  return evaluations(side, scale) / evaluations(1, 1) - 1;
}

/**
 * Euler–Maruyama on dx = −x dt + √2 dW in n steps: E x = (1 − h)ⁿ·x₀ and Var x = 2h·Σ(1 − h)^{2k}, exactly.
 * The larger relative error of both moments over many paths.
 */
export function eulerMaruyama(diffusion = Math.SQRT2): number {
  const [count, steps, x0] = [100_000, 10, 3];
  const h = 1 / steps;
  const start = full([count, 1], x0, { dtype: 'float64' });
  const { x } = sdeSolve((y) => y.negate(), start, { from: 0, to: 1, steps, diffusion, key: random.key(63) });
  const variance =
    2 * h * Array.from({ length: steps }, (_, k) => (1 - h) ** (2 * k)).reduce((a, b) => a + b);
  return momentErrors(x, x0 * (1 - h) ** steps, variance);
}

/**
 * `sampleStochastic` for x ~ N(0, 0.6²): its drift is linear, so its variance follows a recursion over the
 * steps, S ← (1 + a·h)²·S + g²·h with a = v/x − g²/(2σ_t²).
 */
export function stochasticSampling(diffusion = 0.8): number {
  const [s, steps, count] = [0.6, 12, 100_000];
  const velocity = reverseTime(gaussianVelocity(s));
  const h = 1 / steps;
  let variance = 1;
  for (let k = 0; k < steps; k++) {
    const t = float64(k * h);
    const slope = velocity(float64([[1]]), t).item();
    const sigma = gaussianDeviation(s, float64(1 - k * h)).item();
    const rate = slope - diffusion ** 2 / (2 * sigma ** 2);
    variance = (1 + rate * h) ** 2 * variance + diffusion ** 2 * h;
  }
  const scores = score('noiseToData', (x, t) =>
    x.divide(gaussianDeviation(s, t.negate().add(1)).square()).negate(),
  );
  const noise = somePoints(64, count, 1);
  const { x } = sampleStochastic(velocity, scores, noise, { steps, diffusion: 0.8, key: random.key(65) });
  return momentErrors(x, 0, variance);
}

/** The errors of mean and variance, relative to the deviation and to the variance: the larger. */
function momentErrors(x: Tensor, mean: number, variance: number): number {
  const found = x.mean().item();
  const spread = x.subtract(found).square().mean().item();
  return Math.max(Math.abs(found - mean) / Math.sqrt(variance), Math.abs(spread / variance - 1));
}

/** Velocity from score and score from velocity, against the marginal field's own; OT and VP. */
export function conversions(scale = 1): number {
  const x = somePoints(66, 20, 2);
  const t = 0.6;
  return Math.max(
    ...(['ot', 'vp'] as const).map((name) => {
      const [path, field] = [paths[name], marginalField(paths[name], mixture)];
      const scores = score('noiseToData', (y, time) => field.score(y, time).multiply(scale));
      return Math.max(
        relativeGap(velocityFrom(path, scores)(x, t), field.velocity(x, t)),
        relativeGap(scoreFrom(path, field.velocity)(x, t), field.score(x, t)),
      );
    }),
  );
}

/** The OT field, converted to the cosine schedule, against the marginal field of the cosine path. */
export function scheduleConverted(t = 0.35): number {
  const x = somePoints(67, 20, 2);
  const [from, to] = [paths.ot, cosinePath()];
  const { velocity } = marginalField(from, mixture);
  const converted = convertSchedule(velocity, { from, to });
  return relativeGap(converted(x, t), marginalField(to, mixture).velocity(x, 0.35));
}

/** In one dimension the best assignment sorts; in the plane, it is the best of all 720 of six points. */
export function bestAssignment(order: (costs: readonly number[]) => number = (c) => Math.min(...c)): number {
  const costOf = (a: Tensor, b: Tensor) => a.subtract(b).square().sum().item();
  const cost = (x0: Tensor, x1: Tensor) => {
    const pairs = optimalTransportCoupling(x0, x1);
    return costOf(x0.gather(pairs.x0), x1.gather(pairs.x1));
  };
  const [a, b] = [somePoints(68, 50, 1), somePoints(69, 50, 1, 2)];
  const sorted = (x: Tensor) => float64([...x.toTypedArray()].sort((p, q) => p - q).map((value) => [value]));
  const [c, d] = [somePoints(70, 6, 2), somePoints(71, 6, 2)];
  const all = permutations([0, 1, 2, 3, 4, 5]).map((p) => costOf(c, d.gather(float64([...p]).cast('int32'))));
  return Math.max(
    Math.abs(cost(a, b) / costOf(sorted(a), sorted(b)) - 1),
    Math.abs(cost(c, d) / order(all) - 1),
    Math.abs(wasserstein2(c, d) ** 2 / (order(all) / 6) - 1),
  );
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

/** Costs 0 on the diagonal and 1 off it: the entropic plan has the ratio e^{1/ε} between them. */
export function entropicPlan(epsilon = 0.4): number {
  const { plan } = sinkhornPlan(
    float64([
      [0, 1],
      [1, 0],
    ]),
    { regularization: 0.4, tolerance: 1e-14 },
  );
  const share = 1 / (1 + Math.exp(-1 / epsilon)) / 2;
  const expected = float64([
    [share, 0.5 - share],
    [0.5 - share, share],
  ]);
  return relativeGap(plan, expected);
}

/** Energy distance and squared MMD of {0, 2} and {1, 5}, by hand. */
export function metricsByHand(last = 5): number {
  const [x, y] = [float64([[0], [2]]), float64([[1], [5]])];
  const k = (distance: number) => Math.exp(-(distance ** 2) / 2);
  const between = [1, last, 1, last - 2];
  const energy = (2 * between.reduce((a, b) => a + b)) / 4 - (2 * 2) / 4 - (2 * (last - 1)) / 4;
  const discrepancy = k(2) + k(last - 1) - (2 * between.map(k).reduce((a, b) => a + b)) / 4;
  return Math.max(
    Math.abs(energyDistance(x, y) / energy - 1),
    Math.abs(squaredDiscrepancy(x, y, { bandwidths: [1] }) / discrepancy - 1),
  );
}

/**
 * Three steps of training with Adam on ‖p − batch·ξ‖², where ξ comes from the step's key, against Adam in
 * plain numbers. Each step must take its own batch and its own key.
 */
export function trainedByHand(beta2 = 0.95): Measurement {
  const [rate, b1, epsilon, steps] = [0.1, 0.8, 1e-3, 3];
  const batches = [1.5, -0.7, 2.2];
  const seen: number[] = [];
  const draw = (key: random.Key) => random.normal(key, [], { dtype: 'float64' });
  const loss = (p: Tensor, batch: Tensor, key: random.Key) => {
    const xi = draw(key);
    seen.push(xi.item());
    return { loss: p.subtract(batch.multiply(xi)).square().multiply(0.5) };
  };
  const { parameters } = train({
    parameters: float64(0.4),
    batches: batches.map((value) => float64(value)),
    loss,
    optimizer: adam({ beta1: b1, beta2: 0.95, epsilon }),
    schedule: constantSchedule(rate),
    steps,
    key: random.key(72),
    compile: false,
  });
  let [p, m, v] = [0.4, 0, 0];
  batches.forEach((batch, i) => {
    const g = p - batch * (seen[i] as number);
    m = b1 * m + (1 - b1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const n = i + 1;
    p -= (rate * (m / (1 - b1 ** n))) / (Math.sqrt(v / (1 - beta2 ** n)) + epsilon);
  });
  const repeated = new Set(seen).size < steps ? 1 : 0;
  return {
    residual: Math.abs(parameters.item() / p - 1) + repeated,
    detail: `p = ${p.toPrecision(6)} after ${steps} steps`,
  };
}

export const toolClaims: readonly Claim[] = [
  {
    id: 'tools.likelihood',
    part,
    claim: 'The likelihood by the flow is the marginal density',
    equation: 'log p_t(x) = log p₀(z) − ∫₀ᵗ div u_τ(x_τ) dτ',
    compared: 'logLikelihood along the exact field, and log p_t at t = 0.7; a mixture, OT, VP and VE, d = 2',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => likelihoodOfMixture(),
  },
  {
    id: 'tools.hutchinson',
    part,
    claim: "Hutchinson's estimate draws for each sample, and is unbiased",
    equation: 'εᵀAε = tr A + (a₁₂ + a₂₁)·ε₁ε₂',
    compared: 'The mean over 60,000 samples against tr A, and each estimate; d = 2',
    bound: 'at most',
    tolerance: 0.1,
    measure: () => hutchinson(),
  },
  {
    id: 'tools.adaptive',
    part,
    claim: 'Adaptive steps meet their tolerance',
    equation: 'x′ = cos t − x',
    compared: 'Both adaptive methods with tolerances 10⁻¹⁰, and the closed form at t = 3',
    bound: 'at most',
    tolerance: 1e-7,
    measure: () => adaptiveError(),
  },
  {
    id: 'tools.norm',
    part,
    claim: 'Their error is a root mean square, in each row',
    equation: 'max over rows of √(mean of (eᵢ/tolᵢ)²) ≤ 1',
    compared: 'The evaluations for 64 copies of a problem, in 8 rows of 8, and for one, less 1',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => stepsOfCopies(),
  },
  {
    id: 'tools.sde',
    part,
    claim: 'Euler–Maruyama has the moments of its recursion',
    equation: 'E x = (1−h)ⁿx₀,  Var x = 2h·Σ(1−h)^{2k}',
    compared: 'Mean and variance of 100,000 paths of dx = −x dt + √2 dW, ten steps',
    bound: 'at most',
    tolerance: 0.1,
    measure: () => eulerMaruyama(),
  },
  {
    id: 'tools.stochastic',
    part,
    claim: 'So has sampling with noise',
    equation: 'dx = (v + ½g²·∇ log p_t) dt + g dW',
    compared: 'Mean and variance of 100,000 samples in twelve steps; Gaussian data',
    bound: 'at most',
    tolerance: 0.1,
    measure: () => stochasticSampling(),
  },
  {
    id: 'tools.predictions',
    part,
    claim: 'Velocity and score determine each other',
    equation: 'v = (α′/α)·x + (α′σ/α − σ′)·σ·∇ log p_t',
    compared:
      'velocityFrom and scoreFrom, and both sides from the marginal field; a mixture, OT and VP, d = 2',
    bound: 'at most',
    tolerance: 1e-11,
    measure: () => conversions(),
  },
  {
    id: 'tools.schedule',
    part,
    claim: 'A model of one schedule is one of another',
    equation: 'v̄(x, r) = (ṡ/s)·x + s·ṫ·v(x/s, t)',
    compared: 'The field of OT converted to the cosine path, and that path’s own; a mixture, d = 2',
    bound: 'at most',
    tolerance: 1e-10,
    measure: () => scheduleConverted(),
  },
  {
    id: 'tools.coupling',
    part,
    claim: 'The optimal-transport coupling has the least cost',
    equation: 'min_π Σ‖x₀ − x₁(π)‖²',
    compared: 'Sorting 50 points on the line; all 720 pairings of six points in the plane, also for W₂',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => bestAssignment(),
  },
  {
    id: 'tools.sinkhorn',
    part,
    claim: 'The entropic plan in closed form',
    equation: 'π₁₁/π₁₂ = e^{1/ε}',
    compared: 'sinkhornPlan for costs 0 and 1 of two points, ε = 0.4',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => entropicPlan(),
  },
  {
    id: 'tools.metrics',
    part,
    claim: 'Two metrics by hand',
    equation: '2E‖X−Y‖ − E‖X−X′‖ − E‖Y−Y′‖;  E k(X,X′) − 2E k(X,Y) + E k(Y,Y′)',
    compared: 'energyDistance and squaredDiscrepancy of {0, 2} and {1, 5}',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => metricsByHand(),
  },
  {
    id: 'tools.training',
    part,
    claim: 'A training run is Adam, with a key for each step',
    equation: 'p ← p − λ·m̂/(√v̂ + ε)',
    compared: 'train for three steps on batches of numbers with noise, and Adam in plain numbers',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => trainedByHand(),
  },
];
