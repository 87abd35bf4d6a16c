import { expect } from 'chai';
import {
  ArgumentError,
  cast,
  compile,
  cos,
  DTypeError,
  fixedPoint,
  grad,
  hessian,
  type ImplicitRootOptions,
  implicitRoot,
  jacfwd,
  jacrev,
  jvp,
  LevelError,
  multiply,
  ShapeError,
  sin,
  stack,
  subtract,
  type Tensor,
  tensor,
  vmap,
  whileLoop,
} from '../../../autograd/index.ts';
import { expectClose, float64 } from '../numbers.ts';

const squareRoot = (a: Tensor) => implicitRoot((x) => subtract(x.square(), a), 1);

interface Unknowns {
  readonly u: Tensor;
}
const matrix = float64([[2, 0.5], [0.3, 1.5]]); // biome-ignore format: a matrix
const t = float64([1, 2]);
/** u with A·u + u³/10 = t. */
const system = (right: Tensor, options: ImplicitRootOptions<Unknowns> = {}) => {
  const residual = ({ u }: Unknowns) => ({
    u: matrix
      .matmul(u)
      .add(multiply(u.power(3), 0.1))
      .subtract(right),
  });
  return implicitRoot(residual, { u: float64([0, 0]) }, options).u;
};
/** Richardson's iteration, with a number of steps that depends on values. */
const richardson: ImplicitRootOptions<Unknowns>['linearSolver'] = (linear, b) =>
  whileLoop(
    ({ u }) => linear({ u }).u.subtract(b.u).abs().max().greater(1e-15),
    ({ u }) => ({ u: u.subtract(multiply(linear({ u }).u.subtract(b.u), 0.4)) }),
    b,
  );
// jax.lax.custom_root of JAX 0.10.2, in float64: the root, the gradient and Hessian of |u|², the Jacobian.
const golden = {
  root: [0.20398919889284317, 1.1823455413136732],
  others: [0.16967318958718922, -0.6796697023433355],
  gradient: [0.019839655532144253, 1.2268380627281392],
  jacobian: [[0.5169739784353706, -0.13467196715501648], [-0.08080318029300988, 0.5420502176929325]], // biome-ignore format: a matrix
  hessian: [[0.5412510138403157, -0.1885536851225405], [-0.18855368512254048, 0.36814752759175673]], // biome-ignore format: a matrix
};

describe('implicitRoot', () => {
  const variants = { default: {}, 'a linear solver of the user': { linearSolver: richardson } };
  for (const [name, options] of Object.entries(variants)) {
    it(`has the roots and derivatives of JAX's custom_root in both modes, to second order: ${name}`, () => {
      const root = (right: Tensor) => system(right, options);
      const loss = (right: Tensor) => root(right).square().sum();
      expectClose(root(t), float64(golden.root), 1e-15);
      expectClose(grad(loss)(t), float64(golden.gradient), 1e-14);
      expectClose(jacfwd(root)(t), float64(golden.jacobian), 1e-14);
      expectClose(jacrev(root)(t), float64(golden.jacobian), 1e-14);
      expectClose(hessian(loss)(t), float64(golden.hessian), 1e-14);
      const reverseTwice = jacrev((right: Tensor) => grad(loss)(right));
      expectClose(reverseTwice(t), float64(golden.hessian), 1e-14);
    });

    it(`is batched and compiled: ${name}`, () => {
      const root = (right: Tensor) => system(right, options);
      const many = stack([t, float64([0, -1])]);
      expectClose(vmap(root)(many), float64([golden.root, golden.others]), 1e-14);
      const gradient = grad((right: Tensor) => root(right).square().sum());
      const each = stack([gradient(many.slice([0])), gradient(many.slice([1]))]);
      expectClose(vmap(gradient)(many), each, 1e-14);
      expectClose(compile(gradient)(t), float64(golden.gradient), 1e-14);
      expectClose(compile(vmap(gradient))(many), each, 1e-14);
    });
  }

  it('knows √a to the third derivative; the guess has none', () => {
    const a = float64(9);
    expectClose(squareRoot(a), float64(3), 0);
    expectClose(grad(squareRoot)(a), float64(1 / 6), 1e-16);
    expectClose(grad(grad(squareRoot))(a), float64(-1 / 108), 1e-16);
    expectClose(jvp(grad(grad(squareRoot)), [a], [1])[1], float64((3 / 8) * 9 ** -2.5), 1e-16);
    expectClose(
      grad((guess: Tensor) => implicitRoot((x) => subtract(x.square(), a), guess))(a),
      float64(0),
      0,
    );
    expect(squareRoot(tensor(9)).dtype).to.equal('float32');
    expectClose(grad(squareRoot)(tensor(9)), tensor(1 / 6), 1e-7);
  });

  it('takes a solver that looks at values, and differentiates none of its steps', () => {
    let calls = 0;
    const bisect = (fn: (x: Tensor) => Tensor) => {
      let [low, high] = [0, 10];
      for (calls = 0; calls < 60; calls++) {
        const middle = (low + high) / 2;
        if (fn(float64(middle)).item() < 0) low = middle;
        else high = middle;
      }
      return float64(low);
    };
    const root = (a: Tensor) =>
      implicitRoot((x: Tensor) => subtract(x.square(), a), float64(1), { solver: bisect });
    expectClose(root(float64(9)), float64(3), 1e-15);
    expectClose(grad(root)(float64(9)), float64(1 / 6), 1e-15);
    expectClose(compile(grad(root))(float64(9)), float64(1 / 6), 1e-15);
    expect(calls).to.equal(60);
    expect(() => vmap(root)(float64([9]))).to.throw(LevelError, /^item: /);
  });

  it('has a root with parts of different dtypes, and none of no unknowns', () => {
    const a = tensor(4);
    const { x, y } = implicitRoot((p) => ({ x: subtract(p.x.square(), a), y: subtract(p.y, p.x) }), { x: tensor(1), y: float64([1]) }); // biome-ignore format: one line
    expect([x.dtype, y.dtype, x.item(), y.toArray()]).to.deep.equal(['float32', 'float64', 2, [2]]);
    expect(implicitRoot((p: Tensor) => p, float64([])).shape).to.deep.equal([0]);
  });

  it('says where there is no root or no derivative; in a batch, NaN says it', () => {
    const none = (a: Tensor) => implicitRoot((x) => x.square().add(a), 1, { maxSteps: 40 });
    expect(() => none(float64(2))).to.throw(ArgumentError, /^implicitRoot: x has not settled within 40/);
    expectClose(vmap(none)(float64([2, -4])), float64([Number.NaN, 2]), 0);
    expect(compile(none)(float64(2)).item()).to.be.NaN;
    const flat = (a: Tensor) => implicitRoot((x: Tensor) => subtract(x.power(3), a), float64(0), { solver: (_, x) => x }); // biome-ignore format: one line
    expect(flat(float64(0)).item()).to.equal(0);
    expect(() => grad(flat)(float64(0))).to.throw(ArgumentError, /^implicitRoot: the Jacobian is singular/);
  });

  it('refuses what is no equation', () => {
    const one = float64(1);
    expect(() => implicitRoot(3 as never, one)).to.throw(ArgumentError, /^implicitRoot: /);
    expect(() => implicitRoot((x: unknown) => x, {})).to.throw(ArgumentError, /^implicitRoot: .*tree/);
    expect(() => implicitRoot((x: Tensor) => stack([x, x]), one)).to.throw(ShapeError, /^implicitRoot: the function must give back/); // biome-ignore format: one line
    expect(() => implicitRoot((x) => cast(x, 'int32'), tensor(1, { dtype: 'int32' }))).to.throw(DTypeError, /^implicitRoot: .*int32/); // biome-ignore format: one line
    expect(() => implicitRoot((x) => x.add(x.item()), one)).to.throw(LevelError, /^item: /);
    expect(() => implicitRoot((x) => x, one, { tolerance: -1 })).to.throw(ArgumentError, /^implicitRoot: .*tolerance/); // biome-ignore format: one line
    expect(() => implicitRoot((x) => x, one, { maxSteps: 0 })).to.throw(ArgumentError, /^implicitRoot: .*maxSteps/); // biome-ignore format: one line
    expect(() => implicitRoot((x) => x, one, { solve: 1 } as never)).to.throw(ArgumentError, /^implicitRoot: .*solve/); // biome-ignore format: one line
  });
});

describe('fixedPoint', () => {
  /** Kepler's equation E = M + e·sin E; dE/dM = 1/(1 − e·cos E), dE/de = sin E/(1 − e·cos E). */
  const kepler = ({ m, e }: { m: Tensor; e: Tensor }) => fixedPoint((x) => m.add(e.multiply(sin(x))), m);
  const orbit = { m: float64(1), e: float64(0.3) };

  it("solves Kepler's equation, with its derivatives, in a batch and compiled", () => {
    const anomaly = kepler(orbit);
    const slope = 1 / (1 - 0.3 * Math.cos(anomaly.item()));
    expectClose(anomaly, orbit.m.add(orbit.e.multiply(sin(anomaly))), 1e-12);
    expectClose(
      grad(kepler)(orbit),
      { m: float64(slope), e: float64(slope * Math.sin(anomaly.item())) },
      1e-12,
    );
    // d²E/dM² = −e·sin E·(dE/dM)³
    const second = grad((m: Tensor) => grad(kepler)({ ...orbit, m }).m)(orbit.m);
    expectClose(second, float64(-0.3 * Math.sin(anomaly.item()) * slope ** 3), 1e-12);
    const times = float64([0, 1, 2]);
    const all = [0, 1, 2].map((m) => kepler({ ...orbit, m: float64(m) }));
    expectClose(vmap((m: Tensor) => kepler({ ...orbit, m }))(times), stack(all), 1e-15);
    expectClose(compile(kepler)(orbit), anomaly, 1e-15);
  });

  it('takes trees and numbers, and stops where it was told', () => {
    expectClose(
      fixedPoint((x: Tensor) => cos(x), tensor(1)),
      tensor(0.7390851332151607),
      1e-6,
    );
    const { a, b } = fixedPoint(({ a, b }: { a: Tensor; b: Tensor }) => ({ a: cos(b), b: cos(a) }), { a: float64(1), b: float64(0) }); // biome-ignore format: one line
    expectClose([a, b], [float64(0.7390851332151607), float64(0.7390851332151607)], 2e-12);
    expectClose(
      fixedPoint((x) => x.multiply(float64(0.5)).add(1), 0),
      float64(2),
      1e-11,
    );
    expect(fixedPoint((x: Tensor) => cos(x), float64(1), { tolerance: 0.5 }).item()).to.equal(Math.cos(1));
  });

  it('says that it does not settle, and where the derivative does not exist', () => {
    const grow = (x: Tensor) => x.multiply(2).add(1);
    expect(() => fixedPoint(grow, float64(1), { maxSteps: 20 })).to.throw(ArgumentError, /^fixedPoint: x has not settled within 20 steps/); // biome-ignore format: one line
    expect(() => fixedPoint(grow, float64(1))).to.throw(ArgumentError, /^fixedPoint: x has not settled/);
    const identity = (a: Tensor) => fixedPoint((x) => x.add(a), float64(1));
    expect(identity(float64(0)).item()).to.equal(1);
    expect(() => grad(identity)(float64(0))).to.throw(ArgumentError, /^fixedPoint: the Jacobian is singular/);
    expect(() => fixedPoint(grow, float64(1), { steps: 1 } as never)).to.throw(
      ArgumentError,
      /^fixedPoint: /,
    );
  });
});
