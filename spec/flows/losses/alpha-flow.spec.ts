import { expect } from 'chai';
import { ArgumentError, grad, type Tensor } from '../../../autograd/index.ts';
import {
  alphaFlowError,
  alphaFlowLoss,
  alphaSchedule,
  flowMapVelocity,
  meanFlowLoss,
  splitMeanFlowLoss,
} from '../../../flows/index.ts';
import { expectClose, expectTreesClose } from '../support.ts';
import { batch, meanSquare, model, type Parameters, parameters, r, t, v, z } from './example.ts';

/** α⁻¹·mean ‖u − target‖², with a target from fixed parameters. */
const byHand = (alpha: number, first: Tensor) => {
  const s = r.multiply(alpha).add(t.multiply(1 - alpha));
  const second = model(parameters)(z.subtract(t.subtract(s).multiply(first)), r, s);
  const target = first.multiply(alpha).add(second.multiply(1 - alpha));
  return (p: Parameters) => meanSquare(model(p)(z, r, t).subtract(target)).divide(alpha);
};
const lossWith = (alpha: number, velocity?: 'conditional' | 'average') => (p: Parameters) =>
  alphaFlowLoss(model(p), batch, { alpha, gamma: 1, ...(velocity && { velocity }) }).loss;

describe('alphaFlowLoss', () => {
  it('is α⁻¹·‖u(z_t, r, t) − sg(α·v_t + (1 − α)·u(z_s, r, s))‖²', () => {
    for (const alpha of [1, 0.6, 0.1]) {
      expectClose(lossWith(alpha)(parameters), byHand(alpha, v)(parameters), 1e-13);
      expectTreesClose(grad(lossWith(alpha))(parameters), grad(byHand(alpha, v))(parameters), 1e-12);
    }
  });

  it('its first step may be the average velocity, u(z_t, s, t)', () => {
    const alpha = 0.3;
    const s = r.multiply(alpha).add(t.multiply(1 - alpha));
    const wanted = byHand(alpha, model(parameters)(z, s, t));
    expectClose(lossWith(alpha, 'average')(parameters), wanted(parameters), 1e-13);
    expectTreesClose(grad(lossWith(alpha, 'average'))(parameters), grad(wanted)(parameters), 1e-12);
  });

  it('α = 1 is trajectory flow matching: e − x for every span', () => {
    const plain = (p: Parameters) => meanSquare(model(p)(z, r, t).subtract(v));
    expectTreesClose(grad(lossWith(1))(parameters), grad(plain)(parameters), 1e-13);
  });

  it('α = ½ with the average velocity is SplitMeanFlow with λ = ½, twice, where r < t', () => {
    const apart = { ...batch, r: r.multiply(0.5) };
    const lambda = t.multiply(0).add(0.5);
    const alpha = alphaFlowLoss(model(parameters), apart, { alpha: 0.5, velocity: 'average', gamma: 1 });
    const split = splitMeanFlowLoss(model(parameters), { ...apart, lambda });
    expectClose(alpha.loss, split.multiply(2), 1e-13);
  });

  it('as α → 0 its gradient, weighted or not, is MeanFlow’s, with an error of order α; at α = 0 exactly', () => {
    for (const gamma of [1, 0.5, 0]) {
      const gradientAt = (alpha: number) =>
        grad((p: Parameters) => alphaFlowLoss(model(p), batch, { alpha, gamma }).loss)(parameters).w;
      const meanFlow = grad((p: Parameters) => meanFlowLoss(model(p), batch, { gamma }).loss)(parameters).w;
      const errorAt = (alpha: number) => gradientAt(alpha).subtract(meanFlow).abs().max().item();
      expect(errorAt(0)).to.equal(0);
      expect(errorAt(1e-4) / errorAt(5e-5)).to.be.closeTo(2, 0.02);
      expect(errorAt(1e-4) / meanFlow.abs().max().item()).to.be.below(1e-2);
    }
  });

  it('the raw error has a limit too', () => {
    const rawError = (alpha: number) => alphaFlowLoss(model(parameters), batch, { alpha }).rawError;
    expectClose(rawError(1e-7), meanFlowLoss(model(parameters), batch).rawError, 1e-5);
  });

  it('at r = t it is flow matching, whatever α', () => {
    for (const alpha of [1, 0.4, 0]) {
      expectClose(
        alphaFlowError(model(parameters), { z, v, r: t, t }, { alpha }),
        model(parameters)(z, t, t).subtract(v),
        1e-13,
      );
    }
  });

  it('wrong calls get clear errors', () => {
    const u = model(parameters);
    expect(() => alphaFlowLoss(u, batch, { alpha: 1.5 })).to.throw(ArgumentError, /0 ≤ alpha ≤ 1, got 1.5/);
    expect(() => alphaFlowLoss(u, batch, { alpha: 1, velocity: 'mean' } as never)).to.throw(
      ArgumentError,
      /'mean'/,
    );
    expect(() => alphaFlowLoss(flowMapVelocity(u) as never, batch, { alpha: 1 })).to.throw(
      ArgumentError,
      /'noiseToData'.*averageFromFlowMap/,
    );
    expect(() => alphaFlowLoss(u, { ...batch, r: t, t: r }, { alpha: 1 })).to.throw(ArgumentError, /swapped/);
  });
});

describe('alphaSchedule', () => {
  const schedule = alphaSchedule({ from: 1000, to: 3000 });

  it('falls from 1 to 0 down a sigmoid, ½ in the middle', () => {
    expect(schedule(0)).to.equal(1);
    expect(schedule(2000)).to.equal(0.5);
    expect(schedule(2100)).to.be.closeTo(1 / (1 + Math.exp(1.25)), 1e-15);
    expect(schedule(10_000)).to.equal(0);
    const values = Array.from({ length: 60 }, (_, i) => schedule(i * 50));
    expect(values.every((alpha, i) => i === 0 || alpha <= (values[i - 1] as number))).to.equal(true);
  });

  it('is 0 or 1 where it is nearer than η', () => {
    expect(
      values(alphaSchedule({ from: 0, to: 100, clamp: 0.1 })).every(
        (a) => a === 0 || a === 1 || (a >= 0.1 && a <= 0.9),
      ),
    ).to.equal(true);
    expect(values(alphaSchedule({ from: 0, to: 100, clamp: 0.1 }))).to.include.members([0, 1]);
  });

  it('wrong options get clear errors', () => {
    expect(() => alphaSchedule({ from: 2, to: 1 })).to.throw(ArgumentError, /from < to/);
    expect(() => alphaSchedule({ from: 0, to: 1, clamp: 0.5 })).to.throw(ArgumentError, /clamp/);
    expect(() => alphaSchedule({ from: 0, to: 1, steps: 3 } as never)).to.throw(ArgumentError, /'steps'/);
  });
});

function values(schedule: (step: number) => number): number[] {
  return Array.from({ length: 101 }, (_, step) => schedule(step));
}
