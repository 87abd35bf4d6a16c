/** Flows and the densities that they carry along: the note's equations (1) and (2). */
import { concatenate, jacfwd, jvp, slice, type Tensor, vmap } from '../../../autograd/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { type OdeField, odeSolve } from '../../solvers/index.ts';
import { divergence, logAbsDeterminant } from '../calculus.ts';
import type { Claim } from '../claim.ts';
import { paths, somePoints, threePointField, threePoints } from '../examples.ts';
import { distributionFunction } from '../independent.ts';
import { differenceQuotient, float64, largest, relativeGap } from '../numerics.ts';

const part = 'Flows and densities';
const end = 0.7;
/** 28 steps of order 5 err less than 56 of RK4, and cost less. */
const stepping = { steps: 28, method: 'tsitouras54' } as const;

/** ∫_{A_t} p_t dx = ∫_{A₀} p₀ dx, for intervals A₀ whose ends move with the flow. */
export function carriedMass(velocity: OdeField = threePointField('ot', 1).velocity): number {
  const ends = float64([[-1.5], [-0.4], [0.1], [0.9], [2]]);
  const moved = odeSolve(velocity, ends, { from: 0, to: end, ...stepping }).x;
  const massUpTo = (x: Tensor, t: number) => distributionFunction(paths.ot, threePoints[1], x, t);
  const masses = (F: Tensor) => slice(F, [[1]]).subtract(slice(F, [[0, -1]]));
  return relativeGap(masses(massUpTo(moved, end)), masses(massUpTo(ends, 0)));
}

/** p_t(x) = p₀(Φ_t⁻¹(x))·|det ∂Φ_t⁻¹/∂x|, with the Jacobian by jacfwd through the Runge–Kutta steps. */
export function changeOfVariables(
  jacobianOf: (fn: (x: Tensor) => Tensor) => (x: Tensor) => Tensor = jacfwd,
): number {
  const { velocity, logDensity } = threePointField('ot', 2);
  const inverseFlow = flowOfOnePoint(velocity, end, 0);
  const x = odeSolve(velocity, somePoints(1, 6, 2), { from: 0, to: end, ...stepping }).x;
  const x0 = odeSolve(velocity, x, { from: end, to: 0, ...stepping }).x;
  const transported = logDensity(x0, 0).add(logAbsDeterminant(vmap(jacobianOf(inverseFlow))(x)));
  return largest(transported.subtract(logDensity(x, end)));
}

/** log|det ∂φ_t/∂x| = ∫₀ᵗ div v(φ_τ, τ) dτ, with the integral as a third coordinate of the ODE. */
export function determinantFromDivergence(sign = 1): number {
  const { velocity } = threePointField('ot', 2);
  const x0 = somePoints(2, 6, 2);
  const determinant = logAbsDeterminant(vmap(jacfwd(flowOfOnePoint(velocity, 0, end)))(x0));
  const augmented: OdeField = (state, t) => {
    const x = slice(state, [null, [0, 2]]);
    const growth = divergence((y) => velocity(y, t), x).multiply(sign);
    return concatenate([velocity(x, t), growth.reshape([-1, 1])], 1);
  };
  const start = concatenate([x0, float64(Array.from({ length: 6 }, () => [0]))], 1);
  const integral = slice(odeSolve(augmented, start, { from: 0, to: end, ...stepping }).x, [null, 2]);
  return largest(determinant.subtract(integral));
}

/** For v(x) = A·x, ∂φ_t/∂x = e^{At}, so log|det| = t·tr A. A triangular A has e^{At} in closed form. */
export function linearFlow(trace: (a: number, c: number) => number = (a, c) => a + c): number {
  const [a, b, c] = [0.8, 1.3, -0.5];
  const transposed = float64([
    [a, 0],
    [b, c],
  ]);
  const flow = flowOfOnePoint((x) => x.matmul(transposed), 0, end);
  const jacobian = jacfwd(flow)(float64([0.4, -0.9]));
  const [ea, ec] = [Math.exp(a * end), Math.exp(c * end)];
  const exponential = float64([
    [ea, (b * (ea - ec)) / (a - c)],
    [0, ec],
  ]);
  const determinant = logAbsDeterminant(jacobian.reshape([1, 2, 2]));
  return Math.max(relativeGap(jacobian, exponential), largest(determinant.subtract(end * trace(a, c))));
}

/** dφ_t(x)/dt = v_t(φ_t(x)), with the left side by differences in t of the solved flow. */
export function flowEquation(rightSide: OdeField = threePointField('vp', 2).velocity): number {
  const { velocity } = threePointField('vp', 2);
  const x0 = somePoints(3, 6, 2);
  // All t are after 0.55, so they share the steps up to there; the rest has shorter ones.
  const shared = odeSolve(velocity, x0, { from: 0, to: 0.55, ...stepping }).x;
  const flow = (t: number) => odeSolve(velocity, shared, { from: 0.55, to: t, ...stepping, steps: 10 }).x;
  return relativeGap(differenceQuotient(flow, end, 0.1), rightSide(flow(end), float64(end)));
}

/** For Gaussian data N(m, s²I) the flow is φ_t(x) = S_t/S₀·(x − μ₀) + μ_t, where p_t = N(μ_t, S_t²I). */
export function gaussianFlow(scale = 1): number {
  const [m, s] = [float64([[0.7, -0.4]]), 0.5];
  const { velocity } = marginalField(paths.ot, { means: m, deviations: float64([s]) });
  const x = somePoints(4, 6, 2);
  const flow = (t: Tensor) => {
    const sigma = t.multiply(-0.9 * scale).add(1);
    return sigma.square().add(t.multiply(s).square()).sqrt().multiply(x).add(t.multiply(m));
  };
  const [moved, rate] = jvp(flow, [float64(end)], [1]);
  const solved = odeSolve(velocity, x, { from: 0, to: end, ...stepping }).x;
  return Math.max(relativeGap(rate, velocity(moved, end)), relativeGap(solved, moved));
}

/** A flow map on a single point, [d] → [d]. */
function flowOfOnePoint(velocity: OdeField, from: number, to: number): (x: Tensor) => Tensor {
  return (x) => odeSolve(velocity, x.reshape([1, -1]), { from, to, ...stepping }).x.reshape([-1]);
}

export const changeOfVariablesClaims: readonly Claim[] = [
  {
    id: 'flow.mass',
    part,
    claim: 'A flow carries probability along',
    equation: '∫_{A_t} p_t(x) dx = ∫_{A₀} p₀(x₀) dx₀',
    compared:
      'Mass between points moved by 28 Runge–Kutta steps, and before; both by erf; d = 1, OT, three points as data',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => carriedMass(),
  },
  {
    id: 'flow.density',
    part,
    claim: 'Change of variables',
    equation: 'p_t(x) = p₀(Φ_t⁻¹(x)) |det ∂Φ_t⁻¹(x)/∂x|',
    compared:
      'log of both sides: the Jacobian by jacfwd through 28 Runge–Kutta steps, and the exact marginal density; d = 2, OT',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => changeOfVariables(),
  },
  {
    id: 'flow.divergence',
    part,
    claim: 'The determinant is the integral of the divergence',
    equation: 'log |det ∂φ_t/∂x| = ∫₀ᵗ div v_τ(φ_τ(x)) dτ',
    compared: 'jacfwd through 28 Runge–Kutta steps, and the divergence integrated along the way; d = 2, OT',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => determinantFromDivergence(),
  },
  {
    id: 'flow.linear',
    part,
    claim: 'The same in closed form, for a linear velocity',
    equation: 'v = A·x  ⟹  ∂φ_t/∂x = e^{At},  log |det| = t·tr A',
    compared: 'jacfwd through 28 Runge–Kutta steps, and the exponential of a triangular A',
    bound: 'at most',
    tolerance: 1e-8,
    measure: () => linearFlow(),
  },
  {
    id: 'flow.ode',
    part,
    claim: 'A flow follows its velocity',
    equation: 'dφ_t(x)/dt = v_t(φ_t(x)),  φ₀(x) = x',
    compared:
      'Differences in t of the flow solved in 28 Runge–Kutta steps, and the velocity where it arrives; d = 2, VP',
    bound: 'at most',
    tolerance: 1e-6,
    measure: () => flowEquation(),
  },
  {
    id: 'flow.gaussian',
    part,
    claim: 'The same in closed form, for Gaussian data',
    equation: 'φ_t(x) = S_t·x + t·m,  S_t² = σ_t² + t²s²',
    compared:
      'Its derivative by jvp against the marginal velocity, and its value against 28 Runge–Kutta steps; d = 2, OT',
    bound: 'at most',
    tolerance: 1e-7,
    measure: () => gaussianFlow(),
  },
];
