import { expect } from 'chai';
import { grad, jvp, sin, type Tensor, tensor, vjp } from '../../../autograd/index.ts';
import { type OdeOptions, odeSolve, odeSolveAdjoint } from '../../../flows/solvers/index.ts';
import { expectTreesClose } from '../support.ts';

const float64 = { dtype: 'float64' } as const;
const parameters = {
  a: tensor(
    [
      [0.3, -1],
      [1, -0.2],
    ],
    float64,
  ),
  b: tensor([0.1, 0.2], float64),
};
const start = tensor(
  [
    [1, 2],
    [3, 4],
    [0, 1],
  ],
  float64,
);
const field = (p: { a: Tensor; b: Tensor }, x: Tensor, t: Tensor) => sin(x.matmul(p.a)).add(p.b.multiply(t));

/** The largest difference between the adjoint's gradients and those through the steps. */
function gap(steps: number): number {
  const options = { from: 0, to: 1, steps };
  const gradients = (solve: (p: typeof parameters, x: Tensor) => Tensor) =>
    grad((p: typeof parameters, x: Tensor) => solve(p, x).square().sum(), { argument: [0, 1] })(
      parameters,
      start,
    );
  const [adjointP, adjointX] = gradients((p, x) => odeSolveAdjoint(field, p, x, options));
  const [stepsP, stepsX] = gradients((p, x) => odeSolve((y, t) => field(p, y, t), x, options).x);
  const distance = (a: Tensor, b: Tensor) => a.subtract(b).abs().max().item();
  return Math.max(distance(adjointP.a, stepsP.a), distance(adjointP.b, stepsP.b), distance(adjointX, stepsX));
}

describe('odeSolveAdjoint', () => {
  it('has the value of odeSolve', () => {
    const options = { from: 0, to: 1, steps: 7 };
    const direct = odeSolve((x, t) => field(parameters, x, t), start, options).x;
    expect(odeSolveAdjoint(field, parameters, start, options).toArray()).to.deep.equal(direct.toArray());
  });

  it('approaches the gradient through the steps with the order of the solver', () => {
    expect(gap(40)).to.be.below(1e-7);
    expect(Math.log2(gap(20) / gap(40))).to.be.closeTo(4, 0.2);
  });

  it('has the closed-form gradient of a linear system: x(T) = e^{kT} x, in k and x', () => {
    const end = (k: Tensor, x: Tensor) =>
      odeSolveAdjoint((p, y) => y.multiply(p), k, x, { from: 0, to: 2, steps: 200 }).sum();
    const [dk, dx] = grad(end, { argument: [0, 1] })(tensor(0.5, float64), tensor([1, 3], float64));
    expect(dk.item()).to.be.closeTo(2 * Math.E * 4, 1e-7);
    expect(dx.toArray()).to.satisfy((values: number[]) =>
      values.every((value) => Math.abs(value - Math.E) < 1e-8),
    );
  });

  it('takes adaptive steps, on the way back too, and given times', () => {
    const tight = { relativeTolerance: 1e-10, absoluteTolerance: 1e-10 };
    const end = (options: OdeOptions) => (k: Tensor, x: Tensor) =>
      odeSolveAdjoint((p, y) => y.multiply(p), k, x, options as never).sum();
    for (const options of [
      { from: 0, to: 2, method: 'tsitouras54', ...tight },
      { from: 0, to: 2, method: 'dormandPrince54', ...tight },
      {
        times: [0, 0.5, 0.9, 1.4, 2].flatMap((t) => (t === 2 ? [2] : [t, t + 0.1, t + 0.2])),
        method: 'tsitouras54',
      },
    ] as const) {
      const [dk, dx] = grad(end(options), { argument: [0, 1] })(
        tensor(0.5, float64),
        tensor([1, 3], float64),
      );
      const tolerance = 'times' in options ? 1e-5 : 1e-8;
      expect(dk.item()).to.be.closeTo(2 * Math.E * 4, tolerance);
      expect(dx.toArray()).to.satisfy((values: number[]) =>
        values.every((v) => Math.abs(v - Math.E) < tolerance),
      );
    }
  });

  it('evaluates the field in one pass forwards, and keeps no step for the way back', () => {
    let evaluations = 0;
    const counted = (p: typeof parameters, x: Tensor, t: Tensor) => {
      evaluations++;
      return field(p, x, t);
    };
    const [, pullback] = vjp(
      (x: Tensor) => odeSolveAdjoint(counted, parameters, x, { from: 0, to: 1, steps: 10 }),
      [start],
    );
    expect(evaluations).to.equal(40);
    pullback(1);
    expect(evaluations).to.equal(80);
  });

  it('solves for a tree of tensors, whose keys may come in any order', () => {
    const treeField = (p: typeof parameters, { x, y }: { x: Tensor; y: Tensor }, t: Tensor) => ({
      y: y.multiply(x.sum()).multiply(0.1),
      x: field(p, x, t),
    });
    const state = { x: start, y: tensor([1, -2], float64) };
    const options = { from: 0, to: 1, steps: 40 };
    const loss = ({ x, y }: typeof state) => x.square().sum().add(y.sin().sum());
    const adjoint = (p: typeof parameters, s: typeof state) =>
      loss(odeSolveAdjoint(treeField, p, s, options));
    const direct = (p: typeof parameters, s: typeof state) =>
      loss(odeSolve((z, t) => treeField(p, z, t), s, options).x);
    expectTreesClose(adjoint(parameters, state), direct(parameters, state), 1e-15);
    const both = { argument: [0, 1] } as const;
    expectTreesClose(grad(adjoint, both)(parameters, state), grad(direct, both)(parameters, state), 1e-6);
  });

  it('works in forward mode, through the steps', () => {
    const options = { from: 0, to: 1, steps: 10 };
    const [, tangent] = jvp((x: Tensor) => odeSolveAdjoint(field, parameters, x, options), [start], [1]);
    const [, direct] = jvp(
      (x: Tensor) => odeSolve((y, t) => field(parameters, y, t), x, options).x,
      [start],
      [1],
    );
    expect(tangent.subtract(direct).abs().max().item()).to.be.below(1e-14);
  });

  it('goes backwards in time', () => {
    const there = (x: Tensor) => odeSolveAdjoint(field, parameters, x, { from: 0, to: 1, steps: 40 });
    const andBack = (x: Tensor) =>
      odeSolveAdjoint(field, parameters, there(x), { from: 1, to: 0, steps: 40 });
    const [x, pullback] = vjp(andBack, [start]);
    expect(x.subtract(start).abs().max().item()).to.be.below(1e-6);
    expect(pullback(1)[0].subtract(1).abs().max().item()).to.be.below(1e-5);
  });
});
