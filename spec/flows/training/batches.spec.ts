import { expect } from 'chai';
import { arange, cast, random, reshape, type Tensor } from '../../../autograd/index.ts';
import { shuffledBatches } from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const data = { x: reshape(arange(0, 20), [10, 2]), label: cast(arange(0, 10), 'int32') };

function labelsOf(count: number, options: { batchSize: number; seed: number }): number[][] {
  const batches: number[][] = [];
  for (const { label } of shuffledBatches(data, {
    batchSize: options.batchSize,
    key: random.key(options.seed),
  })) {
    if (batches.push([...label.toTypedArray()]) === count) break;
  }
  return batches;
}

describe('shuffledBatches', () => {
  it('visits each example at most once in an epoch, in another order in the next', () => {
    const batches = labelsOf(6, { batchSize: 3, seed: 0 });
    const epochs = [batches.slice(0, 3).flat(), batches.slice(3).flat()];
    for (const epoch of epochs) expect(new Set(epoch).size).to.equal(9);
    expect(epochs[0]).not.to.deep.equal(epochs[1]);
  });

  it('keeps the leaves of an example together', () => {
    for (const { x, label } of shuffledBatches(data, { batchSize: 4, key: random.key(1) })) {
      expect(x.shape).to.deep.equal([4, 2]);
      expect([...label.toTypedArray()].map((i) => [2 * i, 2 * i + 1])).to.deep.equal(x.toArray());
      break;
    }
  });

  it('gives the same batches for the same key, others for another, and starts afresh when iterated again', () => {
    expect(labelsOf(5, { batchSize: 4, seed: 2 })).to.deep.equal(labelsOf(5, { batchSize: 4, seed: 2 }));
    expect(labelsOf(5, { batchSize: 4, seed: 2 })).not.to.deep.equal(labelsOf(5, { batchSize: 4, seed: 3 }));
    const batches = shuffledBatches(data, { batchSize: 5, key: random.key(0) });
    const first = () => (batches[Symbol.iterator]().next().value as { label: Tensor }).label.toArray();
    expect(first()).to.deep.equal(first());
  });

  it('refuses leaves of different lengths, and a batch that the data cannot fill', () => {
    const key = random.key(0);
    expect(() => shuffledBatches({ a: arange(0, 3), b: arange(0, 4) }, { batchSize: 2, key })).to.throw(
      ArgumentError,
      'lengths 3, 4',
    );
    expect(() => shuffledBatches(data, { batchSize: 11, key })).to.throw(
      ArgumentError,
      'at most the 10 examples',
    );
    expect(() => shuffledBatches(data, { batchSize: 0, key })).to.throw(ArgumentError, 'batchSize');
  });
});
