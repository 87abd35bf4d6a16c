import { expect } from 'chai';
import { debugNaNs, random, type Tensor, tensor, zeros } from '../../../autograd/index.ts';
import {
  clipByGlobalNorm,
  constantSchedule,
  globalNorm,
  sgd,
  trainingSteps,
} from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const gradients = {
  w: tensor([[1, -2]], { dtype: 'float64' }),
  layers: [{ b: tensor(2, { dtype: 'float64' }) }],
};

describe('globalNorm', () => {
  it('is the length of all numbers as one vector, also of float32 ones whose squares overflow', () => {
    expect(globalNorm(gradients).item()).to.equal(3);
    expect(globalNorm([tensor([3e30, 4e30])]).item() / 5e30).to.be.closeTo(1, 1e-6);
    expect(globalNorm([]).item()).to.equal(0);
    expect(globalNorm([tensor([1])]).dtype).to.equal('float64');
  });
});

describe('clipByGlobalNorm', () => {
  it('scales a gradient that is too long down, all parts alike, and leaves another as it is', () => {
    const clipped = clipByGlobalNorm(gradients, 1.5);
    expectClose(clipped.w.toTypedArray(), [0.5, -1], 1e-15);
    expectClose((clipped.layers[0] as { b: Tensor }).b.toTypedArray(), [1], 1e-15);
    expect(globalNorm(clipped).item()).to.be.closeTo(1.5, 1e-15);
    for (const largest of [3, 1e300]) {
      const kept = clipByGlobalNorm(gradients, largest);
      expect(kept.w.toArray()).to.deep.equal(gradients.w.toArray());
      expect(kept.layers[0]?.b.item()).to.equal(2);
    }
    expect(clipByGlobalNorm(gradients, Number.POSITIVE_INFINITY)).to.equal(gradients);
  });

  it('keeps the bits of a float32 gradient that is short enough, and a gradient of zeros without a division by its norm', () => {
    const g = random.normal(random.key(0), [1000]);
    const norm = globalNorm([g]).item();
    expect(clipByGlobalNorm([g], norm)[0]?.toTypedArray()).to.deep.equal(g.toTypedArray());
    expect(clipByGlobalNorm([g], norm * 0.999)[0]?.dtype).to.equal('float32');
    const clip = debugNaNs((zero: Tensor) => clipByGlobalNorm([zero], 1)[0] as Tensor);
    expect(clip(zeros([3])).toArray()).to.deep.equal([0, 0, 0]);
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
