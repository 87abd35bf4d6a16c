import { expect } from 'chai';
import {
  ArgumentError,
  compile,
  cond,
  cos,
  DTypeError,
  divide,
  exp,
  grad,
  greater,
  hvp,
  jvp,
  less,
  log,
  makeGraph,
  matmul,
  multiply,
  onesLike,
  random,
  ShapeError,
  scan,
  sin,
  stack,
  sum,
  switchCase,
  type Tensor,
  tensor,
  vmap,
  where,
} from '../../../autograd/index.ts';
import { LevelError } from '../../../lib/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

const x = float64([0.3, -0.7, 1.2]);
const choice = (a: Tensor) =>
  cond(greater(sum(a), 0), (b: Tensor) => multiply(sin(b), b), (b: Tensor) => exp(b), a); // biome-ignore format: one line
const total = (a: Tensor) => sum(choice(a));

describe('cond', () => {
  // jax.lax.cond of JAX 0.10.2, in float64.
  it("has JAX's derivatives in both modes", () => {
    const [above, below] = [
      [0.5821211533990214, -1.179607218336833, 1.3668683913392345],
      [0.7408182206817179, 2.0137527074704766, 0.30119421191220214],
    ].map((numbers) => float64(numbers));
    expectClose(grad(total)(x), above, 1e-15);
    expectClose(grad(total)(x.negate()), below, 1e-15);
    expectClose(jvp(total, [x], [onesLike(x)])[1], sum(above as Tensor), 1e-15);
    const second = float64([1.8220169162528101, 1.0787319935025934, -0.39373139420732417]);
    expectClose(jvp(grad(total), [x], [1])[1], second, 1e-15);
    expectClose(hvp(total, x, onesLike(x)), second, 1e-15);
  });

  it('runs one branch: at once, in a scan, and in a compiled function', () => {
    const fails = (): Tensor => {
      throw new Error('the other branch ran');
    };
    expect(cond(true, (a: Tensor) => a, fails, tensor(1)).item()).to.equal(1);
    expect(cond(less(tensor(2), 1), fails, (a: Tensor) => a, tensor(1)).item()).to.equal(1);
    // 2 has no logarithm of its negative: the gradient of where has NaN, and that of the branch has not.
    const guarded = (a: Tensor) => cond(greater(a, 0), (b: Tensor) => log(b), (b: Tensor) => divide(b, 0), a); // biome-ignore format: one line
    const either = (a: Tensor) => where(greater(a, 0), log(a), divide(a, 0));
    expect(grad(guarded)(float64(2)).item()).to.equal(0.5);
    expect(compile(grad(guarded))(float64(2)).item()).to.equal(0.5);
    expect(compile(grad(either))(float64(2)).item()).to.deep.equal(Number.NaN);
    const { equations } = makeGraph(guarded, [float64(2)]);
    expect(equations.map(({ name }) => name)).to.deep.equal(['greater', 'cond']);
    const scanned = (list: Tensor) =>
      scan((c: Tensor, e: Tensor) => [cond(less(c, 1), exp, sin, multiply(c, e)), c], float64(0.5), list)[0];
    const looped = (list: Tensor) => {
      let c = float64(0.5);
      for (let i = 0; i < 3; i++) {
        const next = multiply(c, list.slice([i]));
        c = c.item() < 1 ? exp(next) : sin(next);
      }
      return c;
    };
    expectClose(scanned(x), looped(x), 0);
    expectClose(grad(scanned)(x), grad(looped)(x), 1e-14);
  });

  it('compiled gives the bits of the branch, and of its derivative, for views as well', () => {
    const w = sampleTensor(1, [3, 3]);
    const product = (p: Tensor, a: Tensor) =>
      cond(p, (b: Tensor) => matmul(b, w), (b: Tensor) => sum(b, { axes: 0 }).add(w), a); // biome-ignore format: one line
    const both = (p: Tensor, a: Tensor) => [product(p, a), grad((b: Tensor) => sum(product(p, b)))(a)];
    const compiled = compile(both);
    for (const a of [w.transpose(), w])
      for (const truth of [true, false]) {
        const p = tensor(truth ? 1 : 0, { dtype: 'bool' });
        expectClose(compiled(p, a), both(p, a), 0);
      }
  });

  it('in a batch of predicates is a choice between both', () => {
    const rows = stack([x, x.negate(), multiply(x, 2)]);
    const single = [0, 1, 2].map((i) => rows.slice([i]));
    expectClose(vmap(choice)(rows), stack(single.map(choice)), 0);
    expectClose(vmap(grad(total))(rows), stack(single.map(grad(total))), 1e-15);
    expectClose(compile(vmap(grad(total)))(rows), vmap(grad(total))(rows), 0);
  });

  it('takes and gives trees, with tensors for numbers', () => {
    const result = cond(false, (a) => ({ y: a.n, z: 1 }) as never, (a) => ({ y: a.n.add(1), z: 2 }), { n: 3 }) as { y: Tensor; z: Tensor }; // biome-ignore format: one line
    expect([result.y.item(), result.z.item()]).to.deep.equal([4, 2]);
    const traced = compile((p: Tensor, a: Tensor) =>
      cond(p, (b: Tensor) => ({ k: b, n: 1 }), (b: Tensor) => ({ n: b, k: 2 }) as never, a),
    ); // biome-ignore format: one call
    const { n, k } = traced(tensor(0, { dtype: 'bool' }), float64(5)) as { n: Tensor; k: Tensor };
    expect([n.item(), k.item(), k.dtype]).to.deep.equal([5, 2, 'float64']);
  });

  it('refuses predicates that are none, and branches that differ', () => {
    const same = (a: Tensor) => a;
    expect(() => cond(1 as never, same, same, x)).to.throw(ArgumentError, /^cond: wanted a boolean/);
    expect(() => cond(x.greater(0), same, same, x)).to.throw(ShapeError, /^cond: .*predicate.*\[3\]/);
    expect(() => cond(float64(1), same, same, x)).to.throw(DTypeError, /^cond: .*bool, got float64/);
    expect(() => cond(true, same, x as never, x)).to.throw(ArgumentError, /^cond: wanted a function/);
    const traced = (branch: (a: Tensor) => unknown) => () =>
      makeGraph((a: Tensor) => cond(sum(a).less(0), same, branch as typeof same, a), [x]);
    expect(traced(sum)).to.throw(ShapeError, /^cond: .*float64\[3\] and float64\[\]/);
    expect(traced((a) => [a])).to.throw(ArgumentError, /^cond: the trees differ/);
    expect(traced((a) => sum(a).multiply(sum(a).item()))).to.throw(LevelError, /^item: /);
  });

  it('refuses, compiled, to draw from a key that is no argument', () => {
    const draw = (p: Tensor, a: Tensor) =>
      cond(p, (b: Tensor) => multiply(b, random.uniform(random.key(1), [])), (b: Tensor) => b, a); // biome-ignore format: one line
    expect(() => compile(draw)(tensor(1, { dtype: 'bool' }), tensor(1))).to.throw(
      LevelError,
      /^compile: .* key/,
    );
  });
});

describe('switchCase', () => {
  const branches = [sin, cos, exp];
  const indices = tensor([-1, 0, 1, 2, 7], { dtype: 'int32' });
  const at = (i: Tensor, a: Tensor) => switchCase(i, branches, a);

  // jax.lax.switch of JAX 0.10.2, in float64: an index out of bounds means the nearest branch.
  it('chooses as JAX does, at once, in a batch, and compiled', () => {
    const [values, slopes] = [
      [0.479425538604203, 0.479425538604203, 0.8775825618903728, 1.6487212707001282, 1.6487212707001282],
      [0.8775825618903728, 0.8775825618903728, -0.479425538604203, 1.6487212707001282, 1.6487212707001282],
    ].map((numbers) => float64(numbers)) as [Tensor, Tensor];
    const slope = grad(at, { argument: 1 });
    const compiled = compile(slope);
    [...Array(5).keys()].forEach((k) => {
      const i = indices.slice([k]);
      expectClose(at(i, float64(0.5)), values.slice([k]), 1e-15);
      expectClose(slope(i, float64(0.5)), slopes.slice([k]), 1e-15);
      expectClose(compiled(i, float64(0.5)), slope(i, float64(0.5)), 0);
    });
    expectClose(vmap(slope, { inAxes: [0, null] })(indices, float64(0.5)), slopes, 1e-15);
    expect(switchCase(1, branches, 0).item()).to.equal(1);
    expect(switchCase(4, [() => tensor(3)]).item()).to.equal(3);
  });

  it('refuses an empty list, and what is no index', () => {
    expect(() => switchCase(0, [], x)).to.throw(ArgumentError, /^switchCase: wanted a list of functions/);
    expect(() => switchCase(0.5, branches, x)).to.throw(ArgumentError, /^switchCase: .*int32/);
    expect(() => switchCase(x, branches, x)).to.throw(ShapeError, /^switchCase: .*an index.*\[3\]/);
    expect(() => switchCase(float64(1), branches, x)).to.throw(DTypeError, /^switchCase: .*int32 or uint32/);
  });
});
