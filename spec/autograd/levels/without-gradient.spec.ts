import { expect } from 'chai';
import { grad, jvp, type Tensor, tensor, vmap, withoutGradient } from '../../../autograd/index.ts';

const x = tensor([1, 2], { dtype: 'float64' });

describe('withoutGradient', () => {
  it('leaves the value and takes the derivative, also of tensors that the function brings along', () => {
    const f = (w: Tensor, x: Tensor) =>
      withoutGradient((y: Tensor) => y.multiply(w))(x)
        .multiply(w)
        .sum();
    const constant = (w: Tensor) => f(w, x).item();
    expect(constant(tensor(3, { dtype: 'float64' }))).to.equal(27);
    // Only the second factor is differentiated: Σ 3·x
    expect(grad(f)(tensor(3, { dtype: 'float64' }), x).item()).to.equal(9);
    expect(jvp((w) => f(w, x), [tensor(3, { dtype: 'float64' })], [1])[1].item()).to.equal(9);
  });

  it('lets derivatives within the function work, and batches pass', () => {
    const slope = withoutGradient((y: Tensor) => grad((z: Tensor) => z.power(3).sum())(y));
    expect(slope(x).toArray()).to.deep.equal([3, 12]);
    expect(vmap(withoutGradient((y: Tensor) => y.square()))(x).toArray()).to.deep.equal([1, 4]);
    expect(grad((y: Tensor) => slope(y).multiply(y).sum())(x).toArray()).to.deep.equal([3, 12]);
  });
});
