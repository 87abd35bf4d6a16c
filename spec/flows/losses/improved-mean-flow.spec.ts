import { expect } from 'chai';
import {
  ArgumentError,
  concatenate,
  full,
  grad,
  jvp,
  ShapeError,
  type Tensor,
  tensor,
  zerosLike,
} from '../../../autograd/index.ts';
import {
  dataToNoise,
  improvedMeanFlowError,
  improvedMeanFlowLoss,
  marginalField,
  noiseToData,
  optimalTransportPath,
  reverseTime,
} from '../../../flows/index.ts';
import { gaussianAverageVelocity, gaussianVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64 } from '../support.ts';
import { batch, meanSquare, model, type Parameters, parameters, r, t, v, z } from './example.ts';

/** V = u + (t − r)·du/dt with a given tangent and derivative. */
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
    const delta = improvedMeanFlowError(gaussianAverageVelocity(0.6), {
      z,
      v: gaussianVelocity(0.6)(z, t),
      r,
      t,
    });
    expect(delta.abs().max().item()).to.be.below(1e-12);
  });

  it('a head of its own gives the tangent, and is trained alongside', () => {
    const headOf = (p: Parameters) => dataToNoise((x, time) => model(p)(x, time.multiply(0), time));
    const byHand = (p: Parameters) =>
      meanSquare(predicted(p, headOf(parameters)(z, t)).subtract(v)).add(
        meanSquare(headOf(p)(z, t).subtract(v)),
      );
    const lossOf = (p: Parameters) =>
      improvedMeanFlowLoss(model(p), batch, { gamma: 1, velocityHead: headOf(p) }).loss;
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
    const [u, dudt] = jvp(
      (...at: [Tensor, Tensor, Tensor]) => guided(...at, labels),
      [z, r, t],
      [instant, 0, 1],
    );
    expectClose(rawError, meanSquare(u.add(t.subtract(r).multiply(dudt)).subtract(target)), 1e-13);
  });

  it('with guidance and a head, the target is made of the head, and is that of u and of the head', () => {
    const labels = tensor(new Int32Array(32).fill(1));
    const none = full([32], 7, { dtype: 'int32' });
    const scaled = (x: Tensor, c: Tensor) => x.multiply(c.cast('float64').add(1).reshape([32, 1]));
    const guided =
      (p: Parameters) =>
      (...[x, from, to, c]: [Tensor, Tensor, Tensor, Tensor]) =>
        scaled(model(p)(x, from, to), c);
    const headOf = (p: Parameters) => (c: Tensor) =>
      dataToNoise((x, time) => scaled(model(p)(x, r, time), c).negate());
    const guidance = { scale: 1.5, mixing: 0.4, nullClass: 7 };
    const head = headOf(parameters);
    const target = v
      .multiply(1.5)
      .add(head(labels)(z, t).multiply(0.4))
      .subtract(head(none)(z, t).multiply(0.9));
    const [, dudt] = jvp(
      (...at: [Tensor, Tensor, Tensor]) => guided(parameters)(...at, labels),
      [z, r, t],
      [head(labels)(z, t), 0, 1],
    );
    const byHand = (p: Parameters) =>
      meanSquare(guided(p)(z, r, t, labels).add(t.subtract(r).multiply(dudt)).subtract(target)).add(
        meanSquare(headOf(p)(labels)(z, t).subtract(target)),
      );
    const lossOf = (p: Parameters) =>
      improvedMeanFlowLoss(guided(p), { ...batch, labels }, { gamma: 1, guidance, velocityHead: headOf(p) })
        .loss;
    expectClose(lossOf(parameters), byHand(parameters), 1e-13);
    expectTreesClose(grad(lossOf)(parameters), grad(byHand)(parameters), 1e-12);
    // at r = t, where V = u, the head changes the raw error only through the target
    const rawErrorOf = (velocityHead: typeof head) =>
      improvedMeanFlowLoss(
        guided(parameters),
        { ...batch, r: t, labels },
        { guidance, velocityHead },
      ).rawError.item();
    expect(rawErrorOf(head)).not.to.be.closeTo(
      rawErrorOf((c) => dataToNoise((x) => scaled(x, c))),
      0.1,
    );
  });

  it('asks a head once, and guidance asks it once more, or twice with κ', () => {
    const labels = tensor(new Int32Array(32).fill(1));
    const asked = (options: object) => {
      let count = 0;
      const velocityHead = () =>
        dataToNoise((x) => {
          count++;
          return x;
        });
      improvedMeanFlowLoss(model(parameters), { ...batch, labels }, { velocityHead, ...options });
      return count;
    };
    expect(asked({})).to.equal(1);
    expect(asked({ guidance: { scale: 2, nullClass: 7 } })).to.equal(2);
    expect(asked({ guidance: { scale: 1, mixing: 0.5, nullClass: 7 } })).to.equal(3);
  });

  it('the exact guided velocity does not pull, on u nor on its head: ω·v(z | c) + (1 − ω)·v(z) with ω = w/(1 − κ)', () => {
    // All pairs that lead to one z at one time t, with their probabilities given c, and without c
    const [time, nullClass] = [0.7, 2];
    const points = f64([
      [-1, 0.5],
      [2, 0],
      [0, -1],
      [1, 1],
    ]);
    const at = f64([[0.3, -0.2]]);
    const path = optimalTransportPath();
    const fieldOf = (from: number, to: number) => marginalField(path, { points: points.slice([[from, to]]) });
    const fields = [fieldOf(0, 2), fieldOf(2, 4), fieldOf(0, 4)];
    const [first, second, unconditional] = fields.map((field) => reverseTime(field.velocity)(at, time));
    const [w, kappa] = [1.5, 0.4];
    const omega = w / (1 - kappa);
    const towards = (conditional: Tensor) =>
      conditional.multiply(omega).add(unconditional!.multiply(1 - omega));
    const exact = concatenate([towards(first!), towards(second!), unconditional!]);
    const labels = tensor(new Int32Array([0, 0, 1, 1, 2, 2, 2, 2]));
    const weights = concatenate(fields.map((field) => field.posterior(at, 1 - time).reshape([-1])));
    const data = concatenate([points, points]);
    const noise = at.subtract(data.multiply(1 - time)).divide(time);
    const t = full([8, 1], time, { dtype: 'float64' });
    const guidance = { scale: w, mixing: kappa, nullClass };
    // The error that each prediction adds to the exact velocity, by class
    const lossOf = (own: { u: Tensor; head: Tensor }) =>
      improvedMeanFlowLoss(
        (_z, _r, _t, c) => exact.add(own.u).gather(c),
        { data, noise, r: t, t, labels, weights },
        { gamma: 1, guidance, velocityHead: (c) => dataToNoise(() => exact.add(own.head).gather(c)) },
      ).loss;
    const pullAt = (error: number) =>
      grad(lossOf)({ u: zerosLike(exact), head: zerosLike(exact).add(error) });
    const { u, head } = pullAt(0);
    expect(u.abs().max().item()).to.be.below(1e-14);
    expect(head.abs().max().item()).to.be.below(1e-14);
    // a wrong head gets a gradient back to the right one, and moves u too
    expect(pullAt(0.1).head.min().item()).to.be.above(0.01);
    expect(pullAt(0.1).u.abs().max().item()).to.be.above(0.01);
  });

  it('weights replace the mean', () => {
    const weights = full([32], 1 / 32, { dtype: 'float64' });
    const { loss } = improvedMeanFlowLoss(model(parameters), { ...batch, weights });
    expectClose(loss, improvedMeanFlowLoss(model(parameters), batch).loss, 1e-14);
  });

  it('wrong calls get clear errors', () => {
    const u = model(parameters);
    expect(() => improvedMeanFlowLoss(u, { ...batch, r: t, t: r })).to.throw(ArgumentError, /r ≤ t.*swapped/);
    expect(() => improvedMeanFlowLoss(u, { ...batch, noise: normal64(0, [32, 2]) })).to.throw(
      ShapeError,
      /noise/,
    );
    const reversed = noiseToData((x) => x);
    expect(() => improvedMeanFlowLoss(u, batch, { velocityHead: reversed as never })).to.throw(
      ArgumentError,
      /'dataToNoise'.*reverseTime/,
    );
    const flat = dataToNoise((x) => x.sum());
    expect(() => improvedMeanFlowLoss(u, batch, { velocityHead: flat })).to.throw(ShapeError, /a velocity/);
    const labels = tensor(new Int32Array(32));
    const constant = dataToNoise((x) => x);
    const guidance = { scale: 2, nullClass: 1 };
    // @ts-expect-error with labels a head is a function of them
    const guided = () => improvedMeanFlowLoss(u, { ...batch, labels }, { velocityHead: constant, guidance });
    expect(guided).to.throw(ArgumentError, /velocityHead as a function of the labels/);
    // @ts-expect-error and without labels it is none
    expect(() => improvedMeanFlowLoss(u, batch, { velocityHead: () => constant })).to.throw(
      ArgumentError,
      /dataToNoise\(fn\)/,
    );
    expect(() =>
      improvedMeanFlowLoss(u, { ...batch, labels }, { velocityHead: () => reversed as never }),
    ).to.throw(ArgumentError, /'dataToNoise'.*reverseTime/);
    expect(() => improvedMeanFlowLoss(u, batch, { guidance: { scale: 2, nullClass: 1 } } as never)).to.throw(
      ArgumentError,
      /improvedMeanFlowLoss: guidance needs labels/,
    );
  });
});
