import { expect } from 'chai';
import { ArgumentError, grad, random, ShapeError, where } from '../../../autograd/index.ts';
import { flowMapVelocity, splitMeanFlowError, splitMeanFlowLoss } from '../../../flows/index.ts';
import { gaussianAverageVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, relativeGap } from '../support.ts';
import { batch, meanSquare, model, type Parameters, parameters, r, t, v, z } from './example.ts';

const lambda = random.uniform(random.key(9), [32, 1], { dtype: 'float64' });
const split = { ...batch, lambda };

describe('splitMeanFlowLoss', () => {
  it('is ‖u(z_t, r, t) − sg((1 − λ)·u(z_s, r, s) + λ·u(z_t, s, t))‖², and flow matching where r = t', () => {
    const u = model(parameters);
    const s = lambda.negate().add(1).multiply(t).add(lambda.multiply(r));
    const second = u(z, s, t);
    const first = u(z.subtract(t.subtract(s).multiply(second)), r, s);
    const spans = t.subtract(r);
    // the same target, from (t − r)·u = (t − s)·u₂ + (s − r)·u₁
    const average = t
      .subtract(s)
      .multiply(second)
      .add(s.subtract(r).multiply(first))
      .divide(where(spans.greater(0), spans, 1));
    const target = where(spans.greater(0), average, v);
    const byHand = (p: Parameters) => meanSquare(model(p)(z, r, t).subtract(target));
    const lossOf = (p: Parameters) => splitMeanFlowLoss(model(p), split);
    expectClose(lossOf(parameters), byHand(parameters), 1e-13);
    expectTreesClose(grad(lossOf)(parameters), grad(byHand)(parameters), 1e-12);
  });

  it('the exact average velocity of Gaussian data splits, wherever', () => {
    const exact = gaussianAverageVelocity(0.6);
    const apart = { z, v: exact(z, t, t), r, t };
    for (const share of [0.1, 0.5, 0.8]) {
      const delta = splitMeanFlowError(exact, { ...apart, lambda: t.multiply(0).add(share) });
      expect(delta.abs().max().item()).to.be.below(1e-12);
    }
  });

  it('as λ → 0 it is λ·(t − r) times the MeanFlow identity in the model’s own velocity', () => {
    // u − ((1 − λ)·u(z − λ(t−r)·v, r, t − λ(t−r)) + λ·v) = λ·(u − v + (t − r)·du/dt) + O(λ²)
    const u = model(parameters);
    const apart = r.multiply(0.5);
    const small = 1e-6;
    const delta = splitMeanFlowError(u, { z, v, r: apart, t, lambda: t.multiply(0).add(small) });
    const h = 1e-5;
    const velocity = u(z, t, t);
    const ahead = u(z.add(velocity.multiply(h)), apart, t.add(h));
    const behind = u(z.subtract(velocity.multiply(h)), apart, t.subtract(h));
    const dudt = ahead.subtract(behind).divide(2 * h);
    const identity = u(z, apart, t).subtract(velocity).add(t.subtract(apart).multiply(dudt));
    expect(relativeGap(delta.divide(small), identity)).to.be.below(1e-4);
  });

  it('events of any shape give the same loss', () => {
    const image = (x: typeof z) => x.reshape([32, 1, 3, 1]);
    const onImages = (x: typeof z, from: typeof z, to: typeof z) =>
      image(model(parameters)(x.reshape([32, 3]), from, to));
    const loss = splitMeanFlowLoss(onImages, {
      ...split,
      data: image(split.data),
      noise: image(split.noise),
    });
    expectClose(loss, splitMeanFlowLoss(model(parameters), split), 1e-14);
  });

  it('wrong calls get clear errors', () => {
    const u = model(parameters);
    expect(() => splitMeanFlowLoss(u, { ...split, r: t, t: r })).to.throw(ArgumentError, /swapped/);
    expect(() => splitMeanFlowLoss(u, { ...split, lambda: lambda.reshape([32]) })).to.throw(ShapeError);
    expect(() => splitMeanFlowLoss(flowMapVelocity(u) as never, split)).to.throw(
      ArgumentError,
      /averageFromFlowMap/,
    );
    expect(() => splitMeanFlowLoss(u, { ...split, s: t } as never)).to.throw(ArgumentError, /'s'/);
  });
});
