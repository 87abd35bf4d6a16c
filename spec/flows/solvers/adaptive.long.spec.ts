import { expect } from 'chai';
import {
  ArgumentError,
  concatenate,
  grad,
  jvp,
  LevelError,
  makeGraph,
  type Tensor,
  vmap,
} from '../../../autograd/index.ts';
import { OdeError, odeSolve } from '../../../flows/index.ts';
import { expectClose, f64, normal64, relativeGap } from '../support.ts';
import { type Problem, problems, x0 } from './problems.ts';

for (const method of ['dormandPrince54', 'tsitouras54'] as const) {
  describe(`odeSolve with adaptive steps by ${method}`, () => {
    const solve = ({ field, exact }: Problem, from: number, to: number, tolerance: number) =>
      odeSolve(field, exact(from), {
        from,
        to,
        method,
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      });

    for (const [name, problem] of Object.entries(problems)) {
      const { from, to, exact } = problem;

      it(`solves the ${name} problem forwards and backwards, within a multiple of the tolerance`, () => {
        for (const tolerance of [1e-5, 1e-8, 1e-11]) {
          expect(relativeGap(solve(problem, from, to, tolerance).x, exact(to))).to.be.below(100 * tolerance);
        }
        // backwards, the constant and sine problems shrink errors or keep them; so do the other two, up to a
        // constant
        expect(relativeGap(solve(problem, to, from, 1e-9).x, exact(from))).to.be.below(1e-6);
      });
    }

    it('the error is proportional to the tolerance, and its price grows like tolerance^(−1/5)', () => {
      for (const { from, to, ...problem } of [problems.linear, problems.sine]) {
        const runs = [1e-5, 1e-7, 1e-9, 1e-11].map((tolerance) =>
          solve({ from, to, ...problem }, from, to, tolerance),
        );
        const errors = runs.map(({ x }) => relativeGap(x, problem.exact(to)));
        expect(Math.log10(errors[0]! / errors[3]!)).to.be.within(4.5, 7.5);
        errors.slice(1).forEach((error, i) => {
          expect(error).to.be.below(errors[i]! / 10);
        });
        const growth = Math.log10(runs[3]!.evaluations / runs[1]!.evaluations) / 4;
        expect(growth).to.be.within(0.14, 0.24);
      }
    });

    it('dense output has the order that it claims, and joins the steps', () => {
      const { field, exact } = problems.linear;
      const errors = [30, 60].map((steps) => {
        const { at, times, states } = odeSolve(field, x0, {
          from: 0,
          to: 3,
          steps,
          method,
          trajectory: true,
        });
        times.forEach((t, i) => {
          expectClose(at(t), states[i] as Tensor, 1e-13);
        });
        return Math.max(...[0.21, 1.04, 1.77, 2.96].map((t) => relativeGap(at(t), exact(t))));
      });
      expect(Math.log2((errors[0] as number) / (errors[1] as number))).to.be.above(4);
    });

    it('dense output of adaptive steps is as good as the steps, forwards and backwards', () => {
      const { field, exact, from, to } = problems.sine;
      for (const [start, end] of [
        [from, to],
        [to, from],
      ] as const) {
        const options = { from: start, to: end, method, relativeTolerance: 1e-8, trajectory: true } as const;
        const { at, times } = odeSolve(field, exact(start), options);
        expect(times[0]).to.equal(start);
        expect(times.at(-1)).to.equal(end);
        for (const t of [1.2, 3.3, 6.9]) expect(relativeGap(at(t), exact(t))).to.be.below(1e-6);
        expect(() => at(8.1)).to.throw(ArgumentError, /between .* got 8\.1/);
      }
    });

    it('counts every evaluation, and every rejected step', () => {
      // The first step is longer than a whole period, and must fail
      let count = 0;
      const shaken = (x: Tensor, t: Tensor) => {
        count++;
        return x.multiply(t.multiply(20).cos()).multiply(10);
      };
      const options = { from: 0, to: 1, method, firstStep: 0.5, trajectory: true } as const;
      const { evaluations, rejected, times } = odeSolve(shaken, f64([1]), options);
      expect(evaluations).to.equal(count);
      expect(rejected).to.be.above(0);
      expect(evaluations).to.equal(1 + 6 * (times.length - 1 + rejected));
    });

    it('the gradient is that of the accepted steps, their lengths constants', () => {
      const field = (x: Tensor, t: Tensor) => x.sin().multiply(t.add(1));
      const x = normal64(7, [3]);
      const adaptive = (y: Tensor) =>
        odeSolve(field, y, { from: 0, to: 1, method, relativeTolerance: 1e-6 }).x.sum();
      const { times } = odeSolve(field, x, {
        from: 0,
        to: 1,
        method,
        relativeTolerance: 1e-6,
        trajectory: true,
      });
      const replayed = (y: Tensor) => odeSolve(field, y, { times, method }).x.sum();
      expectClose(adaptive(x), replayed(x), 1e-14);
      expectClose(grad(adaptive)(x), grad(replayed)(x), 1e-13);
      expectClose(jvp(adaptive, [x], [x])[1], jvp(replayed, [x], [x])[1], 1e-13);
      // the exact flow is that of tan(x/2): tan(x(t)/2) = tan(x(0)/2)·exp(3/2)
      const exact = (y: Tensor) => y.divide(2).tan().multiply(Math.exp(1.5)).atan().multiply(2).sum();
      expectClose(grad(adaptive)(x), grad(exact)(x), 1e-4);
    });

    it('any shape and dtype, and an empty batch', () => {
      for (const shape of [[], [2, 1, 3], [0, 3]]) {
        const x = normal64(1, shape);
        const { x: end } = odeSolve((y) => y.negate(), x, { from: 0, to: 1, method });
        expect(end.shape).to.deep.equal(shape);
        expectClose(end.sum(), x.sum().multiply(Math.exp(-1)), 1e-4);
      }
      const single = odeSolve((y) => y.negate(), normal64(1, [4]).cast('float32'), {
        from: 0,
        to: 1,
        method,
      }).x;
      expect(single.dtype).to.equal('float32');
    });

    it('a state at rest, or no time to pass, needs hardly a step', () => {
      const still = odeSolve((x) => x.multiply(0), f64([1, 2]), { from: 0, to: 5, method });
      expectClose(still.x, f64([1, 2]), 0);
      expect(still.evaluations).to.be.below(80);
      expectClose(odeSolve((x) => x, f64([1, 2]), { from: 1, to: 1, method }).x, f64([1, 2]), 0);
    });

    it('a state that starts at zero, or stays there, can be solved to a relative tolerance alone', () => {
      const relative = { relativeTolerance: 1e-8, absoluteTolerance: 0, from: 0, to: 1, method } as const;
      const growing = odeSolve((x, t) => x.multiply(0).add(t.exp()), f64([0]), relative).x;
      expectClose(growing, f64([Math.E - 1]), 1e-7);
      expectClose(odeSolve((x) => x.negate(), f64([0, 1]), relative).x, f64([0, Math.exp(-1)]), 1e-7);
    });

    it('what cannot be solved ends in a clear error', () => {
      const run = (field: (x: Tensor, t: Tensor) => Tensor, options = {}) => {
        return () => odeSolve(field, f64([1]), { from: 0, to: 2, method, ...options });
      };
      expect(run((x) => x.square())).to.throw(OdeError, /on the way from 0 to 2/); // x = 1/(1 − t)
      expect(run((x) => x.log().multiply(0 / 0))).to.throw(OdeError, /not finite/);
      expect(run((x) => x, { maxSteps: 3, relativeTolerance: 1e-12, absoluteTolerance: 0 })).to.throw(
        OdeError,
        /maxSteps = 3/,
      );
      expect(run((x) => x, { maxSteps: 0 })).to.throw(ArgumentError, /maxSteps/);
      expect(run((x) => x, { relativeTolerance: 0, absoluteTolerance: 0 })).to.throw(
        ArgumentError,
        /tolerances/,
      );
      expect(run((x) => x, { relativeTolerance: -1 })).to.throw(ArgumentError, /tolerances/);
      expect(run((x) => x, { firstStep: -0.1 })).to.throw(ArgumentError, /firstStep/);
    });

    it('cannot be batched or traced, and says what to do', () => {
      const end = (x: Tensor) => odeSolve((y) => y.negate(), x, { from: 0, to: 1, method }).x;
      expect(() => vmap(end)(x0)).to.throw(LevelError, /give steps or times/);
      expect(() => makeGraph(end, [x0])).to.throw(LevelError, /give steps or times/);
      // one solve can take a whole batch, with steps that meet the tolerance for all of it
      const rows = [0, 1].map((i) => end(x0.slice([[i, i + 1, 1]])));
      expectClose(end(x0), concatenate(rows), 1e-4);
    });
  });
}

describe('odeSolve without steps or times', () => {
  it("is adaptive, by 'tsitouras54', to the default tolerances", () => {
    const { field, exact, from, to } = problems.linear;
    const { x, evaluations } = odeSolve(field, x0, { from, to });
    const explicit = {
      from,
      to,
      method: 'tsitouras54',
      relativeTolerance: 1e-5,
      absoluteTolerance: 1e-6,
    } as const;
    const same = odeSolve(field, x0, explicit);
    expectClose(x, same.x, 0);
    expect(evaluations).to.equal(same.evaluations);
    expect(relativeGap(x, exact(to))).to.be.below(1e-3);
    expect(odeSolve(field, x0, { from, to, relativeTolerance: 1e-9 }).evaluations).to.be.above(evaluations);
  });
});
