import { expect } from 'chai';
import {
  ArgumentError,
  grad,
  makeGraph,
  matmul,
  runGraph,
  ShapeError,
  type Tensor,
  vmap,
} from '../../../autograd/index.ts';
import { type OdeMethod, odeSolve, type Tableau, tableaus } from '../../../flows/index.ts';
import { expectClose, f64, normal64, relativeGap } from '../support.ts';
import { type Problem, problems } from './problems.ts';

/** dx/dt = A x with A = [[−a, −b], [b, −a]]: a spiral, x(t) = e^{−at} R(bt) x(0). */
const [a, b] = [0.3, 2];
const spiral = (x: Tensor) =>
  matmul(
    x,
    f64([
      [-a, b],
      [-b, -a],
    ]),
  );
function spiralled(x: Tensor, t: number): Tensor {
  const [c, s] = [Math.cos(b * t), Math.sin(b * t)];
  return matmul(
    x,
    f64([
      [c, s],
      [-s, c],
    ]),
  ).multiply(Math.exp(-a * t));
}

/** The largest error of a state at any of the fixed steps. */
function worstGap({ field, exact, from, to }: Problem, method: OdeMethod, steps: number): number {
  const { states, times } = odeSolve(field, exact(from), { from, to, steps, method, trajectory: true });
  return Math.max(...states.map((state, i) => relativeGap(state, exact(times[i]!))));
}

/**
 * Steps for each problem: from this number to twice as many, the error of every method falls by its order.
 */
const measuredFrom = { linear: 200, sine: 400, exponential: 200 };

for (const [method, { order }] of Object.entries(tableaus) as [OdeMethod, Tableau][]) {
  describe(`odeSolve with fixed steps by ${method}`, () => {
    for (const [name, steps] of Object.entries(measuredFrom) as [keyof typeof measuredFrom, number][]) {
      it(`solves the ${name} problem with order ${order}, forwards and backwards`, () => {
        const { from, to } = problems[name];
        for (const span of [
          { from, to },
          { from: to, to: from },
        ]) {
          const [coarse, fine] = [steps, 2 * steps].map((n) =>
            worstGap({ ...problems[name], ...span }, method, n),
          );
          expect(Math.log2(coarse! / fine!)).to.be.closeTo(order, 0.35);
        }
      });
    }

    it('solves the constant problem, whose solution is a straight line, to rounding, forwards and backwards', () => {
      const { from, to } = problems.constant;
      expect(worstGap(problems.constant, method, 100)).to.be.below(1e-12);
      expect(worstGap({ ...problems.constant, from: to, to: from }, method, 100)).to.be.below(1e-12);
    });
  });
}

describe('odeSolve', () => {
  const x = normal64(0, [3, 2]);

  for (const [method, { order, nodes }] of Object.entries(tableaus)) {
    it(`${method} converges with order ${order} on a linear system`, () => {
      const errors = [40, 80, 160].map((steps) => {
        const { x: end, evaluations } = odeSolve(spiral, x, {
          from: 0,
          to: 1.5,
          steps,
          method: method as OdeMethod,
        });
        expect(evaluations).to.equal(steps * nodes.length);
        return end.subtract(spiralled(x, 1.5)).abs().max().item();
      });
      expect(Math.log2(errors[1]! / errors[2]!)).to.be.closeTo(order, 0.2);
      expect(Math.log2(errors[0]! / errors[1]!)).to.be.closeTo(order, 0.3);
    });

    it(`${method} converges with order ${order} when the velocity depends on time`, () => {
      // dx/dt = 2t·cos(t²)·x has x(t) = x(0)·exp(sin t²)
      const field = (y: Tensor, t: Tensor) => y.multiply(t.multiply(2)).multiply(t.square().cos());
      const errors = [80, 160].map((steps) => {
        const end = odeSolve(field, x, { from: 0.2, to: 1.4, steps, method: method as OdeMethod }).x;
        const exact = x.multiply(Math.exp(Math.sin(1.4 ** 2) - Math.sin(0.2 ** 2)));
        return end.subtract(exact).abs().max().item();
      });
      expect(Math.log2(errors[0]! / errors[1]!)).to.be.closeTo(order, 0.3);
    });
  }

  it('runs backwards to where it came from', () => {
    const there = odeSolve(spiral, x, { from: 0, to: 1, steps: 50 }).x;
    expectClose(odeSolve(spiral, there, { from: 1, to: 0, steps: 50 }).x, x, 1e-6);
  });

  it('keeps the trajectory when asked', () => {
    const {
      x: end,
      times,
      states,
      evaluations,
    } = odeSolve(spiral, x, { from: 1, to: 0, steps: 4, trajectory: true });
    expect(times).to.deep.equal([1, 0.75, 0.5, 0.25, 0]);
    expect(states).to.have.length(5);
    expect(evaluations).to.equal(16);
    expectClose(states[0]!, x, 0);
    expectClose(states[4]!, end, 0);
    expectClose(states[2]!, spiralled(x, -0.5), 1e-3);
  });

  it('takes steps between given times, of whatever lengths', () => {
    const times = [0, 0.1, 0.15, 0.4, 0.8, 1];
    const whole = odeSolve(spiral, x, { times, method: 'heun', trajectory: true });
    let state = x;
    times.slice(1).forEach((to, i) => {
      state = odeSolve(spiral, state, { from: times[i]!, to, steps: 1, method: 'heun' }).x;
    });
    expectClose(whole.x, state, 1e-15);
    expect(whole.times).to.deep.equal(times);
    expect(whole.evaluations).to.equal(10);
    const back = odeSolve(spiral, spiralled(x, 1), { times: [...times].reverse() }).x;
    expectClose(back, x, 0.01);
  });

  it('solves for a tree of tensors as for each of them', () => {
    const state = { position: x, weights: [normal64(4, [2])] };
    const field = ({ position, weights }: typeof state, t: Tensor) => ({
      weights: [weights[0]!.multiply(t)], // in another order than the state's
      position: spiral(position),
    });
    const end = odeSolve(field, state, { from: 0, to: 1, steps: 30 }).x;
    expectClose(end.position, odeSolve(spiral, x, { from: 0, to: 1, steps: 30 }).x, 0);
    expectClose(end.weights[0]!, state.weights[0]!.multiply(Math.exp(0.5)), 1e-6);
  });

  it('is differentiable: the gradient of a linear flow is its transpose', () => {
    const end = (y: Tensor) => odeSolve(spiral, y, { from: 0, to: 1, steps: 40 }).x.slice([0, 0]);
    const [c, s] = [Math.cos(b), Math.sin(b)];
    const wanted = f64([
      [c, -s],
      [0, 0],
      [0, 0],
    ]).multiply(Math.exp(-a));
    expectClose(grad(end)(x), wanted, 1e-5);
  });

  it('can be batched and traced', () => {
    const end = (y: Tensor) => odeSolve(spiral, y, { from: 0, to: 1, steps: 5 }).x;
    expectClose(vmap(end)(x.expandDims(1)), end(x).expandDims(1), 1e-15);
    expectClose(runGraph(makeGraph(end, [x]), [x.negate()])[0]!, end(x.negate()), 0);
  });

  it('any shape and dtype', () => {
    for (const shape of [[], [2], [2, 1, 3, 2], [0, 3]]) {
      const end = odeSolve((y) => y.negate(), normal64(1, shape), { from: 0, to: 1, steps: 10 }).x;
      expectClose(end.sum(), normal64(1, shape).sum().multiply(Math.exp(-1)), 1e-6);
      expect(end.shape).to.deep.equal(shape);
    }
    const single = odeSolve((y, t) => y.multiply(t), x.cast('float32'), { from: 0, to: 1, steps: 2 }).x;
    expect(single.dtype).to.equal('float32');
  });

  it('wrong calls get clear errors', () => {
    const solve = (options: object) => () => odeSolve(spiral, x, options as never);
    expect(solve({ from: 0, to: 1, method: 'heun' })).to.throw(
      ArgumentError,
      /steps, at least 1, got undefined/,
    );
    expect(solve({ from: 0, to: 1, steps: 2.5 })).to.throw(ArgumentError, /2\.5/);
    expect(solve({ from: 0, steps: 2 })).to.throw(ArgumentError, /to undefined/);
    expect(solve({ from: 0, to: 1, steps: 2, method: 'rk45' })).to.throw(ArgumentError, /euler.*'rk45'/);
    expect(solve({ from: 0, to: 1, steps: 2, method: 'toString' })).to.throw(ArgumentError, /toString/);
    expect(solve({ from: 0, to: 1, nSteps: 2 })).to.throw(ArgumentError, /unknown option 'nSteps'/);
    expect(solve({ times: [0, 1], from: 0 })).to.throw(ArgumentError, /with times, from has no meaning/);
    expect(solve({ times: [0, 1, 1] })).to.throw(ArgumentError, /keep rising/);
    expect(solve({ times: [0] })).to.throw(ArgumentError, /at least two/);
    expect(solve({ times: [0, Number.NaN] })).to.throw(ArgumentError, /finite/);
    expect(solve({ from: 0, to: 1, steps: 2, relativeTolerance: 1e-3 })).to.throw(
      ArgumentError,
      /relativeTolerance/,
    );
    expect(() => odeSolve(({ y }) => ({ z: y }) as never, { y: x }, { from: 0, to: 1, steps: 1 })).to.throw(
      /differ/,
    );
    expect(() => odeSolve((y) => y.sum(), x, { from: 0, to: 1, steps: 1 })).to.throw(ShapeError, /velocity/);
  });
});
