import { expect } from 'chai';
import {
  ArgumentError,
  add,
  DTypeError,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  matmul,
  multiply,
  power,
  sin,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('jacfwd and jacrev', () => {
  const w = sampleTensor(9, [4, 3]);

  it('give the Jacobian, [...output, ...input]', () => {
    const fn = (x: Tensor) => multiply(x.slice([[0, 2]]), x.slice([[1, 3]]));
    const wanted = float64([[5, 3, 0], [0, 7, 5]]); // biome-ignore format: a matrix
    expectClose(jacfwd(fn)(float64([3, 5, 7])), wanted, 0);
    expectClose(jacrev(fn)(float64([3, 5, 7])), wanted, 0);
  });

  for (const shape of [[], [1], [4], [2, 4], [0], [0, 4]]) {
    it(`agree for arguments of shape [${shape}], in shape and value`, () => {
      const x = sampleTensor(1, shape);
      const fn = (a: Tensor) =>
        shape.at(-1) === 4 ? tanh(matmul(a, w)) : multiply(a, add(a, float64([1, 2]).reshape([2, 1])));
      const output = fn(x).shape;
      expect(jacfwd(fn)(x).shape).to.deep.equal([...output, ...shape]);
      expectClose(jacrev(fn)(x), jacfwd(fn)(x), 1e-14);
    });
  }

  it('are columns by jvp and rows by vjp', () => {
    const [x, v] = [sampleTensor(1, [4]), sampleTensor(2, [4])];
    const fn = (a: Tensor) => tanh(matmul(a, w));
    expectClose(matmul(jacrev(fn)(x), v), jvp(fn, [x], [v])[1], 1e-14);
  });

  it('work over trees: a tree of outputs, with a tree of inputs at each', () => {
    const fn = ({ a, b }: { a: Tensor; b: Tensor }) => ({ product: multiply(a, b), total: [sum(a)] });
    const at = { a: float64([1, 2]), b: float64(3) };
    for (const jacobian of [jacfwd(fn)(at), jacrev(fn)(at)]) {
      expect(jacobian.product.a.toArray()).to.deep.equal([[3, 0], [0, 3]]); // biome-ignore format: a matrix
      expect(jacobian.product.b.toArray()).to.deep.equal([1, 2]);
      expect(jacobian.total[0]?.a.toArray()).to.deep.equal([1, 1]);
      expect(jacobian.total[0]?.b.toArray()).to.equal(0);
    }
  });

  it('can be differentiated and batched', () => {
    const fn = (x: Tensor) => multiply(x, sin(x));
    const x = sampleTensor(1, [3]);
    const second = (jacobian: typeof jacfwd) => grad((a: Tensor) => sum(jacobian(fn)(a)));
    const wanted = x.toTypedArray().map((a) => 2 * Math.cos(a) - a * Math.sin(a));
    expectClose(second(jacfwd)(x), tensor(wanted), 1e-14);
    expectClose(second(jacrev)(x), tensor(wanted), 1e-14);
    const batch = sampleTensor(2, [5, 3]);
    expectClose(vmap(jacfwd(fn))(batch), vmap(jacrev(fn))(batch), 1e-14);
    expectClose(vmap(jacrev(fn))(batch).slice([2]), jacrev(fn)(batch.slice([2])), 1e-14);
  });

  it('refuse integers', () => {
    const n = tensor([1, 2], { dtype: 'int32' });
    expect(() => jacfwd((x: Tensor) => x)(n)).to.throw(DTypeError, /^jacfwd: .*int32/);
    expect(() => jacrev((x: Tensor) => x)(n)).to.throw(DTypeError, /^jacrev: .*int32/);
  });
});

describe('hessian and hvp', () => {
  const a = sampleTensor(3, [4, 4]);
  const quadratic = (x: Tensor) => multiply(matmul(x, matmul(a, x)), 0.5);
  const wavy = (x: Tensor) => sum(sin(multiply(x, matmul(a, x))));

  it('of a quadratic form is its symmetric part', () => {
    const symmetric = multiply(add(a, a.transpose()), 0.5);
    expectClose(hessian(quadratic)(sampleTensor(1, [4])), symmetric, 1e-14);
  });

  it('is symmetric, and what differences of the gradient give', () => {
    const x = sampleTensor(1, [4], -1, 1);
    const H = hessian(wavy)(x);
    expectClose(H, H.transpose(), 1e-13);
    const [v, h] = [sampleTensor(2, [4], -1, 1), 6e-6];
    const at = (by: number) => grad(wavy)(add(x, multiply(v, by)));
    expectClose(
      matmul(H, v),
      at(h)
        .subtract(at(-h))
        .divide(2 * h),
      1e-8,
    );
  });

  it('times a vector is hvp', () => {
    const [x, v] = [sampleTensor(1, [4]), sampleTensor(2, [4])];
    expectClose(hvp(wavy, x, v), matmul(hessian(wavy)(x), v), 1e-13);
    expectClose(
      hvp((x: Tensor) => sum(power(x, 3)), float64([1, 2]), 1),
      float64([6, 12]),
      0,
    );
  });

  it('work over trees', () => {
    const fn = ({ x, y }: { x: Tensor; y: Tensor }) => sum(multiply(square(x), y));
    const at = { x: float64([1, 2]), y: float64(3) };
    const H = hessian(fn)(at);
    expect(H.x.x.toArray()).to.deep.equal([[6, 0], [0, 6]]); // biome-ignore format: a matrix
    expect([H.x.y.toArray(), H.y.x.toArray(), H.y.y.toArray()]).to.deep.equal([[2, 4], [2, 4], 0]);
    const product = hvp(fn, at, { x: float64([1, 0]), y: 1 });
    expect([product.x.toArray(), product.y.toArray()]).to.deep.equal([[8, 4], 2]);
  });

  it('are with respect to the first argument, and pass the others on', () => {
    const fn = (x: Tensor, y: Tensor) => multiply(square(x), y);
    const [x, y] = [float64([1, 2]), float64([3, 4])];
    expect(jacfwd(fn)(x, y).toArray()).to.deep.equal([[6, 0], [0, 16]]); // biome-ignore format: a matrix
    expect(jacrev(fn)(x, y).toArray()).to.deep.equal([[6, 0], [0, 16]]); // biome-ignore format: a matrix
    expect(hessian((a: Tensor, b: Tensor) => sum(fn(a, b)))(x, y).toArray()).to.deep.equal([[6, 0], [0, 8]]); // biome-ignore format: a matrix
  });

  // jax.hessian with argnums of JAX 0.10.2, in float64.
  it('are with respect to the arguments that are named, one or a list', () => {
    const fn = (x: Tensor, y: Tensor) => sum(multiply(square(x), y));
    const [x, y] = [float64([1, 2]), float64([3, 4])];
    const numbers = (blocks: readonly (readonly Tensor[])[]) =>
      blocks.map((row) => row.map((b) => b.toArray()));
    const wanted = [
      [[[6, 0], [0, 8]], [[2, 0], [0, 4]]],
      [[[2, 0], [0, 4]], [[0, 0], [0, 0]]],
    ]; // biome-ignore format: matrices
    expect(numbers(hessian(fn, { argument: [0, 1] })(x, y))).to.deep.equal(wanted);
    expect(hessian(fn, { argument: 1 })(x, y).toArray()).to.deep.equal(wanted[1]?.[1]);
    for (const jacobian of [jacfwd, jacrev]) {
      expect(jacobian(fn, { argument: 1 })(x, y).toArray()).to.deep.equal([1, 4]);
      expect(jacobian(fn, { argument: [1, 0] })(x, y).map((b) => b.toArray())).to.deep.equal([[1, 4], [6, 16]]); // biome-ignore format: a matrix
      expect(() => jacobian(fn, { argument: 2 })(x, y)).to.throw(
        ArgumentError,
        /^jac...: there is no argument 2/,
      );
      expect(() => jacobian(fn, { argument: [0, 0] })(x, y)).to.throw(ArgumentError, /^jac...: .*twice/);
      expect(() => jacobian(fn, { argnums: 1 } as never)).to.throw(ArgumentError, /^jac...: unknown option/);
    }
  });
});
