import { expect } from 'chai';
import { ArgumentError, cast, grad, type Tensor, tensor } from '../../../autograd/index.ts';
import { guidedVelocity, meanFlowError, meanFlowLoss } from '../../../flows/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const nullClass = 3;
const labels = tensor(new Int32Array([0, 1, 2, 3, 0, 1]));
const [z, v, t] = [
  normal64(0, [6, 2]),
  normal64(1, [6, 2]),
  f64([[0.1], [0.3], [0.5], [0.7], [0.8], [0.95]]),
];
const u = (x: Tensor, r: Tensor, s: Tensor, c: Tensor) =>
  x
    .multiply(cast(c, 'float64').add(1).reshape([6, 1]))
    .add(s.multiply(2))
    .subtract(r);
const none = tensor(new Int32Array(6).fill(nullClass));
const plain = u(z, t, t, labels);
const unconditional = u(z, t, t, none);
const sample = { z, v, t, labels };
/** 1 where the label is a class, 0 where it is the null class. */
const isClass = f64([[1], [1], [1], [0], [1], [1]]);

describe('guidedVelocity', () => {
  it('is w·v + κ·u(z,t,t|c) + (1 − w − κ)·u(z,t,t|∅), and v for dropped labels', () => {
    const guided = guidedVelocity(u, sample, { scale: 2, mixing: 0.3, nullClass });
    const formula = v
      .multiply(2)
      .add(plain.multiply(0.3))
      .add(unconditional.multiply(1 - 2 - 0.3));
    expectClose(guided, formula.multiply(isClass).add(v.multiply(isClass.negate().add(1))), 1e-14);
  });

  it('w = 1 guides nothing', () => {
    expectClose(guidedVelocity(u, sample, { scale: 1, nullClass }), v, 1e-14);
  });

  it('guides within the interval of times only', () => {
    const guided = guidedVelocity(u, sample, { scale: 2, mixing: 0.3, interval: [0.3, 0.7], nullClass });
    const inside = f64([[0], [1], [1], [0], [0], [0]]);
    const everywhere = guidedVelocity(u, sample, { scale: 2, mixing: 0.3, nullClass });
    expectClose(guided, everywhere.multiply(inside).add(v.multiply(inside.negate().add(1))), 1e-14);
  });

  it('a linear combination of class velocities stays one: the effective scale is w/(1 − κ)', () => {
    // At its fixed point u(z,t,t|c) = v_g: v_g·(1 − κ) = w·v + (1 − w − κ)·u∅, so v_g = s·v + (1 − s)·u∅ with
    // s = w/(1 − κ).
    const [w, kappa] = [1.5, 0.4];
    const s = w / (1 - kappa);
    const fixed = v.multiply(s).add(unconditional.multiply(1 - s));
    const model = (_x: Tensor, _r: Tensor, _t: Tensor, c: Tensor) =>
      c.toTypedArray().every((label) => label === nullClass) ? unconditional : fixed;
    const guided = guidedVelocity(model, sample, { scale: w, mixing: kappa, nullClass });
    expectClose(guided.multiply(isClass), fixed.multiply(isClass), 1e-13);
  });

  it('is a constant for every derivative', () => {
    const total = (a: Tensor) =>
      guidedVelocity((x, r, s, c) => u(x, r, s, c).multiply(a), sample, {
        scale: 2,
        mixing: 0.3,
        nullClass,
      }).sum();
    expect(grad(total)(f64(1)).item()).to.equal(0);
  });

  it('spares the conditional evaluation when κ = 0', () => {
    let calls = 0;
    const counted = (x: Tensor, r: Tensor, s: Tensor, c: Tensor) => {
      calls++;
      return u(x, r, s, c);
    };
    guidedVelocity(counted, sample, { scale: 2, nullClass });
    expect(calls).to.equal(1);
  });

  it('in the loss, v_g is the target and the tangent; labels reach u', () => {
    const [data, noise, r] = [normal64(2, [6, 2]), normal64(3, [6, 2]), t.multiply(0.5)];
    const guidance = { scale: 2, mixing: 0.3, nullClass };
    const { rawError } = meanFlowLoss(u, { data, noise, r, t, labels }, { guidance });
    const point = t.negate().add(1).multiply(data).add(t.multiply(noise));
    const target = guidedVelocity(u, { z: point, v: noise.subtract(data), t, labels }, guidance);
    const delta = meanFlowError((x, a, b) => u(x, a, b, labels), { z: point, v: target, r, t });
    expectClose(rawError, delta.square().sum({ axes: 1 }).mean(), 1e-14);
    // (u's own derivative along (v_g, 0, 1) is v_g·(c + 1) + 2)
    const dudt = target.multiply(cast(labels, 'float64').add(1).reshape([6, 1])).add(2);
    const direct = u(point, r, t, labels).subtract(target).add(t.subtract(r).multiply(dudt));
    expectClose(delta, direct, 1e-13);
  });

  it('wrong options get clear errors', () => {
    const wrong = (guidance: object) => () => guidedVelocity(u, sample, guidance as never);
    expect(wrong({ scale: 2 })).to.throw(ArgumentError, /nullClass/);
    expect(wrong({ nullClass })).to.throw(ArgumentError, /the option scale/);
    expect(wrong({ scale: Number.NaN, nullClass })).to.throw(ArgumentError, /finite scale/);
    expect(wrong({ scale: 2, nullClass, interval: [1, 0] })).to.throw(ArgumentError, /interval/);
    expect(wrong({ scale: 2, nullClass, omega: 1 })).to.throw(ArgumentError, /unknown option 'omega'/);
  });
});
