/** Measures how far a formula of the note is from the truth, as the note prints it and as we correct it. */
import { jvp, random, type Tensor, valueAndGrad, vjp } from '../../../autograd/index.ts';
import { adaptiveWeight, squaredNorm } from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { timeDerivative } from '../calculus.ts';
import { marginalVelocity, timesLike } from '../exact-velocities.ts';
import { eachPoint, paths, smallNetwork, somePoints, threePoints } from '../examples.ts';
import { networkAverageVelocity, networkVelocity } from '../integrals.ts';
import * as note from '../note-formulas.ts';
import { differenceQuotient, float64, gridQuadrature, relativeDistance, relativeGap } from '../numerics.ts';
import { classVelocity, guidedField } from './guidance.ts';

/** 1. VP at t = 0.2, x₀ = 0.3, x₁ = 0.7: the relative error of a formula for u_t, against dψ_t(x₀)/dt. */
export function vpError(formula: typeof note.vpSecondForm): number {
  return Math.abs(vpValue(formula) / alongVp().rate - 1);
}

/** A formula's u_t there. */
export function vpValue(formula: typeof note.vpSecondForm): number {
  return formula(schedule, alongVp().x, 0.7, 0.2);
}

const schedule = { betaMin: 0.1, betaMax: 20 };

/** The numbers behind erratum 1, as text. */
export function vpNumbers(): string {
  const { x, rate } = alongVp();
  const printed = note.vpSecondFormAsPrinted(schedule, x, 0.7, 0.2);
  return `printed ${printed.toFixed(1)}, derivative ${rate.toFixed(4)}`;
}

function alongVp() {
  const [x0, x1] = [float64([[0.3]]), float64([[0.7]])];
  const flow = (t: number | Tensor) => paths.vp.flow(x0, x1, t).reshape([]);
  return { x: flow(0.2).item(), rate: timeDerivative(flow, 0.2).item() };
}

/** 2. The same for VE, σ from 0.1 to 5. */
export function veError(formula: typeof note.ve): number {
  return Math.abs(veValue(formula) / timeDerivative(alongVe, 0.2).item() - 1);
}

/** A formula's u_t for VE there. */
export function veValue(formula: typeof note.ve): number {
  return formula({ sigmaMin: 0.1, sigmaMax: 5 }, alongVe(0.2).item(), 0.7, 0.2);
}

function alongVe(t: number | Tensor): Tensor {
  return paths.ve.flow(float64([[0.3]]), float64([[0.7]]), t).reshape([]);
}

/** The numbers behind erratum 2, as text. */
export function readings(printed: number, right: number): string {
  return `printed ${printed.toFixed(4)}, derivative ${right.toFixed(4)}`;
}

/** 3d. The mean of p₁(x|x₁) for x₁ = 0.3, or of p₁(x), against the mean of q, relative to q's deviation. */
export function meanAtTheEnd(of: 'x' | 'x given x₁'): number {
  const { points, weights } = threePoints[1];
  const q = weights.reshape([-1, 1]);
  const mean = points.multiply(q).sum();
  const deviation = points.subtract(mean).square().multiply(q).sum().sqrt();
  const { points: x, weight } = gridQuadrature(-4, 4, 801, 1);
  const logDensity =
    of === 'x'
      ? marginalField(paths.ot, threePoints[1]).logDensity(x, 1)
      : paths.ot.logDensity(x, float64([[0.3]]), 1);
  const meanOfPath = logDensity
    .exp()
    .multiply(x.reshape([-1]))
    .multiply(weight)
    .sum();
  return Math.abs(meanOfPath.subtract(mean).divide(deviation).item());
}

/** 3a. Which derivative of φ_t(x) is v_t(φ_t(x))? For Gaussian data φ_t(x) = S_t·x + t·m in one dimension. */
export function flowDerivative(by: 'x' | 't'): number {
  const [m, s, t] = [0.7, 0.5, float64(0.6)];
  const { velocity } = marginalField(paths.ot, { means: float64([[m]]), deviations: float64([s]) });
  const flow = (x: Tensor, time: Tensor) => {
    const sigma = time.multiply(-0.9).add(1);
    return sigma.square().add(time.multiply(s).square()).sqrt().multiply(x).add(time.multiply(m));
  };
  const [moved, derivative] = jvp(flow, [somePoints(30, 10, 1), t], by === 'x' ? [1, 0] : [0, 1]);
  return relativeGap(derivative, velocity(moved, t));
}

/** 3b. The gap of the gradients of E‖v − u_t(x)‖^p and E‖v − u_t(x|x₁)‖^p, on one grid at t = 0.6. */
export function gapForPower(power: 1 | 2): number {
  const [path, data, t] = [paths.ot, threePoints[1], 0.6];
  const { points: x, weight } = gridQuadrature(-4, 4, 161, 1);
  const field = marginalField(path, data);
  const theta = smallNetwork(1).initialise(random.key(31));
  const gradientOf = (loss: (v: Tensor) => Tensor) =>
    valueAndGrad((p: Dense[]) => loss(networkVelocity(1)(p)(x, t)))(theta)[1];
  const norm = (difference: Tensor) => squaredNorm(difference).power(power / 2);
  const marginal = gradientOf((v) =>
    norm(v.subtract(field.velocity(x, t)))
      .multiply(field.logDensity(x, t).exp())
      .multiply(weight)
      .sum(),
  );
  const conditional = gradientOf((v) =>
    eachPoint(data, (x1, q) => {
      const density = path.logDensity(x, x1, t).exp().multiply(q).multiply(weight);
      return norm(v.subtract(path.conditionalVelocity(x, x1, t)))
        .multiply(density)
        .sum();
    }).reduce((a, b) => a.add(b)),
  );
  return relativeDistance(marginal, conditional);
}

/** 3c. Is N(x | x₁, σ²_{1−t}) the density p_t(x), or p_t(x | x₁)? At t = 0.6, x₁ = 0.3. */
export function veDensity(of: 'x' | 'x given x₁'): number {
  const [x, x1, t] = [somePoints(32, 20, 1), 0.3, 0.6];
  const sigma = 0.1 * (5 / 0.1) ** (1 - t);
  const normal = x
    .subtract(x1)
    .divide(sigma)
    .square()
    .multiply(-0.5)
    .exp()
    .divide(sigma * Math.sqrt(2 * Math.PI));
  const marginal = marginalField(paths.ve, threePoints[1]).logDensity(x, t);
  const conditional = paths.ve.logDensity(x, float64([[x1]]), t);
  return relativeGap(normal.reshape([-1]), (of === 'x' ? marginal : conditional).exp());
}

/**
 * 4. The excess of a mean squared displacement over the least one, W₂², relative to W₂². The data is
 *    N(m, s²); given x₁, it is N(x₁, σ_min²) with x₁ = m and σ_min = 0.1.
 */
export function excessCost(coupling: 'independent' | 'given x₁'): number {
  const [m, s] = [0.7, 0.5];
  const { points, weight } = gridQuadrature(-8, 8, 161, 2);
  const [x0, normal] = [points.slice([null, 0]), points.slice([null, 1])];
  const density = points
    .square()
    .sum({ axes: 1 })
    .multiply(-0.5)
    .exp()
    .multiply(weight / (2 * Math.PI));
  const deviation = coupling === 'independent' ? s : 0.1;
  const x1 = (coupling === 'independent' ? normal : x0).multiply(deviation).add(m);
  const cost = x1.subtract(x0).square().multiply(density).sum().item();
  return Math.abs(cost / (m ** 2 + (1 - deviation) ** 2) - 1);
}

/** 5a. The gradient of ‖Δ‖^{2γ}, against that of sg(ω)·‖Δ‖². */
export function printedWeight(): number {
  const { apply, initialise } = smallNetwork(2, 2);
  const x = somePoints(17, 30, 4);
  const squaredError = (p: Dense[]) => squaredNorm(apply(p, x).subtract(x.slice([null, [0, 2]])));
  const weighted = (p: Dense[]) =>
    adaptiveWeight(squaredError(p), { gamma: 0.5, c: 1e-3 }).multiply(squaredError(p));
  const theta = initialise(random.key(6));
  const gradientOf = (loss: (p: Dense[]) => Tensor) => valueAndGrad((p: Dense[]) => loss(p).sum())(theta)[1];
  return relativeDistance(
    gradientOf((p) => squaredError(p).power(0.5)),
    gradientOf(weighted),
  );
}

/** 5b. The value of a loss at Δ = 0, for ε = 10⁻³. */
export const atZero = (subtracted: number) => Math.sqrt(0 + 1e-3) - subtracted;

/**
 * 6a. u_tgt with the conditional v_t, against u_tgt with v(z_t, t): sample by sample, or in the mean given
 * z_t.
 */
export function targetGap(compared: 'each' | 'mean'): number {
  const [z, r, t] = [somePoints(33, 20, 2), 0.2, 0.7];
  const u = networkAverageVelocity(2)(smallNetwork(2, 2).initialise(random.key(34)));
  const target = (v: Tensor) =>
    v.subtract(jvp(u, [z, timesLike(z, r), timesLike(z, t)], [v, 0, 1])[1].multiply(t - r));
  const marginal = target(marginalVelocity(threePoints[2])(z, t));
  const samples = eachPoint(threePoints[2], (x, q) => {
    const e = z.subtract(x.multiply(1 - t)).divide(t);
    const weight = e.square().sum({ axes: 1, keepDims: true }).multiply(-0.5).exp().multiply(q);
    return { weight, target: target(e.subtract(x)) };
  });
  if (compared === 'each') return Math.min(...samples.map((sample) => relativeGap(sample.target, marginal)));
  const total = samples.map(({ weight }) => weight).reduce((a, b) => a.add(b));
  const mean = samples.map((sample) => sample.weight.multiply(sample.target)).reduce((a, b) => a.add(b));
  return relativeGap(mean.divide(total), marginal);
}

/** 6b. v ∂_z u, read as a row times a matrix or as (∂_z u)·v, against differences of u along v. */
export function directionalDerivative(reading: 'row' | 'column'): number {
  const [z, v] = [somePoints(33, 20, 2), somePoints(35, 20, 2)];
  const network = networkAverageVelocity(2)(smallNetwork(2, 2).initialise(random.key(34)));
  const u = (x: Tensor) => network(x, timesLike(x, 0.2), timesLike(x, 0.7));
  const along = differenceQuotient((h) => u(z.add(v.multiply(h))), 0, 0.1);
  return relativeGap(reading === 'row' ? vjp(u, [z])[1](v)[0] : jvp(u, [z], [v])[1], along);
}

/**
 * 7b. w·v(z_t, t | c) + (1 − w)·u^cfg(z_t, t, t | ·) of a perfect model, against v^cfg. The dot is the class
 * or ∅.
 */
export function guidedTarget(label: 'class' | 'null'): number {
  const [z, t, w] = [somePoints(20, 20, 2), 0.7, 2.5];
  const wanted = guidedField(0, w)(z, t);
  const own = label === 'class' ? wanted : marginalVelocity(threePoints[2])(z, t);
  return relativeGap(
    classVelocity(0)(z, t)
      .multiply(w)
      .add(own.multiply(1 - w)),
    wanted,
  );
}
