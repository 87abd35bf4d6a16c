import { expect } from 'chai';
import {
  ArgumentError,
  add,
  compile,
  flip,
  grad,
  linearTranspose,
  matmul,
  multiply,
  sin,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('linearTranspose', () => {
  const a = sampleTensor(1, [3, 2]);
  const map = (x: Tensor) => flip(matmul(a, x), 0);

  it('is the transpose: ⟨Ax, w⟩ = ⟨x, Aᵀw⟩, for trees as well', () => {
    const [x, w] = [sampleTensor(2, [2]), sampleTensor(3, [3])];
    const [pulled] = linearTranspose(map, [zeros([2], { dtype: 'float64' })])(w) as [Tensor];
    expectClose(sum(multiply(map(x), w)), sum(multiply(x, pulled)), 1e-15);
    const both = ({ u, v }: { u: Tensor; v: Tensor }) => [add(u, sum(v)), multiply(v, 2)] as const;
    const [{ u, v }] = linearTranspose(both, [{ u: tensor(0), v: zeros([2]) }])([3, tensor([1, 2])]);
    expect([u.item(), v.toArray()]).to.deep.equal([3, [5, 7]]);
    expect(linearTranspose((y: Tensor) => slice(y, [[0, 2]]), [zeros([3])])(tensor([5, 6]))[0].toArray()).to.deep.equal([5, 6, 0]); // biome-ignore format: one line
  });

  it('does not look at the point, and works under every transform', () => {
    const transpose = linearTranspose(map, [float64([Number.NaN, Number.POSITIVE_INFINITY])]);
    const w = sampleTensor(3, [4, 3]);
    const rows = stack([0, 1, 2, 3].map((i) => transpose(w.slice([i]))[0]));
    expectClose(vmap((row: Tensor) => transpose(row)[0])(w), rows, 1e-15);
    expectClose(compile((row: Tensor) => transpose(row)[0])(w.slice([0])), rows.slice([0]), 1e-15);
    const scale = (s: Tensor) =>
      sum(linearTranspose((x: Tensor) => multiply(map(x), s), [zeros([2])])(tensor([1, 1, 1]))[0]);
    expectClose(grad(scale)(float64(2)), sum(a), 1e-6);
  });

  it('refuses what is not linear', () => {
    const wrong: ((x: Tensor) => Tensor)[] = [sin, (x) => multiply(x, x), (x) => x.abs(), (x) => x.max()];
    for (const fn of wrong)
      expect(() => linearTranspose((x: Tensor) => fn(x), [zeros([2])])).to.throw(
        ArgumentError,
        /^linearTranspose: the function is not linear, as far as/,
      );
    expect(() => linearTranspose(3 as never, [zeros([2])])).to.throw(ArgumentError, /^linearTranspose: /);
    expect(() => linearTranspose(map as never, zeros([2]) as never)).to.throw(
      ArgumentError,
      /^linearTranspose: .*list/,
    );
  });
});
