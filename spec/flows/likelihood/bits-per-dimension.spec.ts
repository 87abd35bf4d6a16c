import { expect } from 'chai';
import { ArgumentError } from '../../../autograd/index.ts';
import { bitsPerDimension } from '../../../flows/index.ts';
import { expectClose, f64 } from '../support.ts';

describe('bitsPerDimension', () => {
  it('uniform numbers of 256 levels need 8 bits, however they are scaled', () => {
    // [0, 1]: density 1; [−1, 1]: density 1/2 for each number; [0, 256]: 1/256
    const bits = (density: number, binWidth?: number) =>
      bitsPerDimension(f64([12 * Math.log(density)]), [3, 4], binWidth === undefined ? {} : { binWidth });
    expectClose(bits(1, 1 / 256), f64([8]), 1e-14);
    expectClose(bits(1 / 2, 2 / 256), f64([8]), 1e-14);
    expectClose(bits(1 / 256), f64([8]), 1e-14);
  });

  it('a scalar event, a mean', () => {
    expectClose(bitsPerDimension(f64(-Math.LN2 * 10), [5]), f64(2), 1e-14);
  });

  it('wrong calls get clear errors', () => {
    expect(() => bitsPerDimension(f64([0]), [0])).to.throw(ArgumentError, /event/);
    expect(() => bitsPerDimension(f64([0]), [2], { binWidth: 0 })).to.throw(ArgumentError, /binWidth/);
  });
});
