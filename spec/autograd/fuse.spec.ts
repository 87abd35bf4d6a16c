import { expect } from 'chai';
import {
  type Arithmetic,
  add,
  divide,
  fuse,
  grad,
  jvp,
  makeGraph,
  multiply,
  random,
  runGraph,
  sqrt,
  sum,
  type Tensor,
  tensor,
  vmap,
  zerosLike,
} from '../../autograd/index.ts';

const norm = fuse(
  <T>({ add, multiply, divide, sqrt }: Arithmetic<T>, { x, y, a }: Record<'x' | 'y' | 'a', T>) => ({
    ratio: divide(x, sqrt(add(multiply(x, x), multiply(multiply(y, y), a)))),
  }),
);
const fused = (x: Tensor, y: Tensor) => norm({ x, y, a: 0.7 }).ratio;
const composed = (x: Tensor, y: Tensor) =>
  divide(x, sqrt(add(multiply(x, x), multiply(multiply(y, y), 0.7))));

describe('fuse', () => {
  const [x, y] = [0, 1].map((i) => random.normal(random.key(i), [300])) as [Tensor, Tensor];

  it('computes what its operations compute, to the last bit', () => {
    expect(fused(x, y).toTypedArray()).to.deep.equal(composed(x, y).toTypedArray());
  });

  it('is differentiated, batched and traced through its operations', () => {
    const loss = (f: typeof fused) => (x: Tensor) => sum(multiply(f(x, y), y));
    expect(grad(loss(fused))(x).toTypedArray()).to.deep.equal(grad(loss(composed))(x).toTypedArray());
    const [value, tangent] = jvp((x: Tensor) => fused(x, y), [x], [y]);
    const [wantedValue, wantedTangent] = jvp((x: Tensor) => composed(x, y), [x], [y]);
    expect(value.toTypedArray()).to.deep.equal(wantedValue.toTypedArray());
    expect(tangent.toTypedArray()).to.deep.equal(wantedTangent.toTypedArray());
    const perExample = vmap((x: Tensor) => fused(x, tensor(2)))(x);
    expect(perExample.toTypedArray()).to.deep.equal(composed(x, tensor(2)).toTypedArray());
    expect(makeGraph(fused, [x, y]).equations.map(({ name }) => name)).to.include('sqrt');
  });

  it('takes scalar tensors as numbers, in one pass or in a trace, and has the same bits', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const [u, v] = [x.cast(dtype), y.cast(dtype)];
      const a = tensor(1 / 3, { dtype });
      const scaled = (s: Tensor, t: Tensor, share: Tensor) => norm({ x: s, y: t, a: share }).ratio;
      const wanted = scaled(u, v, zerosLike(u).add(a)).toTypedArray();
      expect(scaled(u, v, a).toTypedArray()).to.deep.equal(wanted);
      expect(norm({ x: u, y: v, a: a.item() }).ratio.toTypedArray()).to.deep.equal(wanted);
      expect(runGraph(makeGraph(scaled, [u, v, a]), [u, v, a])[0]?.toTypedArray()).to.deep.equal(wanted);
      expect(scaled(a, a, a).shape).to.deep.equal([]);
      expect(scaled(a, v, a).toTypedArray()).to.deep.equal(scaled(zerosLike(v).add(a), v, a).toTypedArray());
    }
  });

  it('broadcasts and promotes, as its operations do', () => {
    const column = tensor([[1], [2]], { dtype: 'float64' });
    const result = fused(column, y);
    expect([result.shape, result.dtype]).to.deep.equal([[2, 300], 'float64']);
    expect(result.toTypedArray()).to.deep.equal(composed(column, y).toTypedArray());
  });

  it('has the bits of its operations for all lengths, views, and special values', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const lengths = [0, ...Array.from({ length: 21 }, (_, i) => i + 1), 1023, 4095, 4096, 4097, 10_001];
      for (const length of lengths) {
        const [u, v] = [3, 4].map((i) => random.normal(random.key(i), [length], { dtype })) as [
          Tensor,
          Tensor,
        ];
        expect(fused(u, v).toTypedArray(), `${dtype} ${length}`).to.deep.equal(composed(u, v).toTypedArray());
      }
      const matrix = random.normal(random.key(5), [20, 30], { dtype });
      const [rows, columns] = [matrix.transpose().slice([[undefined, undefined, -1]]), x.cast(dtype).reshape([10, 30]).slice([[0, 10]])]; // biome-ignore format: one line
      expect(fused(rows, rows).toTypedArray()).to.deep.equal(composed(rows, rows).toTypedArray());
      expect(fused(columns, columns).toTypedArray()).to.deep.equal(composed(columns, columns).toTypedArray());
      const special = tensor([0, -0, Infinity, -Infinity, NaN, 1e-45, 3e38, -1], { dtype });
      expect(fused(special, special).toTypedArray()).to.deep.equal(composed(special, special).toTypedArray());
    }
  });

  it('tells apart which operands are numbers from call to call', () => {
    const difference = fuse(<T>({ subtract }: Arithmetic<T>, { x, y }: Record<'x' | 'y', T>) => ({
      z: subtract(x, y),
    }));
    const u = tensor([5, 7]);
    expect(difference({ x: u, y: 2 }).z.toArray()).to.deep.equal([3, 5]);
    expect(difference({ x: 2, y: u }).z.toArray()).to.deep.equal([-3, -5]);
    expect(difference({ y: u, x: u }).z.toArray()).to.deep.equal([0, 0]);
  });
});
