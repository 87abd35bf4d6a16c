import { expect } from 'chai';
import {
  ArgumentError,
  add,
  DTypeError,
  grad,
  matmul,
  mean,
  multiply,
  ShapeError,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

interface Layer {
  w: Tensor;
  b: Tensor;
}

describe('grad and valueAndGrad', () => {
  const x = float64([1, 2]);
  const product = (a: Tensor, b: Tensor) => sum(multiply(a, multiply(b, b)));

  it('differentiate with respect to the first argument, unless told otherwise', () => {
    const b = float64([3, 4]);
    expect(grad(product)(x, b).toArray()).to.deep.equal([9, 16]);
    expect(grad(product, { argument: 1 })(x, b).toArray()).to.deep.equal([6, 16]);
    const [da, db] = grad(product, { argument: [0, 1] })(x, b);
    expect([da.toArray(), db.toArray()]).to.deep.equal([
      [9, 16],
      [6, 16],
    ]);
    const [second] = grad(product, { argument: [1] })(x, b);
    expect(second.toArray()).to.deep.equal([6, 16]);
  });

  it('give the value too', () => {
    const [value, [da, db]] = valueAndGrad(product, { argument: [0, 1] })(x, x);
    expect([value.item(), da.toArray(), db.toArray()]).to.deep.equal([9, [1, 4], [2, 8]]);
  });

  it('agree with the least-squares gradient 2Aᵀ(Ax − b) / m', () => {
    const [a, b, theta] = [sampleTensor(1, [5, 3]), sampleTensor(2, [5]), sampleTensor(3, [3])];
    const loss = (p: Tensor) => mean(square(subtract(matmul(a, p), b)));
    const residual = subtract(matmul(a, theta), b);
    expectClose(grad(loss)(theta), multiply(matmul(a.transpose(), residual), 2 / 5), 1e-15);
  });

  it('carry trees through', () => {
    const model: Layer[] = [
      { w: float64([[1, 2]]), b: float64(3) },
      { w: float64([[4, 5]]), b: float64(6) },
    ];
    const loss = (layers: Layer[]) =>
      layers.map(({ w, b }) => sum(multiply(w, b))).reduce((total, part) => multiply(total, part));
    const [value, gradient] = valueAndGrad(loss)(model); // (3·3)·(9·6)
    expect(value.item()).to.equal(486);
    expect(gradient.map(({ w, b }) => [w.toArray(), b.toArray()])).to.deep.equal([
      [[[162, 162]], 162],
      [[[54, 54]], 81],
    ]);
  });

  it('take numbers as arguments', () => {
    const gradient = grad((a: Tensor, b: Tensor | number) => multiply(multiply(a, a), b))(float64(3), 0.1);
    expectClose(gradient, float64(0.6), 1e-15);
    expect(grad((a: Tensor) => multiply(a, a))(3 as never).item()).to.equal(6);
  });

  it('give zeros for a loss that does not depend on the argument', () => {
    expect(grad((_: Tensor) => float64(1))(x).toArray()).to.deep.equal([0, 0]);
  });

  it('refuse a loss that is a JavaScript number, which carries no derivative', () => {
    const item = (a: Tensor) => sum(a).item() as never;
    expect(() => grad(item)(x)).to.throw(
      ArgumentError,
      /^grad: the function returned the number \d+, which carries no derivative; .* without item\(\)/,
    );
    expect(() => valueAndGrad(item)(x)).to.throw(ArgumentError, /^valueAndGrad: .* no derivative/);
    expect(() => grad((a: Tensor) => [item(a), a] as const, { auxiliary: true })(x)).to.throw(
      ArgumentError,
      /^grad: .* no derivative/,
    );
  });

  describe('auxiliary output', () => {
    const withAuxiliary = (a: Tensor) =>
      [sum(square(a)), { root: sqrt(a), note: [3, tensor([1], { dtype: 'int32' })] }] as const;

    it('is passed through', () => {
      const [gradient, auxiliary] = grad(withAuxiliary, { auxiliary: true })(x);
      expect(gradient.toArray()).to.deep.equal([2, 4]);
      expectClose(auxiliary.root, float64([1, Math.SQRT2]), 0);
      const [[value, same], again] = valueAndGrad(withAuxiliary, { auxiliary: true })(x);
      expect([value.item(), again.toArray(), same.note[1].toArray()]).to.deep.equal([5, [2, 4], [1]]);
    });

    it('does not touch the gradient, though its own derivative be infinite', () => {
      expect(grad(withAuxiliary, { auxiliary: true })(float64([0, 1]))[0].toArray()).to.deep.equal([0, 2]);
    });

    it('is differentiable from outside', () => {
      const fn = (a: Tensor) =>
        grad((b: Tensor) => [sum(square(b)), multiply(a, b)], { auxiliary: true })(a)[1];
      expect(grad(fn)(float64(3)).item()).to.equal(6);
    });
  });

  describe('refuse', () => {
    it('a loss that is no scalar', () => {
      expect(() => grad((a: Tensor) => multiply(a, a))(x)).to.throw(
        ShapeError,
        /^grad: .*scalar.*\[2\].*jacrev/,
      );
      expect(() => valueAndGrad((a: Tensor) => a)(x)).to.throw(ShapeError, /^valueAndGrad: .*scalar.*\[2\]/);
      expect(() => grad((a: Tensor) => sum(a, { keepDims: true }))(x)).to.throw(ShapeError, /\[1\]/);
      expect(() => grad((a: Tensor) => [sum(a)] as never)(x)).to.throw(
        ArgumentError,
        /^grad: .*scalar.*array/,
      );
      expect(() => grad((() => undefined) as never)(x as never)).to.throw(
        ArgumentError,
        /^grad: .*undefined/,
      );
    });

    it('a loss of integers, and integers to differentiate', () => {
      const n = tensor([1, 2], { dtype: 'int32' });
      expect(() => grad((_: Tensor) => tensor(1, { dtype: 'int32' }))(x)).to.throw(
        DTypeError,
        /^grad: .*int32/,
      );
      expect(() => grad((_: Tensor) => float64(1))(n)).to.throw(DTypeError, /^grad: .*argument 0.*int32/);
      const nested = (_: Tensor, b: { n: Tensor }) => sum(multiply(x, b.n.cast('float64')));
      expect(() => grad(nested, { argument: 1 })(x, { n })).to.throw(
        DTypeError,
        /^grad: .*argument 1.*int32/,
      );
      expect(grad(nested)(x, { n }).toArray()).to.deep.equal([0, 0]);
    });

    it('arguments that are not there, or named twice', () => {
      expect(() => grad(product, { argument: 2 as never })(x, x)).to.throw(
        ArgumentError,
        /^grad: .*argument 2.*2/,
      );
      expect(() => grad(product, { argument: -1 as never })(x, x)).to.throw(
        ArgumentError,
        /^grad: .*argument -1/,
      );
      expect(() => grad(product, { argument: [0, 0] })(x, x)).to.throw(ArgumentError, /^grad: .*twice/);
    });

    it('unknown options', () => {
      const wrong = { argnums: 1 } as never;
      expect(() => grad(product, wrong)).to.throw(ArgumentError, /^grad: .*'argnums'.*argument, auxiliary/);
      expect(() => valueAndGrad(product, wrong)).to.throw(ArgumentError, /^valueAndGrad: .*'argnums'/);
    });

    it('trees of something else than tensors', () => {
      const loss = (a: { w: Tensor }) => sum(a.w);
      expect(() => grad(loss as never)({ w: 'abc' } as never)).to.throw(
        ArgumentError,
        /^grad: .*string abc at 'w'/,
      );
      expect(() => grad(loss as never)(undefined as never)).to.throw(ArgumentError, /^grad: .*undefined/);
    });

    it('an auxiliary output that is not there', () => {
      const loss = (a: Tensor) => sum(a);
      expect(() => grad(loss as never, { auxiliary: true })(x as never)).to.throw(
        ArgumentError,
        /\[loss, auxiliary\].*tensor/,
      );
    });
  });

  it('name the primitive and the shapes when the function itself is wrong', () => {
    expect(() => grad((a: Tensor) => sum(add(a, float64([1, 2, 3]))))(x)).to.throw(
      ShapeError,
      /^add: .*\[2\] and \[3\]/,
    );
    expect(() => grad((a: Tensor) => sum(matmul(a, float64([[1, 2, 3]]))))(x)).to.throw(
      ShapeError,
      /^matmul: .*\[2\] and \[1, 3\]/,
    );
  });
});
