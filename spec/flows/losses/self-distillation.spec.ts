import { expect } from 'chai';
import {
  ArgumentError,
  checkGradients,
  grad,
  jvp,
  ShapeError,
  type Tensor,
  tensor,
  where,
} from '../../../autograd/index.ts';
import { flowMapFromAverage, flowMapVelocity, selfDistillationLoss } from '../../../flows/index.ts';
import { gaussianAverageVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64, timeDerivative } from '../support.ts';
import { data, meanSquare, model, noise, type Parameters, parameters, reversedBatch } from './example.ts';

const { s, t } = reversedBatch;
const x = s.negate().add(1).multiply(noise).add(s.multiply(data));
const lossOf = (p: Parameters) => selfDistillationLoss(flowMapVelocity(model(p)), reversedBatch);
/** X_{s,t}(x) at a later or earlier t. */
const reached = (p: Parameters, to: Tensor) => x.add(to.subtract(s).multiply(model(p)(x, s, to)));

describe('selfDistillationLoss', () => {
  it('is ‖∂_t X_{s,t} − v_{t,t}(X_{s,t})‖², with ∂_t X by differences; flow matching where s = t', () => {
    const rate = timeDerivative((shift) => reached(parameters, t.add(shift)), 0);
    const instant = model(parameters)(reached(parameters, t), t, t);
    const target = where(t.greater(s), instant, data.subtract(noise));
    expectClose(lossOf(parameters), meanSquare(rate.subtract(target)), 1e-9);
  });

  it('its gradient goes through the jvp: right to differences of the loss', () => {
    expect(() => checkGradients(lossOf, [parameters])).to.not.throw();
  });

  it('a constant teacher: the same value, and the gradient of ∂_t X alone', () => {
    const constant = (p: Parameters) =>
      selfDistillationLoss(flowMapVelocity(model(p)), reversedBatch, { constantTeacher: true });
    const teacher = where(
      t.greater(s),
      model(parameters)(reached(parameters, t), t, t),
      data.subtract(noise),
    );
    const byHand = (p: Parameters) => {
      const [, rate] = jvp((to: Tensor) => reached(p, to), [t], [1]);
      return meanSquare(rate.subtract(teacher));
    };
    expectClose(constant(parameters), lossOf(parameters), 0);
    expectTreesClose(grad(constant)(parameters), grad(byHand)(parameters), 1e-12);
    expect(grad(constant)(parameters).w.subtract(grad(lossOf)(parameters).w).abs().max().item()).to.be.above(
      1e-2,
    );
  });

  it('the exact map of Gaussian data has no error at any sample where s < t', () => {
    const v = flowMapFromAverage(gaussianAverageVelocity(0.6));
    const apart = { s: f64([[0], [0.2], [0.6]]), t: f64([[1], [0.9], [0.7]]) };
    const loss = selfDistillationLoss(v, { x0: normal64(5, [3, 2]), x1: normal64(6, [3, 2]), ...apart });
    expect(loss.item()).to.be.below(1e-26);
  });

  it('where s = t it is flow matching alone', () => {
    const diagonal = { ...reversedBatch, t: s };
    const plain = (p: Parameters) => meanSquare(model(p)(x, s, s).subtract(data.subtract(noise)));
    const loss = (p: Parameters) => selfDistillationLoss(flowMapVelocity(model(p)), diagonal);
    expectTreesClose(grad(loss)(parameters), grad(plain)(parameters), 1e-13);
  });

  it('wrong calls get clear errors', () => {
    const v = flowMapVelocity(model(parameters));
    expect(() => selfDistillationLoss(v, { ...reversedBatch, s: t, t: s })).to.throw(
      ArgumentError,
      /s ≤ t.*swapped/,
    );
    expect(() => selfDistillationLoss(model(parameters) as never, reversedBatch)).to.throw(
      ArgumentError,
      /flowMapFrom/,
    );
    expect(() => selfDistillationLoss(v, reversedBatch, { stop: true } as never)).to.throw(
      ArgumentError,
      /'stop'/,
    );
    expect(() => selfDistillationLoss(v, { ...reversedBatch, s: s.reshape([32]) })).to.throw(
      ShapeError,
      /\[batch, 1\]/,
    );
    expect(() => selfDistillationLoss(v, { ...reversedBatch, weights: tensor([1]) })).to.throw(
      ShapeError,
      /weights/,
    );
  });
});
