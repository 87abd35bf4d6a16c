import { expect } from 'chai';
import { ArgumentError, full, grad, jvp, ShapeError, type Tensor, tensor } from '../../../autograd/index.ts';
import { dataToNoise, improvedMeanFlowError, improvedMeanFlowLoss, noiseToData } from '../../../flows/index.ts';
import { gaussianAverageVelocity, gaussianVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, normal64 } from '../support.ts';
import { batch, meanSquare, model, type Parameters, parameters, r, t, v, z } from './example.ts';

/** V = u + (t − r)·du/dt with a tangent and a derivative that are given. */
const predicted = (p: Parameters, tangent: Tensor) => {
  const [, dudt] = jvp(model(parameters), [z, r, t], [tangent, 0, 1]);
  return model(p)(z, r, t).add(t.subtract(r).multiply(dudt));
};

describe('improvedMeanFlowLoss', () => {
  it('regresses V = u + (t − r)·sg(du/dt) on e − x, du/dt along u(z, t, t)', () => {
    const byHand = (p: Parameters) => meanSquare(predicted(p, model(parameters)(z, t, t)).subtract(v));
    const lossOf = (p: Parameters) => improvedMeanFlowLoss(model(p), batch, { gamma: 1 }).loss;
    expectClose(lossOf(parameters), byHand(parameters), 1e-14);
    expectTreesClose(grad(lossOf)(parameters), grad(byHand)(parameters), 1e-12);
  });

  it('V is the velocity for the closed-form average velocity of Gaussian data', () => {
    const delta = improvedMeanFlowError(gaussianAverageVelocity(0.6), { z, v: gaussianVelocity(0.6)(z, t), r, t });
    expect(delta.abs().max().item()).to.be.below(1e-12);
  });

  it('a head of its own gives the tangent, and is trained alongside', () => {
    const headOf = (p: Parameters) => dataToNoise((x, time) => model(p)(x, time.multiply(0), time));
    const byHand = (p: Parameters) =>
      meanSquare(predicted(p, headOf(parameters)(z, t)).subtract(v)).add(meanSquare(headOf(p)(z, t).subtract(v)));
    const lossOf = (p: Parameters) => improvedMeanFlowLoss(model(p), batch, { gamma: 1, velocityHead: headOf(p) }).loss;
    expectClose(lossOf(parameters), byHand(parameters), 1e-14);
    expectTreesClose(grad(lossOf)(parameters), grad(byHand)(parameters), 1e-12);
  });

  it('takes the adaptive weight, and reports the raw error', () => {
    const { loss, rawError } = improvedMeanFlowLoss(model(parameters), batch, { p: 1, c: 1e-2 });
    const squares = predicted(parameters, model(parameters)(z, t, t))
      .subtract(v)
      .square()
      .sum({ axes: 1 });
    expectClose(loss, squares.divide(squares.add(1e-2)).mean(), 1e-14);
    expectClose(rawError, squares.mean(), 1e-14);
  });

  it('with guidance, v_t + (1 − 1/ω)·(v_θ(z, c) − v_θ(z, ∅)) is the target', () => {
    const omega = 2.5;
    const labels = tensor(new Int32Array(32).fill(1));
    const none = full([32], 7, { dtype: 'int32' });
    const guided = (x: Tensor, from: Tensor, to: Tensor, c: Tensor) =>
      model(parameters)(x, from, to).multiply(c.cast('float64').add(1).reshape([32, 1]));
    const guidance = { scale: 1, mixing: 1 - 1 / omega, nullClass: 7 };
    const { rawError } = improvedMeanFlowLoss(guided, { ...batch, labels }, { guidance });
    const instant = guided(z, t, t, labels);
    const target = v.add(instant.subtract(guided(z, t, t, none)).multiply(1 - 1 / omega));
    const [u, dudt] = jvp((...at: [Tensor, Tensor, Tensor]) => guided(...at, labels), [z, r, t], [instant, 0, 1]);
    expectClose(rawError, meanSquare(u.add(t.subtract(r).multiply(dudt)).subtract(target)), 1e-13);
  });

  it('weights replace the mean', () => {
    const weights = full([32], 1 / 32, { dtype: 'float64' });
    const { loss } = improvedMeanFlowLoss(model(parameters), { ...batch, weights });
    expectClose(loss, improvedMeanFlowLoss(model(parameters), batch).loss, 1e-14);
  });

  it('wrong calls get clear errors', () => {
    const u = model(parameters);
    expect(() => improvedMeanFlowLoss(u, { ...batch, r: t, t: r })).to.throw(ArgumentError, /r ≤ t.*swapped/);
    expect(() => improvedMeanFlowLoss(u, { ...batch, noise: normal64(0, [32, 2]) })).to.throw(ShapeError, /noise/);
    const reversed = noiseToData((x) => x);
    expect(() => improvedMeanFlowLoss(u, batch, { velocityHead: reversed as never })).to.throw(
      ArgumentError,
      /'dataToNoise'.*reverseTime/,
    );
    const flat = dataToNoise((x) => x.sum());
    expect(() => improvedMeanFlowLoss(u, batch, { velocityHead: flat })).to.throw(ShapeError, /a velocity/);
    expect(() => improvedMeanFlowLoss(u, batch, { guidance: { scale: 2, nullClass: 1 } } as never)).to.throw(
      ArgumentError,
      /improvedMeanFlowLoss: guidance needs labels/,
    );
  });
});
