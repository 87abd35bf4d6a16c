import { expect } from 'chai';
import {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  joinSchedules,
  linearSchedule,
  oneCycleSchedule,
  warmUp,
} from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import optax from '../../golden/optax.json' with { type: 'json' };
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

  it('exponential, one-cycle and joined ones have the rates of optax, in its single precision', () => {
    const { steps, ...rates } = optax.schedules;
    const parts = [
      { schedule: constantSchedule(1e-3), steps: 30 },
      { schedule: cosineSchedule({ from: 1e-3, steps: 50 }), steps: 50 },
      { schedule: constantSchedule(1e-5) },
    ];
    const schedules = {
      exponential: exponentialSchedule({ from: 1e-3, factor: 0.5, steps: 40 }),
      exponential_stairs: exponentialSchedule({ from: 1e-3, factor: 0.5, steps: 40, inStairs: true }),
      one_cycle: oneCycleSchedule({ highest: 1e-2, steps: 100 }),
      joined: joinSchedules(parts),
    };
    for (const name of Object.keys(schedules) as (keyof typeof schedules)[])
      expectClose(steps.map(schedules[name]), rates[name], 1e-12);
  });

  it('reject rates and lengths that make no sense', () => {
    expect(() => cosineSchedule({ from: -1, steps: 10 })).to.throw(ArgumentError, 'from ≥ 0');
    expect(() => linearSchedule({ from: 1, steps: 0 })).to.throw(ArgumentError, 'steps');
    expect(() => constantSchedule(Number.NaN)).to.throw(ArgumentError, 'rate');
    expect(() => exponentialSchedule({ from: 1, factor: -1, steps: 1 })).to.throw(
      ArgumentError,
      'factor ≥ 0',
    );
    expect(() => joinSchedules([])).to.throw(ArgumentError, 'joinSchedules: wanted at least one schedule');
    const lasting = { schedule: constantSchedule(1) };
    expect(() => joinSchedules([lasting, lasting])).to.throw(ArgumentError, 'for steps, got NaN');
    expect(() => oneCycleSchedule({ highest: 1, steps: 9, rise: 1 })).to.throw(ArgumentError, '0 < rise < 1');
    expect(() => oneCycleSchedule({ highest: 1, steps: 9, endDivisor: 0 })).to.throw(
      ArgumentError,
      'endDivisor',
    );
    expect(() => warmUp({ steps: 1.5, followedBy: constantSchedule(1) })).to.throw(ArgumentError, 'steps');
  });
});
