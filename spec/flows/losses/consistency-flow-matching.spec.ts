import { expect } from 'chai';
import {
  ArgumentError,
  grad,
  matmul,
  minimum,
  random,
  ShapeError,
  type Tensor,
  tanh,
  zerosLike,
} from '../../../autograd/index.ts';
import {
  adam,
  consistencyFlowMatchingLoss,
  constantSchedule,
  dataToNoise,
  movingAverage,
  noiseToData,
  train,
} from '../../../flows/index.ts';
import { expectClose, expectTreesClose, f64, uniform64 } from '../support.ts';
import { data, meanSquare, noise, type Parameters, parameters } from './example.ts';

const t = uniform64(7, [32, 1]);
const batch = { x0: noise, x1: data, t };
const model = ({ w, s }: Parameters) => noiseToData((x, time) => tanh(matmul(x, w).add(time.multiply(s))));
const at = (time: Tensor) => time.negate().add(1).multiply(noise).add(time.multiply(data));

describe('consistencyFlowMatchingLoss', () => {
  const byHand = (p: Parameters, end: Tensor, later: Tensor, alpha: number) => {
    const f = (q: Parameters, time: Tensor) =>
      at(time).add(end.subtract(time).multiply(model(q)(at(time), time)));
    return meanSquare(f(p, t).subtract(f(parameters, later))).add(
      meanSquare(model(p)(at(t), t).subtract(model(parameters)(at(later), later))).multiply(alpha),
    );
  };

  it('is ‖f(t, x_t) − sg f(t′, x_t′)‖² + α·‖v(t, x_t) − sg v(t′, x_t′)‖², f = x + (1 − t)·v', () => {
    const early = { ...batch, t: t.multiply(0.9) };
    const lossOf = (p: Parameters) => consistencyFlowMatchingLoss(model(p), early, { step: 0.1, alpha: 0.5 });
    const f = (q: Parameters, time: Tensor) =>
      at(time).add(
        time
          .negate()
          .add(1)
          .multiply(model(q)(at(time), time)),
      );
    const [now, later] = [early.t, early.t.add(0.1)];
    const endpoint = (p: Parameters) => meanSquare(f(p, now).subtract(f(parameters, later)));
    const steady = (p: Parameters) =>
      meanSquare(model(p)(at(now), now).subtract(model(parameters)(at(later), later)));
    const wanted = (p: Parameters) => endpoint(p).add(steady(p).multiply(0.5));
    expectClose(lossOf(parameters).loss, wanted(parameters), 1e-14);
    expectClose(lossOf(parameters).endpoint, endpoint(parameters), 1e-14);
    expectClose(lossOf(parameters).velocity, steady(parameters), 1e-14);
    expectTreesClose(grad((p: Parameters) => lossOf(p).loss)(parameters), grad(wanted)(parameters), 1e-12);
  });

  it('a teacher names the target in its place, and is not pulled', () => {
    const other = { w: parameters.w.negate(), s: parameters.s.add(1) };
    const lossOf = ({ p, q }: { p: Parameters; q: Parameters }) =>
      consistencyFlowMatchingLoss(model(p), batch, { step: 0.1, alpha: 0.5, teacher: model(q) }).loss;
    const later = minimum(t.add(0.1), 1);
    const [f, g] = [model(parameters)(at(t), t), model(other)(at(later), later)];
    const rest = (time: Tensor) => time.negate().add(1);
    const endpoint = at(t).add(rest(t).multiply(f)).subtract(at(later)).subtract(rest(later).multiply(g));
    const wanted = meanSquare(endpoint).add(meanSquare(f.subtract(g)).multiply(0.5));
    expectClose(lossOf({ p: parameters, q: other }), wanted, 1e-13);
    const pull = grad(lossOf)({ p: parameters, q: other });
    expectTreesClose(pull.q, { w: zerosLike(other.w), s: zerosLike(other.s) }, 0);
    expect(pull.p.w.abs().max().item()).to.be.above(0.01);
    const same = consistencyFlowMatchingLoss(model(parameters), batch, { step: 0.1, alpha: 0.5 }).loss;
    expectClose(lossOf({ p: parameters, q: parameters }), same, 0);
  });

  it('learns from an average of its parameters, which train hands to onStep: a translation', () => {
    const shift = f64([[0.3, -0.5, 1]]);
    const line = { x0: noise, x1: noise.add(shift), t };
    const velocityOf = (p: Tensor) => noiseToData((x) => p.broadcastTo(x.shape));
    const [start, decay, steps] = [f64([[0, 0, 0]]), 0.9, 300];
    let average = start;
    const { parameters: learnt } = train({
      loss: (p: Tensor, pairs: typeof line) =>
        consistencyFlowMatchingLoss(velocityOf(p), pairs, { step: 0.5, teacher: velocityOf(average) }),
      onStep: ({ state }) => {
        average = movingAverage(decay).value(state.average);
      },
      ...{ parameters: start, ema: decay, optimizer: adam(), schedule: constantSchedule(0.02), steps },
      ...{ batches: Array<typeof line>(steps).fill(line), key: random.key(0), compile: false },
    });
    expectClose(learnt, shift, 0.01);
  });

  it('the later point stays within its segment', () => {
    for (const segments of [1, 2, 5]) {
      const ends = f64([...t.toTypedArray()].map((time) => [(Math.floor(time * segments) + 1) / segments]));
      const later = f64(
        [...t.toTypedArray()].map((time, i) => [Math.min(time + 0.3, ends.toTypedArray()[i] as number)]),
      );
      const lossOf = (p: Parameters) =>
        consistencyFlowMatchingLoss(model(p), batch, { step: 0.3, alpha: 0.1, segments }).loss;
      expectClose(lossOf(parameters), byHand(parameters, ends, later, 0.1), 1e-13);
    }
  });

  it('at the end, f is the data: with Δt = 1 its first term is (1 − t)² times the CFM loss', () => {
    const { endpoint } = consistencyFlowMatchingLoss(model(parameters), batch, { step: 1, alpha: 0 });
    const rest = t.negate().add(1);
    const error = model(parameters)(at(t), t).subtract(data.subtract(noise)).multiply(rest);
    expectClose(endpoint, meanSquare(error), 1e-13);
  });

  it('a straight flow to a single point has neither error', () => {
    const target = f64([[0.3, -0.5, 1]]);
    const straight = noiseToData((x, time) => target.subtract(x).divide(time.negate().add(1)));
    const early = { x0: noise, x1: target.broadcastTo([32, 3]), t: t.multiply(0.8) };
    const { endpoint, velocity } = consistencyFlowMatchingLoss(straight, early, { step: 0.1 });
    expect(endpoint.add(velocity).item()).to.be.below(1e-28);
  });

  it('wrong calls get clear errors', () => {
    const v = model(parameters);
    expect(() => consistencyFlowMatchingLoss(dataToNoise(v) as never, batch)).to.throw(
      ArgumentError,
      /reverseTime/,
    );
    expect(() => consistencyFlowMatchingLoss(v, batch, { teacher: dataToNoise(v) as never })).to.throw(
      ArgumentError,
      /reverseTime/,
    );
    expect(() => consistencyFlowMatchingLoss(v, batch, { step: 0 })).to.throw(ArgumentError, /step > 0/);
    expect(() => consistencyFlowMatchingLoss(v, batch, { segments: 1.5 })).to.throw(
      ArgumentError,
      /segments.*1.5/,
    );
    expect(() => consistencyFlowMatchingLoss(v, { ...batch, x0: f64([[1]]) })).to.throw(ShapeError, /x0/);
    expect(() => consistencyFlowMatchingLoss(v, batch, { delta: 1 } as never)).to.throw(
      ArgumentError,
      /'delta'/,
    );
  });
});
