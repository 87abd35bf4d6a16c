import { expect } from 'chai';
import { errorNorm, rejectionFactor, stepFactor } from '../../../flows/solvers/step-control.ts';
import { embeddedTableaus } from '../../../flows/solvers/tableaus.ts';
import { f64 } from '../support.ts';

const fifthOrder = embeddedTableaus.tsitouras54;

describe('the error of a step', () => {
  /** A step of length 0.5 whose error is 0.5·(2k₁ − 4k₃), with coordinates in two tensors. */
  const step = {
    from: 1,
    to: 1.5,
    x: [f64([1, -10]), f64([0])],
    end: [f64([-3, 2]), f64([0])],
    slopes: [
      [f64([1, 2]), f64([0])],
      [f64([7, 7]), f64([7])],
      [f64([0, 0]), f64([-1])],
    ],
  };

  it('is the root mean square over all coordinates, each relative to its tolerance', () => {
    const tolerances = { absolute: 0.5, relative: 0.1, rows: 1 };
    const relative = [1 / (0.5 + 0.3), 2 / (0.5 + 1), 2 / 0.5];
    const wanted = Math.sqrt(relative.reduce((sum, value) => sum + value ** 2, 0) / 3);
    expect(errorNorm(step, [2, 0, -4], tolerances)).to.be.closeTo(wanted, 1e-14);
  });

  it('does not grow with the number of coordinates', () => {
    const copies = (count: number) => {
      const all = (value: number) => [f64(Array<number>(count).fill(value))];
      return { from: 0, to: 1, x: all(1), end: all(1), slopes: [all(0.3)] };
    };
    const normOf = (count: number) => errorNorm(copies(count), [1], { absolute: 1, relative: 0, rows: 1 });
    expect(normOf(100)).to.be.closeTo(normOf(1), 1e-15);
  });
});

describe('the length of the next step', () => {
  it("is that of Hairer and Wanner's PI controller: 0.9·err^−(1/5 − 0.03)·err₋₁^0.04", () => {
    for (const [error, before] of [
      [0.5, 0.25],
      [0.9, 2],
      [0.01, 0.3],
    ] as const) {
      const wanted = 0.9 * error ** -0.17 * before ** 0.04;
      expect(stepFactor(error, before, fifthOrder, true)).to.be.closeTo(wanted, 1e-14);
    }
  });

  it('is at most ten times the last, after a rejected step no more than it, and at least a fifth', () => {
    expect(stepFactor(1e-12, 1, fifthOrder, true)).to.equal(10);
    expect(stepFactor(1e-12, 1, fifthOrder, false)).to.equal(1);
    expect(stepFactor(1e9, 1, fifthOrder, true)).to.equal(0.2);
  });

  it('after a rejection depends on the error alone', () => {
    expect(rejectionFactor(32, fifthOrder)).to.be.closeTo(0.9 / 2, 1e-15);
    expect(rejectionFactor(1e9, fifthOrder)).to.equal(0.2);
    expect(rejectionFactor(Number.NaN, fifthOrder)).to.equal(0.1);
  });
});
