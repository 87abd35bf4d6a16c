/**
 * Defines an operation with derivatives of your own: it solves Kepler's equation, E − e·sin E = M, for E by
 * Newton's method. We need not differentiate the iterations. The equation itself gives the derivative:
 * dE·(1 − e·cos E) = dM + sin E·de.
 *
 * npx tsx docs/examples/custom-operation.ts
 */
import {
  checkGradients,
  defineOperation,
  GradientError,
  grad,
  subtract,
  type Tensor,
  tensor,
  vmap,
} from 'fluxion';

/**
 * Newton's method. The number of steps is fixed, because an operation must not decide by values: under vmap
 * there are many.
 */
function solve(m: Tensor, e: Tensor): Tensor {
  let E = m;
  for (let i = 0; i < 20; i++) {
    const residual = E.subtract(e.multiply(E.sin())).subtract(m);
    E = E.subtract(residual.divide(slope(e, E)));
  }
  return E;
}

/** 1 − e·cos E, the derivative of Kepler's equation by E. */
function slope(e: Tensor, E: Tensor): Tensor {
  return subtract(1, e.multiply(E.cos()));
}

// Both rules consist of operations on inputs and output, so fluxion can differentiate them in turn. One rule
// would be enough: it is linear, so fluxion can transpose it into the other.
const eccentricAnomaly = defineOperation({
  name: 'eccentricAnomaly',
  value: solve,
  forward: ([dm, de], [, e], E) => dm!.add(E.sin().multiply(de!)).divide(slope(e!, E)),
  reverse: (w, [, e], E) => {
    const scaled = w.divide(slope(e!, E));
    return [scaled, scaled.multiply(E.sin())];
  },
});

const m = tensor([0.5, 1, 2], { dtype: 'float64' });
const e = tensor([0.1, 0.4, 0.7], { dtype: 'float64' });
console.log(`E = ${eccentricAnomaly(m, e)}`);

// Check both rules: forward mode against central differences, reverse mode against forward mode.
const { forward, reverse } = checkGradients((m: Tensor, e: Tensor) => eccentricAnomaly(m, e), [m, e]);
console.log(`relative errors: forward ${forward.toExponential(0)}, reverse ${reverse.toExponential(0)}`);

// It is an operation like any other: this is a second derivative, for each of three orbits.
const byEccentricity = grad((m: Tensor, e: Tensor) => eccentricAnomaly(m, e), { argument: 1 });
console.log(`d²E/de² = ${vmap(grad(byEccentricity, { argument: 1 }))(m, e)}`);
checkGradients(vmap(byEccentricity), [m, e]);

// The check finds a wrong rule: this one forgets that E depends on e.
const wrong = defineOperation({
  name: 'wrong',
  value: solve,
  forward: ([dm], [, e], E) => dm!.divide(slope(e!, E)),
});
try {
  checkGradients((m: Tensor, e: Tensor) => wrong(m, e), [m, e]);
} catch (error) {
  if (!(error instanceof GradientError)) throw error;
  console.log(`the wrong rule: ${error.message}`);
}
