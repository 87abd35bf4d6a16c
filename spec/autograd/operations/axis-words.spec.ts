import { expect } from 'chai';
import * as f from '../../../autograd/index.ts';

const x = f.tensor([
  [1, 2, 4],
  [3, 5, 9],
]);

/** What takes one axis or several. */
const operations = {
  ...{ sum: f.sum, mean: f.mean, max: f.max, min: f.min, product: f.product, logSumExp: f.logSumExp },
  ...{ variance: f.variance, standardDeviation: f.standardDeviation, norm: f.norm },
  ...{ layerNorm: f.layerNorm, rmsNorm: f.rmsNorm },
};

describe('axis and axes', () => {
  for (const [name, operation] of Object.entries(operations)) {
    it(`${name}: axis is axes with one axis, and both are refused`, () => {
      for (const axis of [0, 1, -1])
        expect(operation(x, { axis }).toArray()).to.deep.equal(operation(x, { axes: [axis] }).toArray());
      expect(operation(x, { axis: 0 }).toArray()).not.to.deep.equal(operation(x, { axis: 1 }).toArray());
      expect(() => operation(x, { axis: 0, axes: 1 })).to.throw(
        f.ArgumentError,
        /: got both axes and axis; give one of them/,
      );
      expect(() => operation(x, { axis: 2 })).to.throw(f.ArgumentError, new RegExp(`^${name}: `));
    });
  }
});
