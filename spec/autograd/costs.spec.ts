import { expect } from 'chai';
import {
  add,
  concatenate,
  gather,
  grad,
  makeGraph,
  multiply,
  sin,
  split,
  stack,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../autograd/index.ts';
import { sizeOf } from '../../lib/index.ts';

/** How many numbers the equations of a function's graph compute. */
function numbersComputed(fn: (x: Tensor) => Tensor, shape: readonly number[]): number {
  const { equations } = makeGraph(fn, [zeros(shape)]);
  return equations.flatMap(({ outputs }) => outputs).reduce((total, y) => total + sizeOf(y.shape), 0);
}

/** The cost of a problem twice as large, as a multiple: 2 if the cost is linear, 4 if it is quadratic. */
function growth(fn: (n: number) => (x: Tensor) => Tensor, shape: (n: number) => readonly number[]): number {
  const [once, twice] = [100, 200].map((n) => numbersComputed(fn(n), shape(n))) as [number, number];
  return twice / once;
}

describe('the cost of a gradient', () => {
  const sumOf = (parts: readonly Tensor[]) => parts.reduce((a, b) => add(a, b));
  const reads = (n: number, read: (i: number) => Tensor) =>
    sumOf(Array.from({ length: n }, (_, i) => sum(sin(read(i)))));
  const rows = (n: number) => [n, 3];

  it('grows as the number of slices of one tensor, at first and at second order', () => {
    const slices = (n: number) => grad((x: Tensor) => reads(n, (i) => x.slice([i])));
    expect(growth(slices, rows)).to.be.within(1.9, 2.1);
    expect(growth((n) => grad((x: Tensor) => sum(sin(slices(n)(x)))), rows)).to.be.within(1.9, 2.1);
    expect(
      growth((n) => grad((x: Tensor) => sumOf(split(x, n).map((part) => sum(part)))), rows),
    ).to.be.within(1.9, 2.1);
  });

  it('grows as the number of lookups in one table', () => {
    const lookUp = (x: Tensor, i: number) => gather(x, tensor(i, { dtype: 'int32' }));
    expect(growth((n) => grad((x: Tensor) => reads(n, (i) => lookUp(x, i))), rows)).to.be.within(1.9, 2.1);
  });

  it('grows as the number of parts joined', () => {
    const joined = (n: number) => grad((x: Tensor) => sum(stack(new Array<Tensor>(n).fill(x))));
    expect(growth(joined, () => [3])).to.be.within(1.9, 2.1);
  });

  it('is right where slices overlap, and beside other uses', () => {
    const x = tensor([1, 2, 3], { dtype: 'float64' });
    const fn = (a: Tensor) =>
      sum(
        multiply(
          concatenate([a.slice([[0, 2]]), a.slice([[1, 3]]), a]),
          concatenate([a, a, a.slice([0]).reshape([1])]),
        ),
      );
    // By hand: a₀a₀ + a₁a₁ + a₁a₂ + a₂a₀ + a₀a₁ + a₁a₂ + a₂a₀
    const [a, b, c] = [1, 2, 3];
    expect(grad(fn)(x).toArray()).to.deep.equal([2 * a + 2 * c + b, 2 * b + 2 * c + a, 2 * b + 2 * a]);
  });
});
