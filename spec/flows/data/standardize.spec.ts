import { expect } from 'chai';
import { type Tensor, tensor } from '../../../autograd/index.ts';
import { digits, standardize } from '../../../flows/data/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';

/** Mean and population standard deviation, the plain way. */
function moments(values: readonly number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

function column(x: Tensor, j: number): number[] {
  return (x.toArray() as number[][]).map((row) => row[j]!);
}

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).to.deep.equal(expected.shape);
  const values = expected.toTypedArray();
  const worst = [...actual.toTypedArray()].reduce(
    (most, value, i) => Math.max(most, Math.abs(value - values[i]!)),
    0,
  );
  expect(worst).to.be.at.most(tolerance);
}

describe('standardize', () => {
  const { images } = digits({ dtype: 'float64' });

  it('brings all data to mean 0 and standard deviation 1 together', () => {
    const { data, mean, scale } = standardize(images);
    const after = moments([...data.toTypedArray()]);
    // numpy 2.4.6: X.mean(), X.std().
    expect(mean.item()).to.be.closeTo(4.884164579855314, 1e-14);
    expect(scale.item()).to.be.closeTo(6.016787548672236, 1e-14);
    expect(after[0]).to.be.closeTo(0, 1e-11);
    expect(after[1]).to.be.closeTo(1, 1e-11);
  });

  it('or each feature by itself, and only shifts one without spread', () => {
    const { data, mean, scale } = standardize(images, { perFeature: true });
    expect([mean.shape, scale.shape]).to.deep.equal([[64], [64]]);
    const [first, second] = [moments(column(data, 20)), moments(column(data, 43))];
    for (const [average, deviation] of [first, second]) {
      expect(average).to.be.closeTo(0, 1e-12);
      expect(deviation).to.be.closeTo(1, 1e-12);
    }
    // The corner pixel is paper in every digit.
    expect(new Set(column(images, 0))).to.deep.equal(new Set([0]));
    expect(new Set(column(data, 0))).to.deep.equal(new Set([0]));
  });

  it('has an inverse', () => {
    for (const perFeature of [false, true]) {
      const { data, restore } = standardize(images, { perFeature });
      expectClose(restore(data), images, 1e-12);
    }
    const { data, restore } = standardize(digits().images);
    expect(data.dtype).to.equal('float32');
    expectClose(restore(data), digits().images, 1e-5);
  });

  it('knows units from 1e-300 to 1e300, large offsets, and constants', () => {
    const count = 333;
    const wave = Array.from({ length: count }, (_, i) => Math.sin(i));
    const [mean, deviation] = moments(wave);
    const units = [1e-300, 1.67e-27, 1, 3.8e33, 1e300];
    const rows = wave.map((value, i) => [...units.map((unit) => unit * value), 1700000000 + i, 7.7]);
    const x = tensor(rows, { dtype: 'float64' });
    const standardized = standardize(x, { perFeature: true });
    const means = standardized.mean.toTypedArray();
    const scales = standardized.scale.toTypedArray();
    for (const [j, unit] of units.entries()) {
      expect(means[j]! / unit).to.be.closeTo(mean, 1e-14);
      expect(scales[j]! / unit).to.be.closeTo(deviation, 1e-14);
    }
    // n numbers in a row: mean (n − 1)/2, variance (n² − 1)/12
    expect(means[5]).to.equal(1700000000 + (count - 1) / 2);
    expect(scales[5]).to.be.closeTo(Math.sqrt((count ** 2 - 1) / 12), 1e-12);
    // scikit-learn issue 17794: 333 times 7.7 had a deviation of 4.8e-7 in float32
    expect([means[6], scales[6]]).to.deep.equal([7.7, 1]);
    expect(new Set(column(standardized.data, 6))).to.deep.equal(new Set([0]));
    const single = standardize(tensor(Array(count).fill([7.7])), { perFeature: true });
    expect([...single.data.toTypedArray()].every((value) => value === 0)).to.equal(true);
    expect(standardize(tensor(wave.map((value) => [3.8e33 * value]))).scale.item()).to.be.closeTo(
      3.8e33 * deviation,
      3.8e27,
    );
  });

  it('rejects what is not a table of numbers', () => {
    expect(() => standardize(tensor([1, 2, 3]))).to.throw(ShapeError, '[n, d], got [3]');
    expect(() => standardize(tensor([[1, 2]], { dtype: 'int32' }))).to.throw(DTypeError, 'got int32');
    expect(() => standardize(images, { perfeature: true } as object)).to.throw(
      ArgumentError,
      "unknown option 'perfeature'",
    );
  });
});
