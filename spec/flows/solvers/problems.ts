/** For the specs of the solvers: four classical problems with their solutions. */
import { matmul, type Tensor } from '../../../autograd/index.ts';
import { f64, normal64 } from '../support.ts';

export interface Problem {
  readonly field: (x: Tensor, t: Tensor) => Tensor;
  readonly exact: (t: number) => Tensor;
  readonly from: number;
  readonly to: number;
}

/**
 * A skew-symmetric matrix plus a little damping, and exp(tA) by its power series (with scaling and squaring).
 */
const skew = (() => {
  const u = normal64(3, [6, 6]);
  return u.subtract(u.transpose()).subtract(f64(Array.from({ length: 6 }, (_, i) => oneAt(i, 0.1))));
})();
function oneAt(i: number, value: number): number[] {
  return Array.from({ length: 6 }, (_, j) => (i === j ? value : 0));
}
function matrixExponential(a: Tensor): Tensor {
  const halvings = 6;
  let term = f64(Array.from({ length: 6 }, (_, i) => oneAt(i, 1)));
  let sum = term;
  for (let k = 1; k < 30; k++) {
    term = matmul(term, a).divide(k * 2 ** halvings);
    sum = sum.add(term);
  }
  for (let i = 0; i < halvings; i++) sum = matmul(sum, sum);
  return sum;
}
/** The initial state of the linear problem. */
export const x0 = normal64(5, [2, 6]);
const rates = f64([-1.5, 0.3, 0.8]);

/** Four common test problems for ODE solvers, with their solutions. */
export const problems = {
  // dx/dt = a + (x − (a·t + b))⁵ stays on the line of slope a
  constant: {
    field: (x, t) => x.subtract(t.multiply(0.2).add(3)).power(5).add(0.2),
    exact: (t) => f64([[0.2 * t + 3]]),
    from: 1,
    to: 8,
  },
  linear: {
    field: (x) => matmul(x, skew),
    exact: (t) => matmul(x0, matrixExponential(skew.multiply(t))),
    from: 0,
    to: 3,
  },
  sine: {
    field: (x, t) => {
      const forcing = t
        .power(4)
        .multiply(t.multiply(2).sin())
        .subtract(t.square())
        .add(t.power(3).multiply(4));
      return x.multiply(2).divide(t).add(forcing);
    },
    exact: (t) =>
      f64([
        -0.5 * t ** 4 * Math.cos(2 * t) +
          0.5 * t ** 3 * Math.sin(2 * t) +
          0.25 * t ** 2 * Math.cos(2 * t) -
          t ** 3 +
          2 * t ** 4 +
          (Math.PI - 0.25) * t ** 2,
      ]),
    from: 1,
    to: 8,
  },
  exponential: {
    field: (x) => x.multiply(rates),
    exact: (t) =>
      rates.multiply(t).exp().reshape([3, 1, 1]).broadcastTo([3, 2, 1]).reshape([3, 2]).transpose(),
    from: 0,
    to: 4,
  },
} satisfies Readonly<Record<string, Problem>>;
