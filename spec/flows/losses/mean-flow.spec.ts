import { expect } from 'chai';
import {
  ArgumentError,
  DTypeError,
  grad,
  jvp,
  matmul,
  random,
  ShapeError,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  vmap,
} from '../../../autograd/index.ts';
import { meanFlowError, meanFlowLoss, sampleTimes } from '../../../flows/index.ts';
import { gaussianAverageVelocity, gaussianVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64 } from '../support.ts';

const spread = 0.6;
const exact = gaussianAverageVelocity(spread);
const velocity = gaussianVelocity(spread);
const { r, t } = sampleTimes(random.key(0), 64, { differentShare: 0.75, dtype: 'float64' });
const [data, noise] = [normal64(1, [64, 3]).multiply(spread), normal64(2, [64, 3])];
const z = t.negate().add(1).multiply(data).add(t.multiply(noise));

interface Parameters {
  readonly w: Tensor;
  readonly s: Tensor;
}
const model =
  ({ w, s }: Parameters) =>
  (point: Tensor, from: Tensor, to: Tensor) =>
    tanh(matmul(point, w).add(from.multiply(s)).add(to.square()));
const parameters: Parameters = { w: normal64(3, [3, 3]), s: f64(0.4) };

describe('meanFlowLoss', () => {
  it('the MeanFlow identity holds for the closed-form average velocity of Gaussian data', () => {
    const delta = meanFlowError(exact, { z, v: velocity(z, t), r, t });
    expect(delta.abs().max().item()).to.be.below(1e-12);
  });

  it('and for no tangent but (v, 0, 1)', () => {
    const v = velocity(z, t);
    const errorWith = (tangents: readonly [Tensor | number, number, number]) => {
      const [u, dudt] = jvp(exact, [z, r, t], [...tangents]);
      return u.subtract(v).add(t.subtract(r).multiply(dudt)).abs().max().item();
    };
    expect(errorWith([v, 0, 1])).to.be.below(1e-12);
    expect(errorWith([v, 0, 0])).to.be.above(0.05);
    expect(errorWith([v, 1, 0])).to.be.above(0.05);
    expect(errorWith([v, 1, 1])).to.be.above(0.05);
    expect(errorWith([0, 0, 1])).to.be.above(0.05);
  });

  it('a model that takes t before r does not satisfy it', () => {
    const swapped = (point: Tensor, from: Tensor, to: Tensor) => exact(point, to, from);
    expect(
      meanFlowError(swapped, { z, v: velocity(z, t), r, t })
        .abs()
        .max()
        .item(),
    ).to.be.above(0.05);
  });

  it('reads like the algorithm: mean over samples of sg(ω)·Σ squares, and the raw error beside it', () => {
    const { loss, rawError } = meanFlowLoss(
      model(parameters),
      { data, noise, r, t },
      { gamma: 0.5, c: 1e-3 },
    );
    const v = noise.subtract(data);
    const [u, dudt] = jvp(model(parameters), [z, r, t], [v, 0, 1]);
    const squares = [
      ...u
        .subtract(v.subtract(t.subtract(r).multiply(dudt)))
        .square()
        .sum({ axes: 1 })
        .toTypedArray(),
    ];
    const meanOf = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(rawError.item()).to.be.closeTo(meanOf(squares), 1e-12);
    expect(loss.item()).to.be.closeTo(meanOf(squares.map((s) => s / (s + 1e-3) ** 0.5)), 1e-12);
  });

  it('with γ = 0 its value is near 1 whatever happens, so the raw error is reported', () => {
    const far = (point: Tensor) => point.multiply(100);
    const near = meanFlowLoss(model(parameters), { data, noise, r, t }, { gamma: 0 });
    const away = meanFlowLoss(far, { data, noise, r, t }, { gamma: 0 });
    expect(near.loss.item()).to.be.closeTo(1, 0.01);
    expect(away.loss.item()).to.be.closeTo(1, 0.01);
    expect(away.rawError.item() / near.rawError.item()).to.be.above(100);
  });

  it('the gradient is that of ((‖Δ‖² + c)^γ − c^γ)/γ with a fixed target, γ → 0 the logarithm', () => {
    const v = noise.subtract(data);
    const target = (() => {
      const [, dudt] = jvp(model(parameters), [z, r, t], [v, 0, 1]);
      return v.subtract(t.subtract(r).multiply(dudt));
    })();
    const c = 1e-2;
    for (const gamma of [0, 0.5, 1]) {
      const potential = (p: Parameters) => {
        const s = model(p)(z, r, t).subtract(target).square().sum({ axes: 1 }).add(c);
        return gamma === 0
          ? s.log().mean()
          : s
              .power(gamma)
              .subtract(c ** gamma)
              .divide(gamma)
              .mean();
      };
      const lossOf = (p: Parameters) => meanFlowLoss(model(p), { data, noise, r, t }, { gamma, c }).loss;
      expectTreesClose(grad(lossOf)(parameters), grad(potential)(parameters), 1e-12);
    }
  });

  it('the target is a constant, even where the velocity in it comes from the model itself', () => {
    const delta = (p: Parameters, v: Tensor) => meanFlowError(model(p), { z, v, r, t }).square().sum();
    const own = (p: Parameters) => delta(p, model(p)(z, t, t));
    const fixed = (p: Parameters) => delta(p, model(parameters)(z, t, t));
    expectTreesClose(grad(own)(parameters), grad(fixed)(parameters), 1e-14);
  });

  it('at r = t it is flow matching', () => {
    const v = noise.subtract(data);
    const lossOf = (p: Parameters) => meanFlowLoss(model(p), { data, noise, r: t, t }, { gamma: 1 }).loss;
    const plain = (p: Parameters) => model(p)(z, t, t).subtract(v).square().sum({ axes: 1 }).mean();
    expectClose(lossOf(parameters), plain(parameters), 1e-14);
    expectTreesClose(grad(lossOf)(parameters), grad(plain)(parameters), 1e-12);
  });

  it('hands the raw error out beside the gradient', () => {
    const lossOf = (p: Parameters) => {
      const { loss, rawError } = meanFlowLoss(model(p), { data, noise, r, t });
      return [loss, rawError] as const;
    };
    const [[loss, rawError], gradients] = valueAndGrad(lossOf, { auxiliary: true })(parameters);
    const [alone, aloneGradients] = valueAndGrad((p: Parameters) => lossOf(p)[0])(parameters);
    expectClose(loss, alone, 0);
    expectTreesClose(gradients, aloneGradients, 0);
    expectClose(rawError, lossOf(parameters)[1], 0);
  });

  it('the raw error is there to look at: it has no gradient', () => {
    const rawErrorOf = (p: Parameters) => meanFlowLoss(model(p), { data, noise, r, t }).rawError;
    expect(rawErrorOf(parameters).item()).to.be.above(0.1);
    expectTreesClose(grad(rawErrorOf)(parameters), { w: f64(new Array(3).fill([0, 0, 0])), s: f64(0) }, 0);
  });

  it('events of any shape give the same loss', () => {
    const image = (x: Tensor) => x.reshape([64, 1, 3, 1]);
    const onImages = (point: Tensor, from: Tensor, to: Tensor) =>
      image(model(parameters)(point.reshape([64, 3]), from, to));
    const flat = meanFlowLoss(model(parameters), { data, noise, r, t });
    expectClose(
      meanFlowLoss(onImages, { data: image(data), noise: image(noise), r, t }).loss,
      flat.loss,
      1e-14,
    );
  });

  it('runs under vmap, where there are no values to check', () => {
    const one = (x: Tensor, e: Tensor, from: Tensor, to: Tensor) =>
      meanFlowLoss(model(parameters), {
        data: x.reshape([1, 3]),
        noise: e.reshape([1, 3]),
        r: from.reshape([1, 1]),
        t: to.reshape([1, 1]),
      }).loss;
    const perSample = vmap(one)(data, noise, r, t);
    expectClose(perSample.mean(), meanFlowLoss(model(parameters), { data, noise, r, t }).loss, 1e-13);
  });

  it('is float32 for float32 data', () => {
    const single = (x: Tensor) => x.cast('float32');
    const u = (point: Tensor, from: Tensor, to: Tensor) => point.multiply(to.subtract(from));
    const { loss } = meanFlowLoss(u, {
      data: single(data),
      noise: single(noise),
      r: single(r),
      t: single(t),
    });
    expect(loss.dtype).to.equal('float32');
  });

  it('a model with labels, written in place, has the types of its arguments', () => {
    const labels = tensor(new Int32Array(64));
    const plain = meanFlowLoss((point, from, to) => model(parameters)(point, from, to), {
      data,
      noise,
      r,
      t,
    });
    const labelled = meanFlowLoss(
      (point, from, to, label) =>
        model(parameters)(point, from, to).add(label.cast('float64').sum().multiply(0)),
      {
        data,
        noise,
        r,
        t,
        labels,
      },
    );
    expect(labelled.loss.item()).to.equal(plain.loss.item());
  });

  it('wrong calls get clear errors', () => {
    const u = model(parameters);
    const labels = tensor(new Int32Array(64));
    expect(() => meanFlowLoss(u, { data, noise, r: t, t: r })).to.throw(ArgumentError, /r ≤ t.*swapped/);
    expect(() => meanFlowLoss(u, { data, noise: noise.slice([[0, 5]]), r, t })).to.throw(ShapeError, /noise/);
    expect(() => meanFlowLoss(u, { data, noise, r, t: t.reshape([64]) })).to.throw(
      ShapeError,
      /\[batch, 1\]/,
    );
    expect(() => meanFlowLoss((point) => point.sum(), { data, noise, r, t })).to.throw(
      ShapeError,
      /average velocity/,
    );
    expect(() => meanFlowLoss(u, { data, noise, r, t }, { gama: 1 } as never)).to.throw(
      ArgumentError,
      /'gama'/,
    );
    expect(() => meanFlowLoss(u, { x: data, noise, r, t } as never)).to.throw(ArgumentError, /'x'/);
    expect(() => meanFlowLoss(u, { data, noise, r, t, labels: labels.slice([[0, 3]]) })).to.throw(
      ShapeError,
      /labels/,
    );
    expect(() => meanFlowLoss(u, { data, noise, r, t, labels: t.reshape([64]) })).to.throw(
      DTypeError,
      /int32/,
    );
    expect(() =>
      meanFlowLoss(u, { data, noise, r, t }, { guidance: { scale: 2, nullClass: 10 } } as never),
    ).to.throw(ArgumentError, /guidance needs labels/);
  });
});
