import { expect } from 'chai';
import {
  ArgumentError,
  argmax,
  evalShape,
  grad,
  LevelError,
  matmul,
  multiply,
  ShapeError,
  sum,
  type Tensor,
  zeros,
} from '../../../autograd/index.ts';

describe('evalShape', () => {
  it('has the shapes and dtypes of the result, as a tree, without computing it', () => {
    const fn = (x: Tensor, s: Tensor) => ({
      y: matmul(x, x.transpose()),
      rest: [argmax(x, { axis: 1 }), s, 1] as const,
    });
    expect(evalShape(fn, [zeros([2, 3], { dtype: 'float64' }), 2])).to.deep.equal({
      y: { shape: [2, 2], dtype: 'float64' },
      rest: [
        { shape: [2], dtype: 'int32' },
        { shape: [], dtype: 'float64' },
        { shape: [], dtype: 'float64' },
      ],
    });
    // A product that would take minutes.
    const large = zeros([1]).broadcastTo([20_000, 20_000]);
    expect(evalShape((x: Tensor) => matmul(x, x), [large])).to.deep.equal({ shape: [20_000, 20_000], dtype: 'float32' }); // biome-ignore format: one line
    expect(
      evalShape(
        grad((x: Tensor) => sum(multiply(x, x))),
        [zeros([3])],
      ).shape,
    ).to.deep.equal([3]);
  });

  it('refuses what its operations refuse, and functions that look at values', () => {
    expect(() => evalShape((x: Tensor) => matmul(x, x), [zeros([2, 3])])).to.throw(ShapeError, /^matmul: /);
    expect(() => evalShape((x: Tensor) => multiply(x, x.item()), [zeros([])])).to.throw(
      LevelError,
      /^item: /,
    );
    expect(() => evalShape(zeros([1]) as never, [])).to.throw(ArgumentError, /^evalShape: wanted a function/);
  });
});
