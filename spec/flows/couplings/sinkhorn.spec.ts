import { expect } from 'chai';
import { random, type Tensor } from '../../../autograd/index.ts';
import {
  optimalTransportCoupling,
  type SinkhornOptions,
  sinkhornCoupling,
  sinkhornPlan,
} from '../../../flows/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

function squaredDistances(x: Tensor, y: Tensor): Tensor {
  return x.expandDims(1).subtract(y.expandDims(0)).square().sum({ axes: 2 });
}

describe('sinkhornPlan', () => {
  const [x0, x1] = [normal64(0, [7, 2]), normal64(1, [7, 2])];
  const costs = squaredDistances(x0, x1);

  for (const regularization of [10, 1, 0.1, 0.05]) {
    it(`rows and columns have their masses, ε = ${regularization}`, () => {
      const { plan, error } = sinkhornPlan(costs, { regularization, tolerance: 1e-9, iterations: 20000 });
      expect(error).to.be.at.most(1e-9);
      expectClose(plan.sum({ axes: 1 }), f64(Array(7).fill(1 / 7)), 1e-12);
      expectClose(plan.sum({ axes: 0 }), f64(Array(7).fill(1 / 7)), 1e-8);
    });
  }

  it('is the solution: log(plan) + cost/ε is a sum of a row and a column term, and no other plan of that form has the masses', () => {
    const { plan } = sinkhornPlan(costs, { regularization: 0.5, tolerance: 1e-10 });
    const potentials = plan.log().add(costs.divide(0.5));
    // Second differences vanish: a_ij − a_0j − a_i0 + a_00 = 0
    const row = potentials.slice([[0, 1]]);
    const column = potentials.slice([null, [0, 1]]);
    const corner = potentials.slice([
      [0, 1],
      [0, 1],
    ]);
    expect(potentials.subtract(row).subtract(column).add(corner).abs().max().item()).to.be.below(1e-11);
  });

  it('is the closed form for two points', () => {
    // Costs (0, c; c, 0): by symmetry the diagonal has the share 1/(1 + e^{−c/ε})
    const { plan } = sinkhornPlan(
      f64([
        [0, 2],
        [2, 0],
      ]),
      { regularization: 0.7 },
    );
    const diagonal = 0.5 / (1 + Math.exp(-2 / 0.7));
    expectClose(
      plan,
      f64([
        [diagonal, 0.5 - diagonal],
        [0.5 - diagonal, diagonal],
      ]),
      1e-12,
    );
  });

  it('tends to the exact assignment as ε falls, and to the independent plan as it grows', () => {
    const exact = optimalTransportCoupling(x0, x1).x1.toTypedArray();
    const { plan } = sinkhornPlan(costs, { regularization: 0.002, tolerance: 1e-3, iterations: 50000 });
    const rows = plan.multiply(7).toArray() as number[][];
    rows.forEach((row, i) => {
      expect(row[exact[i]!]).to.be.above(0.99);
    });
    const flat = sinkhornPlan(costs, { regularization: 1e6 }).plan;
    expectClose(flat, f64(Array(7).fill(Array(7).fill(1 / 49))), 1e-4);
  });

  it('does not underflow where exp(−cost/ε) would, and takes rectangles', () => {
    const far = squaredDistances(x0.multiply(1e3), x1.slice([[0, 4]]));
    const { plan } = sinkhornPlan(far, { regularization: 1, iterations: 5000 });
    expectClose(plan.sum({ axes: 1 }), f64(Array(7).fill(1 / 7)), 1e-9);
  });

  it('makes the iterations of the definition, in logarithms, with few exponentials', () => {
    const n = 40;
    const costs = f64(
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => (Math.sin(7 * i) - Math.cos(11 * j)) ** 2 + (i % 5) * (j % 3)),
      ),
    );
    const c = costs.toArray() as number[][];
    for (const regularization of [0.05, 0.002]) {
      const native = Math.exp;
      let exponentials = 0;
      Math.exp = (x) => {
        exponentials++;
        return native(x);
      };
      try {
        const { plan, iterations } = sinkhornPlan(costs, { regularization, tolerance: 0, iterations: 400 });
        expect(iterations).to.equal(400);
        // An iteration in logarithms takes 2n².
        expect(exponentials).to.be.below(0.2 * 400 * 2 * n ** 2);
        expectClose(plan, f64(planByDefinition(c, regularization, 400)), 1e-10);
      } finally {
        Math.exp = native;
      }
    }
  });

  it('says when the iterations ran out', () => {
    const { error, iterations } = sinkhornPlan(costs, {
      regularization: 0.01,
      iterations: 1,
      tolerance: 1e-12,
    });
    expect(error).to.be.above(1e-12);
    expect(iterations).to.be.below(60);
  });

  it('makes as many iterations as it may, and counts them', () => {
    const regularization = costs.max().item() + 1; // which has no larger ε before it
    for (const iterations of [1, 2, 3]) {
      const plan = sinkhornPlan(costs, { regularization, iterations, tolerance: 0 });
      expect(plan.iterations).to.equal(iterations);
    }
    expect(sinkhornPlan(f64([[0, 0]]), { regularization: 1 }).iterations).to.equal(1);
  });

  it('rejects what makes no sense', () => {
    expect(() => sinkhornPlan(costs, { regularization: 0 })).to.throw(
      ArgumentError,
      'regularization > 0, got 0',
    );
    expect(() => sinkhornPlan(f64([1]), { regularization: 1 })).to.throw(ShapeError, 'got [1]');
    expect(() => sinkhornPlan(f64([[Number.NaN]]), { regularization: 1 })).to.throw(
      ArgumentError,
      'finite costs',
    );
  });
});

describe('sinkhornCoupling', () => {
  const [x0, x1] = [normal64(0, [40, 2]), normal64(1, [40, 2]).add(1)];

  it('will not draw from a plan whose masses are off when the iterations run out, unless that is within the tolerance', () => {
    const draw = (options: SinkhornOptions) => () => sinkhornCoupling(random.key(0), x0, x1, options);
    expect(draw({ regularization: 1e-4 })).to.throw(
      ArgumentError,
      /^sinkhornCoupling: after 1000 iterations .* off by 25 %; allow more iterations, or a larger regularization/,
    );
    expect(draw({ regularization: 1e-4, tolerance: 0.3 })).not.to.throw();
  });

  it('draws from one that is not quite done, but right to 5 %', () => {
    const options = { regularization: 0.01 };
    expect(sinkhornPlan(squaredDistances(x0, x1), options).error).to.be.within(1e-4, 0.05);
    expect(sinkhornCoupling(random.key(0), x0, x1, options).x1.shape).to.deep.equal([40]);
  });

  it('draws the data of each noise from its row of the plan', () => {
    // 500 copies of two noises and two data points: the shares are those of the plan
    const n = 1000;
    const x0 = f64(Array.from({ length: n }, (_, i) => [i % 2]));
    const x1 = f64(Array.from({ length: n }, (_, i) => [i % 2]));
    const pairs = sinkhornCoupling(random.key(0), x0, x1, { regularization: 0.7 });
    const drawn = pairs.x1.toTypedArray();
    const stayed = [...drawn].filter((j, i) => j % 2 === i % 2).length / n;
    // Costs 0 and 1: the share that stays is 1/(1 + e^{−1/ε}) = 0.807, with a standard error of 0.0125
    expect(stayed).to.be.closeTo(1 / (1 + Math.exp(-1 / 0.7)), 0.05);
  });
});

/**
 * The plan after so many iterations (Peyré and Cuturi 2019, equations 4.43 and 4.44), ε falling as
 * documented.
 */
function planByDefinition(
  costs: readonly number[][],
  regularization: number,
  iterations: number,
): number[][] {
  const n = costs.length;
  const softMinimum = (values: readonly number[], epsilon: number) => {
    const least = Math.min(...values);
    const sum = values.reduce((total, value) => total + Math.exp((least - value) / epsilon), 0);
    return least - epsilon * Math.log(sum / n);
  };
  let [f, g] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  let epsilon = Math.max(regularization, ...costs.flat());
  for (let made = 0; made < iterations; made++) {
    g = g.map((_, j) =>
      softMinimum(
        costs.map((row, i) => (row[j] as number) - (f[i] as number)),
        epsilon,
      ),
    );
    f = f.map((_, i) =>
      softMinimum(
        (costs[i] as number[]).map((cost, j) => cost - (g[j] as number)),
        epsilon,
      ),
    );
    if (made < iterations - 1) epsilon = Math.max(regularization, epsilon * 0.7);
  }
  return costs.map((row, i) =>
    row.map((cost, j) => Math.exp(((f[i] as number) + (g[j] as number) - cost) / epsilon) / n ** 2),
  );
}
