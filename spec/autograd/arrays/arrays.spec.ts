/** Functions on arrays against numpy (golden/arrays.json) and closed forms: both modes, batched, compiled. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as f from '../../../autograd/index.ts';
import { type Tensor, tensor } from '../../../autograd/index.ts';
import { expectClose, float64, numbersOf } from '../numbers.ts';

const golden = JSON.parse(readFileSync(new URL('../../golden/arrays.json', import.meta.url), 'utf8'));
const withNaN = (nested: unknown): never =>
  (Array.isArray(nested) ? nested.map(withNaN) : (nested ?? Number.NaN)) as never;
const int32 = (list: readonly number[]) => tensor([...list], { dtype: 'int32' });
const x = float64(golden.x);
const y = float64(withNaN(golden.y));

/** As many units in the last place apart as a float64 computation may be. */
function expectUlps(got: Tensor, wanted: readonly number[], ulps: number): void {
  numbersOf(got).forEach((value, i) => {
    const other = wanted[i] as number;
    expect(Math.abs(value - other), `${value} for ${other}`).to.be.at.most(
      Math.max(Math.abs(other) * Number.EPSILON * ulps, Math.min(Math.abs(other), 5e-324)),
    );
  });
}

describe('elementwise functions of others', () => {
  it('have numpy’s values, at the ends of the range too', () => {
    const pairs: [number, number][] = [
      [3, 4],
      [1e200, 1e200],
      [1e-200, 2e-200],
      [-5, 0],
      [0, 0],
      [1e308, 1],
    ];
    expectUlps(f.hypot(float64(pairs.map(([a]) => a)), float64(pairs.map(([, b]) => b))), golden.hypot, 2);
    expectUlps(f.cbrt(float64([27, -8, 2, 1e300, 1e-300, 5e-324, 0.1])), golden.cbrt, 2);
    expectUlps(f.log2(float64([8, 0.125, 3, 1e300])), golden.log2, 2);
    expectUlps(f.log10(float64([1000, 1e22, 3, 1e-300])), golden.log10, 2);
    expectUlps(f.exp2(float64([3, -1074, 0.5, 1023.5])), golden.exp2, 2);
    expect(numbersOf(f.hypot(float64([Infinity, NaN]), float64([NaN, 1])))).to.deep.equal([Infinity, NaN]);
    expect(numbersOf(f.hypot(float64([-Infinity, 2]), 1))[0]).to.equal(Infinity);
    expect(numbersOf(f.cbrt(float64([0, Infinity, -Infinity])))).to.deep.equal([0, Infinity, -Infinity]);
    expect(numbersOf(f.log2(float64([0, Infinity, -1])))).to.deep.equal([-Infinity, Infinity, NaN]);
  });

  it('have the right derivatives', () => {
    const points = float64([0.3, 2, 8]);
    f.checkGradients((a) => [f.hypot(a, 3), f.cbrt(a), f.log2(a), f.log10(a), f.exp2(a)], [points]);
    f.checkGradients((a) => f.cbrt(a), [float64([-2, -0.4])]);
    const gradient = (fn: (a: Tensor) => Tensor, at: number) =>
      f.grad((a: Tensor) => f.sum(fn(a)))(float64([at]));
    expectUlps(gradient(f.log2, 8), [1 / (8 * Math.LN2)], 2);
    expectUlps(gradient(f.cbrt, 27), [1 / 27], 4);
    expectUlps(
      gradient((a) => f.hypot(a, 0), 0),
      [0],
      0,
    );
    expectUlps(
      gradient((a) => f.hypot(a, 1e300), 1e300),
      [Math.SQRT1_2],
      4,
    );
  });

  it('tell what is no number', () => {
    const odd = float64([NaN, Infinity, -Infinity, 2]);
    expect(f.isNaN(odd).toArray()).to.deep.equal([true, false, false, false]);
    expect(f.isFinite(odd).toArray()).to.deep.equal([false, false, false, true]);
    expect(f.isInfinite(odd).toArray()).to.deep.equal([false, true, true, false]);
    const most = Number.MAX_VALUE;
    expect(numbersOf(f.nanToNum(odd))).to.deep.equal([0, most, -most, 2]);
    expect(numbersOf(f.nanToNum(odd, { nan: 7, positiveInfinity: 8, negativeInfinity: 9 }))).to.deep.equal([
      7, 8, 9, 2,
    ]);
    expect(numbersOf(f.grad((a: Tensor) => f.sum(f.nanToNum(a)))(odd))).to.deep.equal([0, 0, 0, 1]);
  });

  it('select the first choice whose condition holds', () => {
    const a = float64([-1, 0.5, 3]);
    expect(numbersOf(f.select([f.less(a, 0), f.less(a, 1)], [-7, a], 9))).to.deep.equal([-7, 0.5, 9]);
    expect(() => f.select([], [])).to.throw(f.ArgumentError, 'select: wanted a list of at least one mask');
    expect(() => f.select([f.less(a, 0)], [1, 2])).to.throw(f.ArgumentError, 'a choice for each of the 1');
  });
});

describe('masks', () => {
  const mask = f.greater(x, 0);
  const rows = golden.x as number[][];

  it('are asked about any and all, and counted', () => {
    expect(f.any(mask, { axes: 1 }).toArray()).to.deep.equal(rows.map((row) => row.some((v) => v > 0)));
    expect(f.all(mask, { axes: 0, keepDims: true }).shape).to.deep.equal([1, 5]);
    expect(f.all(f.less(x, 10)).item()).to.equal(1);
    expect(f.countNonzero(mask, { axes: 1 }).toArray()).to.deep.equal(
      rows.map((row) => row.filter((v) => v > 0).length),
    );
    expect(f.countNonzero(float64([0, -0, NaN, 2])).item()).to.equal(2);
    expect([f.any(mask.slice([[0, 0]])).item(), f.all(mask.slice([[0, 0]])).item()]).to.deep.equal([0, 1]);
    expect(() => f.any(x)).to.throw(f.DTypeError, 'any: wanted a mask');
    expect(() => f.all(mask, { axes: 2 })).to.throw(f.ArgumentError, /^all: /);
  });
});

describe('reductions without NaN', () => {
  it('have numpy’s values', () => {
    expectClose(f.nanSum(y, { axes: 1 }), float64(withNaN(golden.nansum)), 1e-15);
    expectClose(f.nanMean(y, { axes: 1 }), float64(withNaN(golden.nanmean)), 1e-15);
    expectClose(f.nanVariance(y, { axes: 1, correction: 1 }), float64(withNaN(golden.nanvar)), 1e-15);
    expectClose(f.nanMax(y, { axes: 1 }), float64(withNaN(golden.nanmax)), 0);
    expectClose(f.nanMin(y, { axes: 0 }), float64(withNaN(golden.nanmin)), 0);
  });

  it('have derivative 0 where they leave an entry out', () => {
    const row = float64([1, NaN, 4]);
    const gradient = (fn: (a: Tensor) => Tensor) => numbersOf(f.grad(fn)(row));
    expect(gradient(f.nanSum)).to.deep.equal([1, 0, 1]);
    expect(gradient(f.nanMean)).to.deep.equal([0.5, 0, 0.5]);
    expect(gradient(f.nanVariance)).to.deep.equal([-1.5, 0, 1.5]);
    expect(gradient(f.nanMax)).to.deep.equal([0, 0, 1]);
    expect(gradient(f.nanMin)).to.deep.equal([1, 0, 0]);
  });
});

describe('partial products, extremes and sums of exponentials', () => {
  it('have numpy’s values', () => {
    expectClose(f.cumulativeProduct(x), float64(golden.cumprod), 1e-15);
    expectClose(f.cumulativeMax(x, { axis: 0 }), float64(golden.cummax), 0);
    expectClose(f.cumulativeMin(x), float64(golden.cummin), 0);
    expectClose(f.cumulativeLogSumExp(x), float64(golden.cumlse), 1e-15);
    expect(numbersOf(f.cumulativeLogSumExp(float64([-Infinity, 1000, 1000])))).to.deep.equal([
      -Infinity,
      1000,
      1000 + Math.LN2,
    ]);
  });

  it('have the right derivatives, of products with zeros too', () => {
    f.checkGradients(
      (a) => [f.cumulativeProduct(a), f.cumulativeLogSumExp(a, { axis: 0 }), f.cumulativeMax(a)],
      [x],
    );
    const gradient = f.grad((a: Tensor) => f.cumulativeProduct(a).sum())(float64([2, 0, 5]));
    expect(numbersOf(gradient)).to.deep.equal([1, 12, 0]);
  });
});

describe('order statistics', () => {
  it('have numpy’s quantiles', () => {
    expectClose(f.quantile(x, [0, 0.1, 0.5, 0.77, 1], { axes: 1 }), float64(golden.quantile), 1e-15);
    expectClose(f.quantile(x, 0.3), float64(golden.quantileAll), 1e-15);
    expectClose(f.median(x, { axes: 0 }), float64(golden.median0), 0);
    expect(f.median(x, { axes: 0, keepDims: true }).shape).to.deep.equal([1, 5]);
    expect(numbersOf(f.median(y, { axes: 1 }))).to.deep.equal([NaN, 0.362, NaN]);
    expect(f.median(float64([1, Infinity, Infinity, Infinity])).item()).to.equal(Infinity);
    expect(f.median(float64([-Infinity, Infinity])).item()).to.be.NaN;
    expect(() => f.quantile(x, [])).to.throw(f.ArgumentError, 'quantile: wanted at least one q');
    expect(() => f.quantile(x, 1.5)).to.throw(
      f.ArgumentError,
      'quantile: wanted q from 0 to 1, got number 1.5',
    );
    expect(() => f.median(float64([]))).to.throw(f.ArgumentError, 'median: wanted at least one entry');
  });

  it('differentiate quantiles', () => {
    f.checkGradients((a) => [f.quantile(a, 0.3, { axes: 1 }), f.median(a, { axes: 0 })], [x]);
    expect(numbersOf(f.grad((a: Tensor) => f.quantile(a, 0.25))(float64([4, 1, 2])))).to.deep.equal([
      0, 0.5, 0.5,
    ]);
  });

  it('find the largest entries', () => {
    const { values, indices } = f.topK(
      float64([
        [1, 3, 3, 2],
        [NaN, 0, 5, 4],
      ]),
      3,
    );
    expect(values.toArray()).to.deep.equal([
      [3, 3, 2],
      [5, 4, 0],
    ]);
    expect(indices.toArray()).to.deep.equal([
      [1, 2, 3],
      [2, 3, 1],
    ]);
    expect(f.topK(x, 2, { axis: 0 }).values.shape).to.deep.equal([2, 5]);
    expect(() => f.topK(x, 6)).to.throw(
      f.ArgumentError,
      'topK: wanted k up to 5, the length of axis 1, got 6',
    );
  });

  it('find places in a sorted list', () => {
    const { list, values } = golden.search;
    for (const side of ['left', 'right'] as const) {
      expect(f.searchSorted(float64(list), float64(values), { side }).toArray()).to.deep.equal(golden[side]);
    }
    expect(f.searchSorted(float64([]), float64([1])).toArray()).to.deep.equal([0]);
    expect(f.searchSorted(float64([0, 1]), float64([-0])).toArray()).to.deep.equal([0]);
    expect(f.searchSorted(float64([-0]), float64([0]), { side: 'right' }).toArray()).to.deep.equal([1]);
    expect(f.searchSorted(float64(list), float64([NaN])).toArray()).to.deep.equal([5]);
    expect(() => f.searchSorted(x, x)).to.throw(f.ShapeError, 'searchSorted: wanted a list, [n], got [3, 5]');
  });

  it('count', () => {
    expect(f.binCount(int32([0, 2, 2]), 4).toArray()).to.deep.equal([1, 0, 2, 0]);
    expect(f.binCount(int32([0, 2, 2]), 3, { weights: float64([1, 2, 3]) }).toArray()).to.deep.equal([
      1, 0, 5,
    ]);
    for (const wrong of [3, -1])
      expect(() => f.binCount(int32([wrong]), 3)).to.throw(f.ArgumentError, `from 0 to 2, got ${wrong}`);
    expect(() => f.histogram(float64([1, NaN]))).to.throw(
      f.ArgumentError,
      'histogram: wanted finite entries',
    );
    expect(f.histogram(float64([]), { bins: 2 }).edges.toArray()).to.deep.equal([0, 0.5, 1]);
    const { counts, edges } = f.histogram(x, { bins: 6 });
    expect(counts.toArray()).to.deep.equal(golden.hist[0]);
    expectClose(edges, float64(golden.hist[1]), 1e-15);
    expect(f.histogram(x, { bins: 4, range: [-1, 0.5] }).counts.toArray()).to.deep.equal(golden.histRange);
    expect(f.histogram(float64([2, 2, NaN, 9]), { bins: 2, range: [1, 3] }).counts.toArray()).to.deep.equal([
      0, 2,
    ]);
    expect(f.histogram(float64([2, 2]), { bins: 1 }).edges.toArray()).to.deep.equal([1.5, 2.5]);
    expect(() => f.histogram(x, { range: [2, 1] })).to.throw(f.ArgumentError, 'histogram: wanted a range');
  });

  it('list what occurs', () => {
    const { values, inverse, counts } = f.unique(
      float64([
        [3, NaN, -0],
        [0, 3, NaN],
      ]),
    );
    expect(values.toArray()).to.deep.equal([-0, 3, NaN]);
    expect(inverse.toArray()).to.deep.equal([
      [1, 2, 0],
      [0, 1, 2],
    ]);
    expect(counts.toArray()).to.deep.equal([2, 2, 2]);
    expect(() => f.compile((a: Tensor) => f.unique(a).values)(x)).to.throw(f.FluxionError, /unique/);
  });
});

describe('grids, windows and rows', () => {
  it('make the coordinates of all combinations', () => {
    const lists = [float64([1, 2, 3]), float64([10, 20])];
    const [a, b] = f.meshgrid(lists);
    expect(a!.toArray()).to.deep.equal([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(b!.toArray()).to.deep.equal([
      [10, 10, 10],
      [20, 20, 20],
    ]);
    expect(f.meshgrid(lists, { indexing: 'ij' })[1]!.toArray()).to.deep.equal([
      [10, 20],
      [10, 20],
      [10, 20],
    ]);
    expect(f.meshgrid([...lists, float64([5, 6, 7, 8])])[2]!.shape).to.deep.equal([2, 3, 4]);
    expect(() => f.meshgrid([x])).to.throw(f.ShapeError, 'meshgrid: wanted lists, [n], got [3, 5]');
  });

  it('look through windows', () => {
    expectClose(f.rollingWindows(x, 3, { step: 2 }), float64(golden.windows), 0);
    expect(f.rollingWindows(x, 2, { axis: 0 }).shape).to.deep.equal([2, 5, 2]);
    f.checkGradients((a) => f.rollingWindows(a, 2, { axis: 0 }), [x]);
    expect(() => f.rollingWindows(x, 6)).to.throw(
      f.ArgumentError,
      'wanted a length from 1 to 5, that of axis 1, got 6',
    );
  });

  it('set and add rows', () => {
    const table = float64([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const values = float64([
      [10, 20],
      [30, 40],
      [50, 60],
    ]);
    expect(f.setRows(table, int32([2, 0, -1]), values).toArray()).to.deep.equal([
      [30, 40],
      [3, 4],
      [50, 60],
    ]);
    expect(f.addRows(table, int32([2, 0, -1]), values).toArray()).to.deep.equal([
      [31, 42],
      [3, 4],
      [65, 86],
    ]);
    f.checkGradients(
      (a, b) => [f.setRows(a, int32([2, 0, 2]), b), f.addRows(a, int32([2, 0, 2]), b)],
      [table, values],
    );
    for (const change of [f.setRows, f.addRows]) {
      const at = (indices: Tensor, rows: Tensor) => () => change(table, indices, rows);
      const { name } = change;
      expect(at(int32([3]), float64([[1, 1]]))).to.throw(f.ArgumentError, `${name}: there is no index 3`);
      // Rows of another shape would broadcast silently.
      expect(at(int32([0]), float64([9]))).to.throw(f.ShapeError, `${name}: wanted a table, a list of`);
      expect(
        at(
          int32([0]),
          float64([
            [1, 2],
            [3, 4],
          ]),
        ),
      ).to.throw(f.ShapeError, `${name}: wanted a table`);
      expect(at(float64([0]), float64([[1, 1]]))).to.throw(f.DTypeError, `${name}: wanted int32 indices`);
    }
    expect(
      f
        .trace(
          float64([
            [1, 2],
            [3, 4],
          ]),
        )
        .item(),
    ).to.equal(5);
  });
});

describe('functions on arrays, transformed', () => {
  const cases: Readonly<Record<string, (a: Tensor) => unknown>> = {
    hypot: (a) => f.hypot(a, 2),
    cbrt: f.cbrt,
    log2: (a) => f.log2(f.abs(a)),
    nanToNum: (a) => f.nanToNum(a),
    any: (a) => f.any(f.greater(a, 0.5)),
    nanVariance: (a) => f.nanVariance(a),
    nanMax: (a) => f.nanMax(a),
    cumulativeProduct: (a) => f.cumulativeProduct(a),
    cumulativeMax: (a) => f.cumulativeMax(a),
    quantile: (a) => f.quantile(a, [0.2, 0.9]),
    topK: (a) => f.topK(a, 2),
    searchSorted: (a) => f.searchSorted(float64([-1, 0, 1]), a),
    histogram: (a) => f.histogram(a, { bins: 3 }),
    rollingWindows: (a) => f.rollingWindows(a, 2),
    setRows: (a) => f.setRows(a, int32([1, 1]), a.slice([[0, 2]])),
    meshgrid: (a) => f.meshgrid([a, float64([1, 2])]),
  };
  for (const [name, fn] of Object.entries(cases)) {
    it(`${name}: row by row under vmap, and the same bits compiled`, () => {
      const batched = f.vmap(fn as (a: Tensor) => Tensor)(x);
      const rows = [0, 1, 2].map((i) => f.treeLeaves(fn(x.slice([i]))) as Tensor[]);
      (f.treeLeaves(batched) as Tensor[]).forEach((leaf, k) => {
        for (const [i, row] of rows.entries()) expectClose(leaf.slice([i]), row[k], 1e-15);
      });
      const compiled = f.compile(fn as (a: Tensor) => Tensor)(x.slice([1]));
      expect(numbersOf(compiled)).to.deep.equal(numbersOf(fn(x.slice([1]))));
      const inFloat32 = f.treeLeaves(fn(f.cast(x.slice([1]), 'float32'))) as Tensor[];
      expect(
        inFloat32.every(({ dtype }) => dtype !== 'float64' || name === 'searchSorted' || name === 'meshgrid'),
      ).to.equal(true);
    });
  }
});
