import { expect } from 'chai';
import * as fc from 'fast-check';
import { assignment } from '../../flows/assignment.ts';
import { ArgumentError, fromNested, ShapeError, transpose, wrap } from '../../lib/index.ts';

/** The least total over all ways to give each row a column of its own. */
function bruteForce(costs: readonly (readonly number[])[], row = 0, taken = new Set<number>()): number {
  if (row === costs.length) return 0;
  let best = Number.POSITIVE_INFINITY;
  costs[row]!.forEach((cost, column) => {
    if (taken.has(column)) return;
    best = Math.min(best, cost + bruteForce(costs, row + 1, new Set([...taken, column])));
  });
  return best;
}

const total = (costs: readonly (readonly number[])[], columns: Int32Array) =>
  columns.reduce((sum, column, row) => sum + (column === -1 ? 0 : costs[row]![column]!), 0);

describe('assignment', () => {
  it('is what one finds by hand', () => {
    const costs = [
      [1, 2, 3],
      [4, 2, 1],
      [2, 2, 2],
    ];
    expect([...assignment(fromNested('spec', costs, 'float64'))]).to.deep.equal([0, 2, 1]);
  });

  it('has the least cost of all assignments, for squares and rectangles, ties and negative costs', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 2 }), fc.boolean())
      .chain(([rows, more, real]) =>
        fc.array(
          fc.array(real ? fc.double({ min: -9, max: 9, noNaN: true }) : fc.integer({ min: -3, max: 3 }), {
            minLength: rows + more,
            maxLength: rows + more,
          }),
          { minLength: rows, maxLength: rows },
        ),
      );
    fc.assert(
      fc.property(matrix, (costs) => {
        const array = fromNested('spec', costs, 'float64');
        const columns = assignment(array);
        expect(new Set(columns).size).to.equal(costs.length);
        const least = bruteForce(costs);
        expect(total(costs, columns)).to.be.closeTo(least, 1e-12);
        // The transpose has the same pairs at the same cost. Rows without a column get −1.
        const rows = assignment(transpose(array, [1, 0]));
        const transposed = costs[0]!.map((_, j) => costs.map((row) => row[j]!));
        expect(total(transposed, rows)).to.be.closeTo(least, 1e-12);
        expect(rows.filter((column) => column === -1)).to.have.length(costs[0]!.length - costs.length);
      }),
      { numRuns: 300 },
    );
  });

  it('sorts: points on a line are matched in order, 400 of them', () => {
    const n = 400;
    const position = (i: number, step: number) => ((i * step) % n) + 1 / (i + 2);
    const x = Array.from({ length: n }, (_, i) => position(i, 149));
    const y = Array.from({ length: n }, (_, i) => position(i, 237));
    const values = Float64Array.from({ length: n * n }, (_, k) => (x[Math.floor(k / n)]! - y[k % n]!) ** 2);
    const columns = assignment(wrap(values, [n, n]));
    const sorted = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
    const matched = sorted.map((i) => y[columns[i]!]!);
    expect(matched).to.deep.equal([...y].sort((a, b) => a - b));
  });

  it('takes float32 and views, and the empty matrix', () => {
    const costs = fromNested('spec', [[1], [0]], 'float32');
    expect([...assignment(costs)]).to.deep.equal([-1, 0]);
    expect([...assignment(transpose(costs, [1, 0]))]).to.deep.equal([1]);
    expect(assignment(wrap(new Float64Array(0), [0, 3]))).to.have.length(0);
  });

  it('rejects what is no matrix of finite costs', () => {
    expect(() => assignment(wrap(new Float64Array(2), [2]))).to.throw(
      ShapeError,
      'wanted costs of shape [n, m], got [2]',
    );
    expect(() => assignment(wrap(Float64Array.of(0, Number.NaN), [1, 2]))).to.throw(ArgumentError, 'got NaN');
    expect(() => assignment(wrap(Float64Array.of(0, Number.POSITIVE_INFINITY), [1, 2]))).to.throw(
      'got Infinity',
    );
  });
});
