import { expect } from 'chai';
import { ArgumentError, random, tensor } from '../../../autograd/index.ts';
import { earlyStopping, splitExamples } from '../../../flows/index.ts';

describe('splitExamples', () => {
  const data = {
    x: tensor(Array.from({ length: 10 }, (_, i) => [i, -i])),
    y: tensor(Array.from({ length: 10 }, (_, i) => i)),
  };

  it('shares out each example once, rows together, by the key alone', () => {
    const { training, validation } = splitExamples(data, { share: 0.3, key: random.key(1) });
    expect([training.x.shape, validation.x.shape]).to.deep.equal([
      [7, 2],
      [3, 2],
    ]);
    const all = [...training.y.toTypedArray(), ...validation.y.toTypedArray()];
    expect(all.sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const part of [training, validation])
      expect([...part.x.sum({ axes: 1 }).toTypedArray()].every((sum) => sum === 0)).to.equal(true);
    for (const part of [training, validation])
      expect([...part.x.slice([null, 0]).toTypedArray()]).to.deep.equal([...part.y.toTypedArray()]);
    const held = (seed: number) => [
      ...splitExamples(data, { share: 0.3, key: random.key(seed) }).validation.y.toTypedArray(),
    ];
    expect(held(1)).to.deep.equal([...validation.y.toTypedArray()]);
    expect(held(1)).not.to.deep.equal(held(2));
  });

  it('leaves at least one example on each side', () => {
    const two = splitExamples(tensor([4, 7]), { share: 0.5, key: random.key(0) });
    expect(two.training.sum().item() + two.validation.sum().item()).to.equal(11);
    for (const [share, held] of [
      [0.01, 1],
      [0.99, 9],
    ] as const) {
      const { validation } = splitExamples(data, { share, key: random.key(0) });
      expect(validation.y.size).to.equal(held);
    }
  });

  it('wrong calls get clear errors', () => {
    const key = random.key(0);
    for (const share of [0, 1, -0.1, Number.NaN]) {
      expect(() => splitExamples(data, { share, key })).to.throw(ArgumentError, /a share between 0 and 1/);
    }
    expect(() => splitExamples(tensor([1]), { share: 0.5, key })).to.throw(ArgumentError, /got 0.5 of 1/);
    const uneven = { x: tensor([1, 2]), y: tensor([1]) };
    expect(() => splitExamples(uneven, { share: 0.5, key })).to.throw(
      ArgumentError,
      /^splitExamples: wanted tensors of one length, got lengths 2, 1/,
    );
  });
});

describe('earlyStopping', () => {
  it('knows the best, and is over after so many losses that are none', () => {
    const stopping = earlyStopping({ patience: 2 });
    expect([3, 2, 2, 1].map((loss) => stopping.add(loss))).to.deep.equal([true, true, false, true]);
    expect(stopping.isOver()).to.equal(false);
    expect([stopping.add(1), stopping.isOver()]).to.deep.equal([false, false]);
    expect([stopping.add(Number.NaN), stopping.isOver()]).to.deep.equal([false, true]);
  });

  it('goes on from the losses of an earlier run', () => {
    const stopping = earlyStopping({ patience: 3, losses: [2, 1, 5] });
    expect([stopping.add(4), stopping.isOver(), stopping.add(4), stopping.isOver()]).to.deep.equal([
      ...[false, false],
      ...[false, true],
    ]);
  });

  it('with a patience of 1 is over at the first loss that is no new least one', () => {
    const stopping = earlyStopping({ patience: 1 });
    expect([stopping.isOver(), stopping.add(1), stopping.isOver()]).to.deep.equal([false, true, false]);
    expect([stopping.add(1), stopping.isOver()]).to.deep.equal([false, true]);
  });

  it('without a patience is never over', () => {
    expect(earlyStopping({ losses: Array.from({ length: 1000 }, () => 1) }).isOver()).to.equal(false);
  });

  it('wrong patience gets a clear error', () => {
    for (const patience of [0, -1, 1.5, Number.NaN])
      expect(() => earlyStopping({ patience })).to.throw(ArgumentError, /a whole patience ≥ 1/);
  });
});
