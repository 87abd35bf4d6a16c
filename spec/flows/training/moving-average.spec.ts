import { expect } from 'chai';
import { type Tensor, tensor } from '../../../autograd/index.ts';
import { movingAverage } from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

describe('movingAverage', () => {
  const values = [3, -1, 4, 1, -5, 9];

  function averageOf(decay: number, seen: readonly number[]): number {
    const ema = movingAverage(decay);
    const tree = (value: number) => ({ p: tensor([value], { dtype: 'float64' }) });
    let state = ema.initialise<{ p: Tensor }>(tree(1e6));
    for (const value of seen) state = ema.update(state, tree(value));
    return ema.value(state).p.toTypedArray()[0] as number;
  }

  it('weighs each value by decay^age, and the weights sum to 1', () => {
    for (const decay of [0.5, 0.9, 0.99]) {
      const weights = values.map((_, i) => decay ** (values.length - 1 - i));
      const total = weights.reduce((a, b) => a + b);
      const expected = values.reduce((sum, value, i) => sum + (value * (weights[i] as number)) / total, 0);
      expect(averageOf(decay, values)).to.be.closeTo(expected, 1e-12);
    }
  });

  it('after one value is that value, whatever it began with; without decay always the last', () => {
    expect(averageOf(0.999, [2])).to.be.closeTo(2, 1e-12);
    expect(averageOf(0, values)).to.equal(9);
  });

  it('has no value before the first, and no decay of 1', () => {
    expect(() => averageOf(0.9, [])).to.throw(ArgumentError, 'before the first');
    expect(() => movingAverage(1)).to.throw(ArgumentError, 'decay');
  });
});
