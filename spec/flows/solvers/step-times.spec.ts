import { expect } from 'chai';
import { ArgumentError } from '../../../autograd/index.ts';
import { logitTimes, odeSolve, powerTimes, shiftedTimes, uniformTimes } from '../../../flows/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const schedules = {
  uniformTimes: (steps: number, ends = {}) => uniformTimes(steps, ends),
  shiftedTimes: (steps: number, ends = {}) => shiftedTimes(steps, { shift: 3, ...ends }),
  logitTimes: (steps: number, ends = {}) => logitTimes(steps, ends),
  powerTimes: (steps: number, ends = {}) => powerTimes(steps, { exponent: 2, ...ends }),
};
const gaps = (times: readonly number[]) => times.slice(1).map((t, i) => t - times[i]!);

describe('times of steps', () => {
  for (const [name, schedule] of Object.entries(schedules)) {
    it(`${name} rise from 0 to 1, or run from any time to any other`, () => {
      for (const steps of [1, 2, 7]) {
        const times = schedule(steps);
        expect(times).to.have.length(steps + 1);
        expect([times[0], times.at(-1)]).to.deep.equal([0, 1]);
        expect(Math.min(...gaps(times))).to.be.above(0);
        const falling = schedule(steps, { from: 0.9, to: 0.1 });
        expect([falling[0], falling.at(-1)]).to.deep.equal([0.9, 0.1]);
        expectClose(
          f64([...falling]),
          f64([...times])
            .multiply(-0.8)
            .add(0.9),
          1e-15,
        );
      }
    });

    it(`${name} can be solved along`, () => {
      const x = normal64(0, [3]);
      const { x: end, times } = odeSolve((y) => y.negate(), x, { times: schedule(30), trajectory: true });
      expect(times).to.deep.equal(schedule(30));
      expectClose(end, x.multiply(Math.exp(-1)), 1e-5);
    });

    it(`${name} want a whole number of steps between two times`, () => {
      expect(() => schedule(0)).to.throw(ArgumentError, new RegExp(`${name}.*got number 0`));
      expect(() => schedule(2.5)).to.throw(ArgumentError, /2\.5/);
      expect(() => schedule(3, { from: 1 })).to.throw(ArgumentError, /different/);
      expect(() => schedule(3, { to: Number.NaN })).to.throw(ArgumentError, /from 0 to NaN/);
      expect(() => schedule(3, { from: Infinity })).to.throw(ArgumentError, /from Infinity to 1/);
      expect(() => schedule(3, { start: 1 })).to.throw(ArgumentError, /unknown option 'start'/);
    });
  }

  it('uniform steps are equal', () => {
    expect(uniformTimes(4)).to.deep.equal([0, 0.25, 0.5, 0.75, 1]);
  });

  it('shifted noise levels are s·n/(1 + (s − 1)·n), and shift 1 changes nothing', () => {
    const levels = shiftedTimes(8, { shift: 3, from: 1, to: 0 }); // time as the noise level itself
    levels.forEach((level, i) => {
      const n = 1 - i / 8;
      expect(level).to.be.closeTo((3 * n) / (1 + 2 * n), 1e-15);
    });
    expectClose(f64([...shiftedTimes(5, { shift: 1 })]), f64([...uniformTimes(5)]), 1e-15);
    const lengths = gaps(shiftedTimes(5, { shift: 3 }));
    expect(lengths).to.deep.equal([...lengths].sort((a, b) => a - b));
  });

  it('logit steps are equal in the logit, mirrored about the middle', () => {
    const times = logitTimes(6, { range: 2 });
    const [low, high] = [-2, 2].map((x) => 1 / (1 + Math.exp(-x))) as [number, number];
    const logits = times.map((t) => low + t * (high - low)).map((p) => Math.log(p / (1 - p)));
    for (const gap of gaps(logits)) expect(gap).to.be.closeTo(4 / 6, 1e-12);
    times.forEach((t, i) => {
      expect(t).to.be.closeTo(1 - times[6 - i]!, 1e-14);
    });
  });

  it('logits run from −3 to 3 by default', () => {
    expect(logitTimes(8)).to.deep.equal(logitTimes(8, { range: 3 }));
    // (σ(−1.5) − σ(−3))/(σ(3) − σ(−3))
    expect(logitTimes(4)[1]).to.be.closeTo(0.14914645207033286, 1e-10);
  });

  it('powers of equal steps', () => {
    expect(powerTimes(2, { exponent: 2 })).to.deep.equal([0, 0.25, 1]);
    expect(() => powerTimes(2, { exponent: 0 })).to.throw(ArgumentError, /exponent/);
    expect(() => shiftedTimes(2, { shift: -1 })).to.throw(ArgumentError, /shift/);
    expect(() => logitTimes(2, { range: Number.POSITIVE_INFINITY })).to.throw(ArgumentError, /range/);
  });
});
