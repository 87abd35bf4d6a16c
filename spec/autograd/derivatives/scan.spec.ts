import { expect } from 'chai';
import {
  ArgumentError,
  add,
  grad,
  jvp,
  multiply,
  ShapeError,
  scan,
  sin,
  stack,
  sum,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { record } from '../../../autograd/levels/reverse.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

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
