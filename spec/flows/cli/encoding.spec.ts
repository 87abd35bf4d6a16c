/** Between columns and features: nothing is lost on the way, and densities integrate to 1. */
import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import {
  decoded,
  encode,
  featureTotal,
  restored,
  standardizationOf,
  varyingColumns,
  varyingFeatures,
} from '../../../flows/cli/run/encoding.ts';
import type { ColumnKind } from '../../../flows/cli/tables/column-kind.ts';

const key = random.key(0);
const table = (rows: readonly (readonly number[])[]) => tensor(rows as number[][], { dtype: 'float64' });
const encodingOf = (kinds: readonly ColumnKind[], rows: readonly (readonly number[])[]) => ({
  kinds,
  standardization: standardizationOf(table(rows), kinds, { perFeature: true, isImage: false }),
});
const logNormal = (z: readonly number[]) =>
  z.reduce((sum, value) => sum - (value ** 2 + Math.log(2 * Math.PI)) / 2, 0);

/** Φ, by numerical integration of the density from 0 (Simpson's rule, 2,000 intervals). */
function normalDistribution(z: number): number {
  const n = 2000;
  const h = z / n;
  let sum = 0;
  for (let i = 0; i <= n; i++)
    sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2) / 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

/** The probability of a row under standard normal features: exp(log p + logVolume), averaged over noise. */
function probability(encoding: ReturnType<typeof encodingOf>, row: readonly number[], draws: number): number {
  const { features, logVolume } = encode(encoding, table(Array(draws).fill(row)), key);
  const z = features.toArray() as number[][];
  return z.reduce((sum, each, i) => sum + Math.exp(logNormal(each) + logVolume[i]!), 0) / draws;
}

describe('encode and decode', () => {
  const nan = Number.NaN;
  const kinds: readonly ColumnKind[] = [
    { kind: 'number' },
    { kind: 'whole' },
    { kind: 'boolean', words: ['no', 'yes'] },
    { kind: 'category', words: ['a', 'b', 'c'] },
    { kind: 'date', spelling: 'YYYY-MM-DD' },
    { kind: 'date', spelling: 'YYYY-MM-DDThh:mm:ss.SSS' },
    { kind: 'whole', bounds: [0, 3] },
    { kind: 'number', bounds: [-1, 1] },
    { kind: 'whole', missing: true },
    { kind: 'number' },
  ];
  const rows = [
    [0.5, 7, 0, 2, 15370, 1327968000.25, 0, -1, 4, 7.7],
    [1.5, -2, 1, 0, 15371, 1327968001.999, 3, 1, nan, 7.7],
    [-3, 1000, 1, 1, 11000, 1327968009.001, 2, 0.25, 6, 7.7],
  ];

  it('is the way back from every kind of column, whatever the noise', () => {
    const encoding = encodingOf(kinds, rows);
    expect(featureTotal(kinds)).to.equal(13);
    expect(varyingFeatures(encoding)).to.have.lengthOf(12);
    expect(varyingColumns(encoding)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (let i = 0; i < 20; i++) {
      const { features } = encode(encoding, table(rows), random.foldIn(key, i));
      const back = decoded(kinds, restored(encoding, features)).toArray() as number[][];
      for (const [i, row] of back.entries()) {
        for (const [j, code] of row.entries()) {
          const isNumber = j === 0 || j === 7;
          if (isNumber) expect(code, `${i}, ${j}`).to.be.closeTo(rows[i]![j]!, 1e-6);
          else expect(code, `${i}, ${j}`).to.deep.equal(rows[i]![j]);
        }
      }
    }
  });

  it('never leaves the bounds, whatever the features', () => {
    const encoding = encodingOf(kinds, rows);
    const z = random.normal(key, [500, 12]).multiply(100);
    const codes = decoded(kinds, restored(encoding, z)).toArray() as number[][];
    for (const row of codes) {
      expect(row[2]).to.be.oneOf([0, 1]);
      expect(row[3]).to.be.oneOf([0, 1, 2]);
      expect(row[6]).to.be.oneOf([0, 1, 2, 3]);
      expect(row[7]).to.be.within(-1, 1);
      expect(row[9]).to.equal(7.7);
    }
  });

  it('scales by the deviation of the data and of their noise: √(σ² + 1/12)', () => {
    const { standardization } = encodingOf([{ kind: 'whole' }], [[0], [4]]);
    expect(standardization.mean).to.deep.equal([2]);
    expect(standardization.scale[0]).to.be.closeTo(Math.sqrt(4 + 1 / 12), 1e-12);
  });

  it('gives whole numbers their probability: that of the bin, by Jensen not more on average', () => {
    const encoding = encodingOf([{ kind: 'whole' }], [[0], [1], [2], [5]]);
    const { mean, scale } = encoding.standardization;
    const at = (x: number) => normalDistribution((x - mean[0]!) / scale[0]!);
    for (const k of [0, 2, 7])
      expect(probability(encoding, [k], 4000)).to.be.closeTo(at(k + 0.5) - at(k - 0.5), 0.002);
  });

  it('gives a bounded column probabilities that sum to what the normal has between the ends', () => {
    const bounded = { kind: 'whole', bounds: [0, 3] } as const;
    const encoding = encodingOf([bounded], [[0], [1], [1], [2], [3]]);
    const { mean, scale } = encoding.standardization;
    const end = Math.log((1 - 1e-3) / 1e-3);
    const inside =
      normalDistribution((end - mean[0]!) / scale[0]!) - normalDistribution((-end - mean[0]!) / scale[0]!);
    const total = [0, 1, 2, 3].reduce((sum, k) => sum + probability(encoding, [k], 4000), 0);
    expect(total).to.be.closeTo(inside, 0.01);
    // A density in x: ∫ p(x) dx over the bounds, by the midpoint rule.
    const continuous = encodingOf([{ kind: 'number', bounds: [-1, 3] }], [[-0.5], [0], [1], [2.5]]);
    const grid = Array.from({ length: 20_000 }, (_, i) => -1 + (4 * (i + 0.5)) / 20_000);
    const { features, logVolume } = encode(continuous, table(grid.map((x) => [x])), key);
    const z = features.toArray() as number[][];
    const integral = z.reduce(
      (sum, each, i) => sum + (Math.exp(logNormal(each) + logVolume[i]!) * 4) / 20_000,
      0,
    );
    const [m, s] = [continuous.standardization.mean[0]!, continuous.standardization.scale[0]!];
    expect(integral).to.be.closeTo(
      normalDistribution((end - m) / s) - normalDistribution((-end - m) / s),
      1e-3,
    );
  });

  it('counts a missing value as a probability, whatever stands in its place', () => {
    const encoding = encodingOf([{ kind: 'number', missing: true }], [[1], [nan], [3], [8]]);
    const [, mean] = encoding.standardization.mean as [number, number];
    const [, scale] = encoding.standardization.scale as [number, number];
    const at = (x: number) => normalDistribution((x - mean) / scale);
    expect(probability(encoding, [nan], 4000)).to.be.closeTo(at(1.5) - at(0.5), 0.002);
  });

  it('units of days, seconds and milliseconds all count as one value', () => {
    const days = encodingOf([{ kind: 'date', spelling: 'YYYY-MM-DD' }], [[1], [2], [9]]);
    const minutes = encodingOf([{ kind: 'date', spelling: 'YYYY-MM-DDThh:mm' }], [[60], [120], [540]]);
    expect(probability(minutes, [120], 500)).to.be.closeTo(probability(days, [2], 500), 1e-6);
  });
});
