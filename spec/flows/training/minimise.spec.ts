/** L-BFGS on functions whose minima are known, and its line search by the conditions that define it. */
import { expect } from 'chai';
import {
  ArgumentError,
  add,
  matmul,
  multiply,
  random,
  solve,
  subtract,
  type Tensor,
  tensor,
  transpose,
} from '../../../autograd/index.ts';
import { minimise } from '../../../flows/training/index.ts';
import { wolfeStep } from '../../../flows/training/wolfe-step.ts';
import { expectClose } from '../close.ts';

const f64 = (values: readonly number[]) => tensor(values, { dtype: 'float64' });

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)², whose minimum is at 1. */
function rosenbrock(x: Tensor): Tensor {
  const [n] = x.shape as [number];
  const [a, b] = [x.slice([[0, n - 1]]), x.slice([[1, n]])];
  return b.subtract(a.square()).square().multiply(100).add(subtract(1, a).square()).sum();
}

describe('minimise', () => {
  it('finds the end of the valley of Rosenbrock, in 4 and in 20 dimensions', () => {
    for (const count of [4, 20]) {
      const first = f64(Array.from({ length: count }, (_, i) => (i % 2 === 0 ? -1.2 : 1)));
      const { parameters, value, converged, largestSlope, evaluations } = minimise(rosenbrock, first, {
        steps: 300,
      });
      expect(converged).to.equal(true);
      expect(largestSlope).to.be.below(1e-6);
      expect(value).to.be.below(1e-12);
      expectClose(parameters.toTypedArray(), new Float64Array(count).fill(1), 1e-6);
      expect(evaluations).to.be.below(count === 4 ? 80 : 400);
    }
  });

  it('finds the minimum (3, 2) of Himmelblau that is nearest, with a function that looks at values, too', () => {
    const himmelblau = (p: { x: Tensor; y: Tensor }) => {
      const value = add(
        p.x.square().add(p.y).subtract(11).square(),
        p.x.add(p.y.square()).subtract(7).square(),
      );
      if (p.x.hasValues) p.x.item();
      return value;
    };
    const { parameters } = minimise(himmelblau, { x: tensor(1), y: tensor(1) }, { compile: false });
    expect(parameters.x.dtype).to.equal('float32');
    expectClose([parameters.x.item(), parameters.y.item()], [3, 2], 1e-6);
  });

  it('solves the normal equations, however different the columns are', () => {
    const x = multiply(random.normal(random.key(1), [40, 3], { dtype: 'float64' }), f64([1, 30, 0.02]));
    const y = random.normal(random.key(2), [40, 1], { dtype: 'float64' });
    const wanted = solve(matmul(transpose(x), x), matmul(transpose(x), y));
    const { parameters, converged } = minimise(
      (w: Tensor) => matmul(x, w).subtract(y).square().sum(),
      tensor([[0], [0], [0]], { dtype: 'float64' }),
      { tolerance: 1e-9 },
    );
    expect(converged).to.equal(true);
    expectClose(parameters.toTypedArray(), wanted.toTypedArray(), 1e-6);
  });

  it('says when the steps run out, or there is no minimum', () => {
    const short = minimise(rosenbrock, f64([-1.2, 1]), { steps: 3 });
    expect([short.converged, short.steps]).to.deep.equal([false, 3]);
    const endless = minimise((p) => p.sum(), tensor([0]), { steps: 5 });
    expect(endless.converged).to.equal(false);
    const slow = minimise((p) => p.square().square().sum(), tensor([1, 2]), { tolerance: 0 });
    expect([slow.converged, slow.steps]).to.deep.equal([false, 200]); // the default
  });

  it('ends where the largest slope is the tolerance', () => {
    const { steps, converged } = minimise((p) => p.divide(2).sum(), tensor([7]), { tolerance: 0.5 });
    expect([steps, converged]).to.deep.equal([0, true]);
  });

  it('begins with a step −∇f, or with one of length 1 where that is shorter', () => {
    for (const [scale, second] of [
      [1000, 1 - 1],
      [2 ** -10, 1 - 2 * 2 ** -10],
    ] as const) {
      const seen: number[] = [];
      const fn = (p: Tensor) => {
        seen.push(p.item());
        return p.square().multiply(scale);
      };
      minimise(fn, f64([1]).reshape([]), { compile: false });
      expect(seen.slice(0, 2)).to.deep.equal([1, second]);
    }
  });

  it('calls a function that it does not compile each time', () => {
    const callsOf = (compile: boolean) => {
      let calls = 0;
      const fn = (p: Tensor) => {
        calls++;
        return rosenbrock(p);
      };
      const { evaluations } = minimise(fn, f64([-1.2, 1]), { compile });
      return [calls, evaluations] as const;
    };
    const [calls, evaluations] = callsOf(false);
    expect(calls).to.equal(evaluations);
    expect(callsOf(true)[0]).to.be.below(evaluations / 4);
  });

  it('is where it begins if that is the minimum', () => {
    const { steps, evaluations, converged } = minimise((p) => p.square().sum(), tensor([0, 0]));
    expect([steps, evaluations, converged]).to.deep.equal([0, 1, true]);
  });

  it('refuses what it cannot minimise', () => {
    const first = tensor([1, 2]);
    expect(() => minimise((p) => p, first)).to.throw(
      ArgumentError,
      'minimise: wanted a function that returns',
    );
    expect(() => minimise((p) => p.log().sum(), tensor([-1]))).to.throw(
      ArgumentError,
      'the function is NaN at',
    );
    expect(() => minimise((p) => p.sum(), tensor([]))).to.throw(ArgumentError, 'at least one number');
    expect(() => minimise((p) => p.sum(), first, { history: 0 })).to.throw(ArgumentError, 'history');
    expect(() => minimise((p) => p.sum(), first, { tolerance: -1 })).to.throw(ArgumentError, 'tolerance');
  });
});

describe('the line search', () => {
  // Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease" (1994), functions 1 and 2,
  // and two with walls.
  const functions: Record<string, (a: number) => [value: number, slope: number]> = {
    'a long way down': (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2],
    'a steep end': (a) => [
      (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4,
      5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3,
    ],
    'a wall of infinity': (a) => (a < 3 ? [-a + 1 / (3 - a), -1 + 1 / (3 - a) ** 2] : [Infinity, Infinity]),
    'no number beyond': (a) =>
      a < 2 ? [-Math.sqrt(2 - a) * a, (3 * a - 4) / (2 * Math.sqrt(2 - a))] : [NaN, NaN],
  };

  for (const [name, phi] of Object.entries(functions)) {
    it(`ends where the strong Wolfe conditions hold: ${name}`, () => {
      let seen: number[] = [];
      const at = (x: Tensor) => {
        const [value, slope] = phi(x.item());
        seen.push(x.item());
        return { x, value, gradient: f64([slope]).reshape([]) };
      };
      const one = f64([1]).reshape([]);
      const [value0, slope0] = phi(0);
      for (const length of [1e-3, 0.1, 1, 10, 1000]) {
        seen = [];
        const end = wolfeStep(at, at(multiply(one, 0)), one, length);
        if (end === null) throw new Error(`no step from a first length of ${length}`);
        const slope = end.gradient.item();
        expect(end.value).to.be.at.most(value0 + 1e-4 * end.x.item() * slope0);
        expect(Math.abs(slope)).to.be.at.most(0.9 * Math.abs(slope0));
        expectTenths(seen);
      }
    });
  }

  /** Between two points that it knows, the search looks at least a tenth of the way from either. */
  function expectTenths(seen: readonly number[]): void {
    seen.forEach((x, i) => {
      const above = Math.min(...seen.slice(0, i).filter((other) => other > x));
      const below = Math.max(...seen.slice(0, i).filter((other) => other < x));
      if (Number.isFinite(above)) expect((x - below) / (above - below)).to.be.within(0.1 - 1e-9, 0.9 + 1e-9);
    });
  }

  it('follows a slope that has no end, twice as far each time, 30 times', () => {
    const at = (x: Tensor) => ({ x, value: -x.item(), gradient: f64([-1]).reshape([]) });
    const end = wolfeStep(at, at(f64([0]).reshape([])), f64([1]).reshape([]), 1);
    expect(end?.x.item()).to.equal(2 ** 29);
  });

  it('does not go uphill', () => {
    const at = (x: Tensor) => ({ x, value: x.item(), gradient: f64([1]).reshape([]) });
    expect(wolfeStep(at, at(f64([0]).reshape([])), f64([1]).reshape([]), 1)).to.equal(null);
  });
});
