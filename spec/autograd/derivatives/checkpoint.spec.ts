import { expect } from 'chai';
import {
  ArgumentError,
  add,
  argmax,
  checkpoint,
  cos,
  exp,
  gather,
  grad,
  greater,
  jvp,
  LevelError,
  matmul,
  multiply,
  ShapeError,
  scan,
  sin,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '../../../autograd/index.ts';
import { record } from '../../../autograd/levels/reverse.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('checkpoint', () => {
  const [x, w] = [sampleTensor(1, [2, 3]), sampleTensor(2, [3, 3])];
  const block = (a: Tensor, p: Tensor) => tanh(add(matmul(sin(a), p), exp(multiply(a, 0.1))));

  it('changes nothing but what a tape holds: one operation', () => {
    const [plain, saving] = [block, checkpoint(block)];
    expectClose(saving(x, w), block(x, w), 0);
    expectClose(jvp(saving, [x, w], [1, 2]), jvp(plain, [x, w], [1, 2]), 1e-15);
    const gradients = (fn: typeof block) =>
      grad((a: Tensor, p: Tensor) => sum(fn(a, p)), { argument: [0, 1] })(x, w);
    expectClose(gradients(saving), gradients(plain), 1e-15);
    expect(record('spec', saving as never, [x, w]).length).to.equal(1);
    expect(record('spec', plain as never, [x, w]).length).to.be.greaterThan(4);
  });

  it('saves in a batch as well', () => {
    const saving = vmap(checkpoint(block), { inAxes: [0, null] });
    const batch = sampleTensor(3, [4, 2, 3]);
    expectClose(saving(batch, w), vmap(block, { inAxes: [0, null] })(batch, w), 1e-15);
    expect(record('spec', saving as never, [batch, w]).length).to.equal(1);
  });

  it('differentiates with respect to tensors that the function brings along', () => {
    const loss = (p: Tensor) => sum(checkpoint((a: Tensor) => block(a, p))(x));
    expectClose(grad(loss)(w), grad((p: Tensor) => sum(block(x, p)))(w), 1e-15);
  });

  it('runs the function once more per pull, not once per argument', () => {
    const fn = checkpoint((a: Tensor, b: Tensor, c: Tensor) => multiply(multiply(a, b), c));
    const [da, db, dc] = grad(fn, { argument: [0, 1, 2] })(float64(2), float64(3), float64(5));
    expect([da.item(), db.item(), dc.item()]).to.deep.equal([15, 10, 6]);
  });

  it('passes positions and masks through, as arguments and as results', () => {
    const pick = checkpoint(
      (a: Tensor, i: Tensor) => [sum(sin(gather(a, i))), argmax(a), greater(a, 0)] as const,
    );
    const loss = (a: Tensor) => pick(a, tensor([0, 2, 0], { dtype: 'int32' }));
    const [gradient, [best]] = grad((a: Tensor) => [loss(a)[0], [loss(a)[1]]] as const, { auxiliary: true })(
      x.slice([0]),
    );
    expect(best.item()).to.equal(loss(x.slice([0]))[1].item());
    expectClose(gradient, multiply(cos(x.slice([0])), float64([2, 0, 1])), 1e-15);
  });

  it('keeps trees, and refuses a function that looks at values', () => {
    const tree = checkpoint(({ a }: { a: Tensor[] }) => ({
      b: multiply(a[0] as Tensor, 2),
      c: [a[0] as Tensor],
    }));
    expect(tree({ a: [float64(3)] }).b.item()).to.equal(6);
    expect(() => checkpoint((a: Tensor) => multiply(a, a.item()))(float64(1))).to.throw(
      LevelError,
      /^item: /,
    );
  });
});

describe('scan', () => {
  const xs = sampleTensor(3, [5, 2]);
  const step = (c: Tensor, x: Tensor) => [sin(add(c, x)), multiply(c, x)] as const;
  const loop = (initial: Tensor, list: Tensor): [Tensor, Tensor] => {
    let carry = initial;
    const ys: Tensor[] = [];
    for (let i = 0; i < 5; i++) {
      const [next, y] = step(carry, list.slice([i]));
      carry = next;
      ys.push(y);
    }
    return [carry, stack(ys)];
  };

  it('is a loop', () => {
    const initial = float64([0.1, 0.2]);
    expectClose(scan(step, initial, xs), loop(initial, xs), 0);
    const total = (fn: typeof loop) => (c: Tensor, list: Tensor) => {
      const [carry, ys] = fn(c, list);
      return sum(multiply(carry, sum(ys, { axes: 0 })));
    };
    const scanned = total((c, list) => scan(step, c, list));
    expectClose(
      grad(scanned, { argument: [0, 1] })(initial, xs),
      grad(total(loop), { argument: [0, 1] })(initial, xs),
      1e-14,
    );
    expectClose(jvp(scanned, [initial, xs], [1, 1]), jvp(total(loop), [initial, xs], [1, 1]), 1e-14);
  });

  it('carries trees', () => {
    const count = (c: { n: Tensor }, x: { a: Tensor }) =>
      [{ n: add(c.n, 1) }, { b: multiply(x.a, c.n) }] as const;
    const [{ n }, { b }] = scan(count, { n: tensor(0) }, { a: tensor([1, 10, 100]) });
    expect([n.item(), b.toArray()]).to.deep.equal([3, [0, 10, 200]]);
  });

  it('finds what it carries by key, whatever the order of the keys', () => {
    const [end] = scan(
      ({ count, total }, x: Tensor) => [{ total: add(total, x), count: add(count, 1) }, x],
      { count: float64(0), total: float64(0) },
      float64([1, 2, 4]),
    );
    expect([end.count.item(), end.total.item()]).to.deep.equal([3, 7]);
  });

  it('gives numbers the dtype of the tensors beside them', () => {
    const [total, sums] = scan(
      (c: Tensor | number, x: Tensor) => [add(c, x), add(c, x)] as const,
      0,
      float64([0.1, 0.2]),
    );
    expect([total.dtype, sums.toArray()]).to.deep.equal(['float64', [0.1, 0.1 + 0.2]]);
  });

  it('stores one operation a step, and the stacking of what they give', () => {
    const long = (c: Tensor, x: Tensor) => {
      let y = add(c, x);
      for (let i = 0; i < 20; i++) y = sin(y);
      return [y, y] as const;
    };
    const length = record('spec', ((c: Tensor) => scan(long, c, xs)[0]) as never, [float64([0, 0])]).length;
    expect(length).to.equal(5 + 5 + 1); // steps, a new axis each, and their concatenation
  });

  it('refuses a carry that changes its type, and lists of no common length', () => {
    const grows = (c: Tensor, x: Tensor) => [stack([c, c]), x] as const;
    expect(() => scan(grows, float64(1), xs)).to.throw(ShapeError, /^scan: .*\[\].*\[2\]/);
    expect(() => scan((c: Tensor) => [c, c] as const, float64(1), [xs, float64([1])])).to.throw(
      ArgumentError,
      /^scan: .*5, 1/,
    );
    expect(() => scan((c: Tensor) => [c, c] as const, float64(1), float64(1))).to.throw(
      ArgumentError,
      /^scan: /,
    );
  });
});
