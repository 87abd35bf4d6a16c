import { expect } from 'chai';
import {
  ArgumentError,
  add,
  checkGradients,
  checkpoint,
  concatenate,
  einsum,
  gather,
  grad,
  makeGraph,
  mapTree,
  multiply,
  ones,
  sin,
  split,
  stack,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
  vmap,
  zeros,
} from '../../autograd/index.ts';
import { contractionOrder } from '../../autograd/operations/contraction-order.ts';
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

describe('the cost of', () => {
  it('einsum is that of a good order: of three matrices, two products', () => {
    const n = 96;
    const computed = (formula: string, count: number) =>
      numbersComputed((x) => einsum(formula, ...new Array<Tensor>(count).fill(x)), [n, n]);
    // Two products of n² entries, and a few views of them; from left to right, the first has n⁴.
    expect(computed('ij,kl,jk->il', 3)).to.be.at.most(16 * n ** 2);
    const chain = 'ab,fg,cd,ij,bc,hi,de,gh,ef,jk->ak';
    expect(computed(chain, 10)).to.be.at.most(16 * 9 * n ** 2);
  });

  it('einsum of a chain of matrices is the least that there is', () => {
    // Cormen et al., Introduction to Algorithms, section 15.2: 15,125 multiplications for this chain.
    const lengths = [30, 35, 15, 5, 10, 20, 25];
    const terms = ['ab', 'bc', 'cd', 'de', 'ef', 'fg'];
    const sizeOfLabels = (labels: string) =>
      [...labels].reduce((size, label) => size * (lengths['abcdefg'.indexOf(label)] as number), 1);
    let work = 0;
    const left: string[] = [...terms];
    for (const [i, j] of contractionOrder(terms, 'ag', sizeOfLabels)) {
      const [first, second] = [left[i] as string, left[j] as string];
      work += sizeOfLabels([...new Set(first + second)].join(''));
      left.push([...first, ...second].filter((label) => (first + second).split(label).length === 2).join(''));
    }
    expect(work).to.equal(15_125);
  });

  it('an operation under n nested vmaps is n', () => {
    const copies = (levels: number) => {
      const native = Array.prototype.slice;
      let count = 0;
      Array.prototype.slice = function (...range) {
        count++;
        return native.apply(this, range);
      };
      try {
        let fn = (x: Tensor) => sin(add(x, x));
        for (let i = 0; i < levels; i++) fn = vmap(fn);
        fn(ones(new Array<number>(levels).fill(1)));
      } finally {
        Array.prototype.slice = native;
      }
      return count;
    };
    expect(copies(40) / copies(20)).to.be.at.most(2.2);
  });
});

describe('long and deep inputs', () => {
  it('checkGradients takes 125,000 numbers', () => {
    expect(checkGradients((x: Tensor) => sin(x), [ones([125_000])]).forward).to.be.below(1e-6);
  });

  it('trees and nested lists are refused where they would overflow the stack, or contain themselves', () => {
    const nested = (depth: number, leaf: unknown) => {
      let tree = leaf;
      for (let i = 0; i < depth; i++) tree = [tree];
      return tree as never;
    };
    const endless: unknown[] = [];
    endless.push(endless);
    expect(treeLeaves(nested(1000, 1))).to.deep.equal([1]);
    for (const tree of [nested(10_000, 1), endless]) {
      expect(() => mapTree((x) => x, tree)).to.throw(ArgumentError, 'mapTree: the tree is deeper than 1000');
      expect(() => tensor(tree as never)).to.throw(
        ArgumentError,
        'tensor: the lists are nested deeper than 1000',
      );
    }
  });

  it('a checkpoint takes a body of many operations', () => {
    const many = checkpoint((x: Tensor) => {
      let y = x;
      for (let i = 0; i < 20_000; i++) y = add(y, x);
      return y;
    });
    expect(grad((x: Tensor) => many(x))(tensor(1)).item()).to.equal(20_001);
  });

  it('einsum takes thousands of operands', () => {
    const operands = new Array<Tensor>(1000).fill(ones([2]));
    expect(einsum(`${operands.map(() => 'a').join()}->a`, ...operands).toArray()).to.deep.equal([1, 1]);
  });
});

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
