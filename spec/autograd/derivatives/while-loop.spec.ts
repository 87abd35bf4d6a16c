import { expect } from 'chai';
import {
  ArgumentError,
  add,
  cast,
  compile,
  DTypeError,
  divide,
  equal,
  grad,
  greater,
  jacfwd,
  jvp,
  less,
  linearize,
  makeGraph,
  multiply,
  onesLike,
  ShapeError,
  sin,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
  tensor,
  vmap,
  type WhileLoopOptions,
  whileLoop,
} from '../../../autograd/index.ts';
import { LevelError } from '../../../lib/index.ts';
import { expectClose, float64 } from '../numbers.ts';

/** Heron's steps for the square root of a, with their number. */
const heron = (a: Tensor, options: WhileLoopOptions = {}) =>
  whileLoop(
    ({ x }) => greater(subtract(square(x), a), 1e-12),
    ({ n, x }) => ({ n: add(n, 1), x: multiply(add(x, divide(a, x)), 0.5) }),
    { n: 0, x: a },
    options,
  );
const root = (a: Tensor, options: WhileLoopOptions = {}) => heron(a, options).x;
const many = float64([1, 2, 9, 100]);
const rows = [0, 1, 2, 3].map((i) => many.slice([i]));
// jax.lax.while_loop of JAX 0.10.2, in float64.
// biome-ignore lint/suspicious/noApproximativeNumericConstant: it is a result
const golden = { steps: [0, 5, 6, 8], roots: [1, 1.414213562373095, 3, 10], tangents: [1, 0.35355339059327373, 0.16666666666666669, 0.05] }; // biome-ignore format: one line

describe('whileLoop', () => {
  it("takes JAX's steps, alone, in a batch that is done at different times, and compiled", () => {
    const steps = rows.map((a) => heron(a));
    expect(steps.map(({ n }) => n.item())).to.deep.equal(golden.steps);
    expectClose(stack(steps.map(({ x }) => x)), float64(golden.roots), 1e-15);
    const batch = vmap((a: Tensor) => heron(a))(many);
    expect(batch.n.toArray()).to.deep.equal(golden.steps);
    expectClose(batch.x, stack(steps.map(({ x }) => x)), 0);
    const compiled = compile((a: Tensor) => heron(a));
    for (const [i, a] of rows.entries()) expectClose(compiled(a), steps[i], 0);
    expectClose(compile(vmap((a: Tensor) => heron(a)))(many), batch, 0);
  });

  it("has JAX's tangents, to any order, in a batch and compiled", () => {
    const slope = (a: Tensor) => jvp((b: Tensor) => root(b), [a], [1])[1];
    const slopes = stack(rows.map(slope));
    expectClose(slopes, float64(golden.tangents), 1e-15);
    expectClose(vmap(slope)(many), slopes, 0);
    expectClose(compile(vmap(slope))(many), slopes, 0);
    expectClose(
      jvp(
        vmap((a: Tensor) => root(a)),
        [many],
        [onesLike(many)],
      )[1],
      slopes,
      0,
    );
    expectClose(jacfwd((a: Tensor) => root(a))(float64(2)), slopes.slice([1]), 0);
    expectClose(linearize((a: Tensor) => root(a), [float64(2)])[1]([1]), slopes.slice([1]), 0);
    // √a has the second derivative −a^(−3/2)/4; the loop's last steps leave its digits.
    expectClose(jvp(slope, [float64(2)], [1])[1], float64(-(2 ** -1.5) / 4), 1e-9);
  });

  it('has the tangent of a carry that begins without one', () => {
    const fiveAndFour = (w: Tensor) =>
      whileLoop(
        ({ n }) => less(n, 4),
        ({ n, s }) => ({ n: add(n, 1), s: add(s, w) }),
        { n: 0, s: 5 },
      ).s;
    expectClose(jvp(fiveAndFour, [float64(3)], [1]), [float64(5 + 4 * 3), float64(4)], 0);
  });

  it('has gradients if it knows how many steps there are at most', () => {
    const slope = grad((a: Tensor) => root(a, { maxSteps: 10 }));
    for (const [i, a] of rows.entries()) expectClose(slope(a), float64(golden.tangents[i] as number), 1e-15);
    expectClose(vmap(slope)(many), float64(golden.tangents), 1e-15);
    expectClose(compile(slope)(float64(2)), slope(float64(2)), 0);
    expectClose(heron(float64(2), { maxSteps: 10 }), heron(float64(2)), 0);
    expect(heron(float64(100), { maxSteps: 3 }).n.item()).to.equal(3);
    expect(heron(float64(100), { maxSteps: 0 }).n.item()).to.equal(0);
  });

  it('says in reverse mode without a bound what to do', () => {
    for (const reverse of [
      () => grad((a: Tensor) => root(a))(float64(2)),
      () => compile(grad((a: Tensor) => root(a)))(float64(2)),
      () => grad((a: Tensor) => jvp((b: Tensor) => root(b), [a], [1])[1])(float64(2)),
    ])
      expect(reverse).to.throw(ArgumentError, /^whileLoop: .*maxSteps.*jvp/);
    // What no derivative is asked of is no reason.
    expect(grad((a: Tensor) => multiply(a, heron(float64(2)).n))(float64(2)).item()).to.equal(5);
  });

  it('carries trees, integers and masks; numbers get the dtype that the body gives back', () => {
    const plusOne = (n: Tensor) => cast(add(cast(n, 'float32'), 1), 'int32');
    const { n } = whileLoop(({ n }) => less(cast(n, 'float32'), 5), ({ n }) => ({ n: plusOne(n) }), { n: 0 }); // biome-ignore format: one line
    expect([n.dtype, n.item()]).to.deep.equal(['int32', 5]);
    const alternate = vmap((start: Tensor) =>
      whileLoop(
        (c) => less(c.k, 3),
        (c) => ({ k: add(c.k, 1), isOdd: equal(cast(c.isOdd, 'float32'), 0) }),
        { k: start, isOdd: tensor(0, { dtype: 'bool' }) },
      ),
    )(tensor([0, 1, 2, 3]));
    expect([alternate.k.toArray(), alternate.isOdd.toArray()]).to.deep.equal([[3, 3, 3, 3], [true, false, true, false]]); // biome-ignore format: one line
  });

  it('keeps single in a batch what the batch does not reach', () => {
    const fn = (a: Tensor) =>
      whileLoop((c) => less(c.n, 3), (c) => ({ n: add(c.n, 1), y: sin(multiply(c.y, a)) }), { n: 0, y: a }); // biome-ignore format: one line
    const graph = makeGraph(vmap(fn), [many]);
    const loop = graph.equations.find(({ name }) => name === 'whileLoop');
    expect(loop?.outputs.map(({ shape }) => shape)).to.deep.equal([[], [], [4]]);
    expectClose(vmap(fn)(many).y, stack(rows.map((a) => fn(a).y)), 0);
  });

  it('takes no step if the condition does not hold at first', () => {
    const never = whileLoop(() => tensor(0, { dtype: 'bool' }), (c: Tensor) => multiply(c, 2), tensor([1, 2])); // biome-ignore format: one line
    expect(never.toArray()).to.deep.equal([1, 2]);
    const none = vmap((c: Tensor) => whileLoop((a: Tensor) => less(a, 3), (a: Tensor) => add(a, 1), c))(tensor([])); // biome-ignore format: one line
    expect(none.shape).to.deep.equal([0]);
  });

  it('refuses a condition that is none, and a carry that changes', () => {
    const same = (c: Tensor) => c;
    const start = float64([1, 2]);
    expect(() => whileLoop((c: Tensor) => less(c, 1), same, start)).to.throw(
      ShapeError,
      /^whileLoop: .*\[2\]/,
    );
    expect(() => whileLoop((c: Tensor) => sum(c), same, start)).to.throw(DTypeError, /^whileLoop: .*bool/);
    const holds = (c: Tensor) => less(sum(c), 1);
    expect(() => whileLoop(holds, (c: Tensor) => sum(c), start)).to.throw(
      ShapeError,
      /^whileLoop: the carry/,
    );
    expect(() => whileLoop(holds, ((c: Tensor) => [c]) as never, start)).to.throw(
      ArgumentError,
      /^whileLoop: the trees/,
    );
    expect(() => whileLoop(holds, (c: Tensor) => multiply(c, c.slice([0]).item()), start)).to.throw(
      LevelError,
      /^item/,
    );
    expect(() => whileLoop(holds, same, start, { maxSteps: -1 })).to.throw(
      ArgumentError,
      /^whileLoop: .*maxSteps/,
    );
    expect(() => whileLoop(holds, start as never, start)).to.throw(
      ArgumentError,
      /^whileLoop: wanted a function/,
    );
  });
});
