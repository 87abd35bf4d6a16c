import { expect } from 'chai';
import { constantSchedule, cosineSchedule, linearSchedule, warmUp } from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

describe('schedules', () => {
  it('constant', () => {
    expect([0, 7].map(constantSchedule(0.5))).to.deep.equal([0.5, 0.5]);
  });

  it('linear goes from one rate to the other and stays there', () => {
    const rates = [0, 1, 2, 4, 9].map(linearSchedule({ from: 1, to: 0.2, steps: 4 }));
    expectClose(rates, [1, 0.8, 0.6, 0.2, 0.2], 1e-15);
  });

  it('cosine is a quarter of the way through a third of the time', () => {
    const schedule = cosineSchedule({ from: 2, steps: 3 });
    expectClose([0, 1, 2, 3, 4].map(schedule), [2, 1.5, 0.5, 0, 0], 1e-15);
  });

  it('warm-up climbs evenly to the other schedule, then hands over', () => {
    const schedule = warmUp({ steps: 3, followedBy: linearSchedule({ from: 8, steps: 4 }) });
    expect([0, 1, 2, 3, 4, 7].map(schedule)).to.deep.equal([2, 4, 6, 8, 6, 0]);
  });

  it('reject rates and lengths that make no sense', () => {
    expect(() => cosineSchedule({ from: -1, steps: 10 })).to.throw(ArgumentError, 'from ≥ 0');
    expect(() => linearSchedule({ from: 1, steps: 0 })).to.throw(ArgumentError, 'steps');
    expect(() => constantSchedule(Number.NaN)).to.throw(ArgumentError, 'rate');
    expect(() => warmUp({ steps: 1.5, followedBy: constantSchedule(1) })).to.throw(ArgumentError, 'steps');
  });
});
