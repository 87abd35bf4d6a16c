import { expect } from 'chai';
import { random, tensor } from '../../../autograd/index.ts';
import { nearestNeighbourAgreement } from '../../../flows/metrics/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';

const int32 = { dtype: 'int32' } as const;
const labels = (...values: number[]) => tensor(values, int32);
const column = (...values: number[]) => tensor(values.map((value) => [value]));

/** The label that a set of one sample is taken for. */
function classify(x: number, reference: number[], referenceLabels: number[], neighbours: number): number {
  const candidates = [0, 1, 2, 3].filter((label) => {
    const options = { neighbours };
    return (
      nearestNeighbourAgreement(
        column(x),
        labels(label),
        column(...reference),
        labels(...referenceLabels),
        options,
      ) === 1
    );
  });
  expect(candidates).to.have.length(1);
  return candidates[0]!;
}

describe('nearestNeighbourAgreement', () => {
  it('lets the majority of the neighbours decide', () => {
    const [reference, known] = [
      [0, 1, 2, 10, 11],
      [3, 1, 1, 2, 2],
    ];
    expect(classify(-1, reference, known, 1)).to.equal(3);
    expect(classify(-1, reference, known, 3)).to.equal(1);
    expect(classify(9, reference, known, 2)).to.equal(2);
  });

  it('gives the smallest of the labels with equally many votes, as scikit-learn does', () => {
    expect(classify(0, [1, 2, 3, 4], [2, 1, 2, 1], 4)).to.equal(1);
    expect(classify(0, [1, 2], [3, 0], 2)).to.equal(0);
    // 3 has one vote, 2 and 1 have two each.
    expect(classify(0, [1, 2, 3, 4, 5, 90], [3, 2, 2, 1, 1, 3], 5)).to.equal(1);
  });

  it('is the share of the samples that agree', () => {
    const agreement = (...asked: number[]) =>
      nearestNeighbourAgreement(column(0, 1, 9, 10), labels(...asked), column(0, 10), labels(0, 1), {
        neighbours: 1,
      });
    expect([agreement(0, 0, 1, 1), agreement(0, 0, 0, 1), agreement(1, 1, 0, 0)]).to.deep.equal([1, 0.75, 0]);
  });

  it('agrees with sorting all the distances', () => {
    const points = random.normal(random.key(1), [60, 3]);
    const reference = random.normal(random.key(2), [200, 3]);
    const known = random.randint(random.key(3), [200], 0, 4);
    const [p, q, k] = [points.toArray(), reference.toArray(), known.toArray()] as [
      number[][],
      number[][],
      number[],
    ];
    const expected = p.map((x) => {
      const near = q.map((y, j) => ({
        label: k[j]!,
        distance: Math.hypot(...x.map((value, i) => value - y[i]!)),
      }));
      near.sort((a, b) => a.distance - b.distance);
      const votes = [0, 1, 2, 3].map(
        (label) => near.slice(0, 5).filter((other) => other.label === label).length,
      );
      return votes.indexOf(Math.max(...votes));
    });
    // Five neighbours are the default.
    expect(nearestNeighbourAgreement(points, labels(...expected), reference, known)).to.equal(1);
    const wrong = expected.map((label, i) => (i < 15 ? (label + 1) % 4 : label));
    expect(nearestNeighbourAgreement(points, labels(...wrong), reference, known)).to.equal(0.75);
  });

  it('rejects labels that do not fit, and too many neighbours', () => {
    const call = (asked = labels(0), neighbours = 1) =>
      nearestNeighbourAgreement(column(0), asked, column(0, 1), labels(0, 1), { neighbours });
    expect(() => call(labels(0, 1))).to.throw(ShapeError, 'wanted labels of shape [1], got [2]');
    expect(() => call(tensor([0]))).to.throw(DTypeError, 'got float32');
    expect(() => call(labels(-1))).to.throw(ArgumentError, 'got -1');
    expect(() => call(labels(0), 3)).to.throw(ArgumentError, 'wanted 1 to 2 neighbours');
    expect(() => call(labels(0), 0)).to.throw(ArgumentError, 'got 0');
  });
});
