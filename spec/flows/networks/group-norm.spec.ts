import { expect } from 'chai';
import { checkGradients, layerNorm, ones, random, type Tensor, zeros } from '../../../autograd/index.ts';
import { groupNorm } from '../../../flows/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const dtype = 'float64';
const x = random.normal(random.key(0), [2, 3, 4, 6], { dtype }).multiply(3).add(5);
const plain = { scale: ones([6], { dtype }), shift: zeros([6], { dtype }) };

describe('groupNorm', () => {
  it('gives each group of channels of each sample mean 0 and variance 1', () => {
    const y = groupNorm(x, 3, plain, 0).reshape([2, 12, 3, 2]);
    expectClose(y.mean({ axes: [1, 3] }).toTypedArray(), new Float64Array(6), 1e-13);
    expectClose(
      y
        .multiply(y)
        .mean({ axes: [1, 3] })
        .toTypedArray(),
      new Array(6).fill(1),
      1e-12,
    );
  });

  it('with one group is a layer normalisation of the image, with one for each channel one of each channel', () => {
    expectClose(
      groupNorm(x, 1, plain).toTypedArray(),
      layerNorm(x, { axes: [1, 2, 3] }).toTypedArray(),
      1e-12,
    );
    expectClose(groupNorm(x, 6, plain).toTypedArray(), layerNorm(x, { axes: [1, 2] }).toTypedArray(), 1e-12);
  });

  it('scales and shifts each channel, alike for all samples or each in its own way', () => {
    const [scale, shift] = [1, 2].map((seed) => random.normal(random.key(seed), [2, 6], { dtype })) as [
      Tensor,
      Tensor,
    ];
    const wanted = groupNorm(x, 2, plain)
      .multiply(scale.reshape([2, 1, 1, 6]))
      .add(shift.reshape([2, 1, 1, 6]));
    expectClose(groupNorm(x, 2, { scale, shift }).toTypedArray(), wanted.toTypedArray(), 1e-12);
    const alike = groupNorm(x, 2, { scale: scale.slice([0]), shift: shift.slice([0]) });
    expectClose(alike.slice([0]).toTypedArray(), wanted.slice([0]).toTypedArray(), 1e-12);
  });

  it('has the right derivatives, and refuses groups that do not divide the channels', () => {
    checkGradients(
      (y: Tensor, scale: Tensor, shift: Tensor) => groupNorm(y, 3, { scale, shift }),
      [x, random.normal(random.key(3), [6], { dtype }), random.normal(random.key(4), [6], { dtype })],
    );
    expect(() => groupNorm(x, 4, plain)).to.throw(ArgumentError, 'divides the 6 channels, got 4');
  });
});
