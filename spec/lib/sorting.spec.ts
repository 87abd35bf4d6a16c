import { expect } from 'chai';
import { argsort, flat, type TypedArray, transpose, wrap } from '../../lib/index.ts';

/** The order that the language's stable sort gives; NaN comes last. */
function orderOf(values: TypedArray): readonly number[] {
  const indices = Array.from(values, (_, i) => i);
  const key = (i: number) => values[i] as number;
  return indices.sort((i, j) => {
    if (Number.isNaN(key(i)) || Number.isNaN(key(j)))
      return Number(Number.isNaN(key(i))) - Number(Number.isNaN(key(j)));
    return key(i) - key(j) || 0;
  });
}

describe('argsort', () => {
  const special = [0, -0, 1, -1, NaN, -NaN, 1e-45, -1e-45, 3.4e38, -3.4e38, 1e-310, 5, 5, -5];
  const numbers = (n: number) =>
    Array.from({ length: n }, (_, i) => special[i % 29] ?? Math.round(1000 * Math.sin(i * i)) / 8);

  for (const length of [14, 511, 512, 3000]) {
    it(`is the stable order of ${length} numbers of any dtype, NaN last`, () => {
      const values = numbers(length);
      const rows = [Float32Array.from(values), Float64Array.from(values), Int32Array.from(values)];
      for (const row of [
        ...rows,
        Uint32Array.from(values),
        Uint8Array.from(values, (x) => (x > 0 ? 1 : 0)),
      ]) {
        expect([...argsort(wrap(row, [length]), 0).data], row.constructor.name).to.deep.equal(orderOf(row));
      }
    });
  }

  it('orders columns as it orders rows', () => {
    const values = Float64Array.from(numbers(1200));
    const rows = argsort(wrap(values, [2, 600]), 1);
    const columns = argsort(transpose(wrap(values, [2, 600]), [1, 0]), 0);
    expect([...flat(transpose(columns, [1, 0]))]).to.deep.equal([...flat(rows)]);
  });

  it('compares no two numbers of a long row, so that its time grows with the length alone', () => {
    const native = Int32Array.prototype.sort;
    let calls = 0;
    Int32Array.prototype.sort = function (compare) {
      calls++;
      return native.call(this, compare);
    };
    try {
      argsort(wrap(Float32Array.from(numbers(5000)), [5000]), 0);
      expect(calls).to.equal(0);
      argsort(wrap(Float32Array.from(numbers(50)), [50]), 0);
      expect(calls).to.equal(1);
    } finally {
      Int32Array.prototype.sort = native;
    }
  });
});
