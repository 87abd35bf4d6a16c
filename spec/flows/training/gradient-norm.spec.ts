import { expect } from 'chai';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import { clipByGlobalNorm, constantSchedule, globalNorm, sgd, trainingSteps } from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const gradients = { w: tensor([[1, -2]], { dtype: 'float64' }), layers: [{ b: tensor(2, { dtype: 'float64' }) }] };

describe('globalNorm', () => {
  it('is the length of all numbers as one vector, also of float32 ones whose squares overflow', () => {
    expect(globalNorm(gradients)).to.equal(3);
    expect(globalNorm([tensor([3e30, 4e30])]) / 5e30).to.be.closeTo(1, 1e-6);
    expect(globalNorm([])).to.equal(0);
  });
});

describe('clipByGlobalNorm', () => {
  it('scales a gradient that is too long down, all parts alike, and leaves another as it is', () => {
    const clipped = clipByGlobalNorm(gradients, 1.5);
    expectClose(clipped.w.toTypedArray(), [0.5, -1], 1e-15);
    expectClose((clipped.layers[0] as { b: Tensor }).b.toTypedArray(), [1], 1e-15);
    expect(globalNorm(clipped)).to.be.closeTo(1.5, 1e-15);
    expect(clipByGlobalNorm(gradients, 3)).to.equal(gradients);
    expect(clipByGlobalNorm(gradients, Number.POSITIVE_INFINITY)).to.equal(gradients);
  });

  it('refuses a norm that nothing but 0 has', () => {
    for (const norm of [0, -1, Number.NaN]) {
      expect(() => clipByGlobalNorm(gradients, norm)).to.throw(ArgumentError, `above 0, got ${norm}`);
    }
  });

  it('bounds the step of a training run, whose report gives the norm before clipping', () => {
    const run = trainingSteps({
      loss: ({ p }: { p: Tensor }) => ({ loss: p.multiply(tensor([30, 40])).sum() }),
      parameters: { p: tensor([0, 0]) },
      optimizer: sgd(),
      schedule: constantSchedule(1),
      steps: 1,
      batches: [null],
      key: random.key(0),
      clip: 0.5,
    });
    const report = run.next().value;
    expect(report?.gradientNorm).to.be.closeTo(50, 1e-12);
    expectClose(report?.state.parameters.p.toTypedArray() ?? [], [-0.3, -0.4], 1e-7);
  });
});
