import { expect } from 'chai';
import { ArgumentError, cast, mean, ShapeError, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  dataToNoise,
  guidedVelocityField,
  marginalField,
  noiseToData,
  optimalTransportPath,
  reverseTime,
  sampleFlow,
  type Velocity,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const path = optimalTransportPath();
/**
 * The exact velocity of N(m, s² I): with one s for all, it is affine in m, so w·v(m) + (1 − w)·v(0) = v(w·m).
 */
const gaussian = (means: Tensor) => {
  const field = marginalField(path, { means: f64([[0, 0]]), deviations: f64([0.5]) }).velocity;
  return noiseToData((x, t) => field(x.subtract(t.multiply(means)), t).add(means));
};
const noise = normal64(0, [6, 2]);
const classMeans = f64([
  [1, -1],
  [2, 0],
  [0, 3],
]);
const labels = tensor(new Int32Array([0, 1, 2, 2, 1, 0]));
const conditions = classMeans.gather(labels);
const conditional = gaussian(conditions);
const unconditional = gaussian(f64([[0, 0]]));
const sample = (velocity: Velocity<'noiseToData'> | Velocity<'dataToNoise'>) =>
  sampleFlow(velocity as Velocity<'noiseToData'>, noise, { steps: 60 }).x;

describe('guidedVelocityField', () => {
  it('with class means m takes the noise to Gaussians about w·m, for every w', () => {
    for (const scale of [0, 0.5, 1, 2, 4]) {
      const x = sample(guidedVelocityField(conditional, unconditional, { scale }));
      expectClose(x, noise.multiply(0.5).add(conditions.multiply(scale)), 1e-6);
    }
  });

  it('asks both velocities at each evaluation that a sampler counts', () => {
    let asked = 0;
    const counted = noiseToData((x) => {
      asked++;
      return x;
    });
    const { evaluations } = sampleFlow(guidedVelocityField(counted, counted, { scale: 2 }), noise, {
      steps: 4,
    });
    expect([evaluations, asked]).to.deep.equal([16, 32]);
  });

  it('w = 1 is the conditional velocity, w = 0 the other, to the bit', () => {
    const t = f64([[0.1], [0.3], [0.5], [0.6], [0.8], [0.9]]);
    expectClose(
      guidedVelocityField(conditional, unconditional, { scale: 1 })(noise, t),
      conditional(noise, t),
      0,
    );
    expectClose(
      guidedVelocityField(conditional, unconditional, { scale: 0 })(noise, t),
      unconditional(noise, t),
      0,
    );
  });

  it('guides within the interval only, sample by sample', () => {
    const guided = guidedVelocityField(conditional, unconditional, { scale: 3, interval: [0.3, 0.6] });
    const t = f64([[0.1], [0.3], [0.5], [0.6], [0.8], [0.9]]);
    const everywhere = guidedVelocityField(conditional, unconditional, { scale: 3 })(noise, t);
    const inside = f64([[0], [1], [1], [1], [0], [0]]);
    const wanted = inside.multiply(everywhere).add(inside.negate().add(1).multiply(conditional(noise, t)));
    expectClose(guided(noise, t), wanted, 1e-15);
  });

  it('the scale may differ from sample to sample', () => {
    const scale = f64([[1], [2], [0], [1.5], [3], [1]]);
    const x = sample(guidedVelocityField(conditional, unconditional, { scale }));
    expectClose(x, noise.multiply(0.5).add(conditions.multiply(scale)), 1e-6);
  });

  it('keeps the convention of time, and guides the same in both', () => {
    const other = guidedVelocityField(reverseTime(conditional), reverseTime(unconditional), {
      scale: 2,
      interval: [0.21, 0.71],
    });
    expect(other.time).to.equal('dataToNoise');
    const here = guidedVelocityField(conditional, unconditional, { scale: 2, interval: [0.29, 0.79] });
    expectClose(sample(other), sample(here), 1e-12);
    // @ts-expect-error two conventions do not mix
    expect(() => guidedVelocityField(conditional, dataToNoise(unconditional), { scale: 2 })).to.throw(
      ArgumentError,
      /reverseTime/,
    );
  });

  it('events of any shape, continuous conditions, and classes as one model takes them', () => {
    // one model for both: the mean of each sample is its condition's value, in events [2, 1]
    const model = (x: Tensor, t: Tensor, condition: Tensor) =>
      gaussian(condition)(x.reshape([-1, 2]), t).reshape(x.shape);
    const angles = f64([0.1, 0.7, 2, 3, 4, 5]).reshape([6, 1]);
    const centres = angles.cos().multiply(f64([[1, -1]]));
    const velocity = guidedVelocityField(
      noiseToData((x, t) => model(x, t, centres)),
      noiseToData((x, t) => model(x, t, f64([[0, 0]]))),
      { scale: 2 },
    );
    const { x } = sampleFlow(velocity, noise.reshape([6, 2, 1]), { steps: 60 });
    expectClose(x.reshape([6, 2]), noise.multiply(0.5).add(centres.multiply(2)), 1e-6);
  });

  it('guiding twice overshoots visibly', () => {
    const once = guidedVelocityField(conditional, unconditional, { scale: 2 });
    const twice = sample(guidedVelocityField(once, unconditional, { scale: 2 }));
    expect(mean(twice.subtract(sample(once)).abs()).item()).to.be.above(1);
  });

  it('wrong calls get clear errors', () => {
    const guide = (options: object) => () =>
      guidedVelocityField(conditional, unconditional, options as never);
    expect(guide({})).to.throw(ArgumentError, /scale, got undefined/);
    expect(guide({ scale: Number.NaN })).to.throw(ArgumentError, /NaN/);
    expect(guide({ scale: 1, interval: [0.5, 0.2] })).to.throw(ArgumentError, /interval/);
    expect(guide({ scale: 1, weight: 2 })).to.throw(ArgumentError, /unknown option 'weight'/);
    const scale = cast(f64([1, 2, 3, 4, 5, 6]), 'float64');
    expect(() => guidedVelocityField(conditional, unconditional, { scale })(noise, 0.5)).to.throw(ShapeError);
    const short = noiseToData((x) => x.slice([[0, 1]]));
    expect(() => guidedVelocityField(short, unconditional, { scale: 2 })(noise, 0.5)).to.throw(
      ShapeError,
      /velocity/,
    );
  });
});
