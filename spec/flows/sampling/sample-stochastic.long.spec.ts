import { expect } from 'chai';
import { ArgumentError, mean, random, type Shape, ShapeError, type Tensor } from '../../../autograd/index.ts';
import {
  marginalField,
  noiseToData,
  optimalTransportPath,
  reversePredictionTime,
  reverseTime,
  sampleFlow,
  sampleStochastic,
  score,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const n = 10_000;
const [m, s] = [1.5, 0.4];
// N(m, s²) on the OT path, in closed form: p_t = N(t·m, (t·s)² + (1 − t)²)
const variance = (t: Tensor) => t.multiply(s).square().add(t.negate().add(1).square());
const exactScore = score('noiseToData', (x, t) => t.multiply(m).subtract(x).divide(variance(t)));
const velocity = noiseToData((x, t) => {
  const slope = t.multiply(s * s).add(t.subtract(1)); // half the rate of the variance
  return exactScore(x, t).multiply(slope).negate().add(m);
});
const noise = normal64(0, [n, 1]);
const key = random.key(1);
const moments = (x: Tensor) => ({
  mean: mean(x).item(),
  variance: mean(x.subtract(mean(x)).square()).item(),
});

/** Expects the mean and the variance within four standard errors plus the bias of the steps. */
function expectGaussian(x: Tensor, mu: number, sigma: number, bias: number): void {
  const found = moments(x);
  expect(Math.abs(found.mean - mu)).to.be.below((4 * sigma) / Math.sqrt(x.size) + bias);
  expect(Math.abs(found.variance / sigma ** 2 - 1)).to.be.below(4 * Math.sqrt(2 / x.size) + bias);
}

describe('sampleStochastic', () => {
  it('the closed forms are those of the exact field', () => {
    const exact = marginalField(optimalTransportPath(), { means: f64([[m]]), deviations: f64([s]) });
    const [few, t] = [noise.slice([[0, 4]]), f64([[0], [0.2], [0.7], [1]])];
    expectClose(velocity(few, t), exact.velocity(few, t), 1e-12);
    expectClose(exactScore(few, t), exact.score(few, t), 1e-12);
  });

  for (const [name, diffusion] of Object.entries({
    'no noise': 0,
    'some noise': 0.7,
    'much noise': 2,
    'noise that falls': (t: number) => 2 * (1 - t),
  })) {
    it(`keeps the marginals of a Gaussian at every time, with ${name}`, () => {
      const { states, times } = sampleStochastic(velocity, exactScore, noise, {
        steps: 200,
        diffusion,
        key,
        trajectory: true,
      });
      for (const i of [50, 100, 150, 200]) {
        const t = times[i]!;
        expectGaussian(states[i]!, t * m, Math.hypot(t * s, 1 - t), 0.03);
      }
    });
  }

  it('does so in the other convention, and on a variance-preserving path with its own diffusion √β', () => {
    const backwards = reverseTime(velocity);
    const back = reversePredictionTime(exactScore);
    expectGaussian(sampleStochastic(backwards, back, noise, { diffusion: 1, key }).x, m, s, 0.03);
    const diffusion = (t: number) => Math.sqrt(0.1 + (1 - t) * 19.9);
    const preserving = marginalField(variancePreservingPath(), { means: f64([[m]]), deviations: f64([s]) });
    const few = noise.slice([[0, 2000]]);
    const { x } = sampleStochastic(preserving.velocity, variancePreservingPath(), few, {
      steps: 200,
      diffusion,
      key,
    });
    expectGaussian(x, m, s, 0.05);
  });

  it('the bias of the variance falls with the length of the steps', () => {
    const bias = (steps: number) => {
      const { x } = sampleStochastic(velocity, exactScore, noise, { steps, diffusion: 2, key });
      return Math.abs(moments(x).variance / s ** 2 - 1);
    };
    expect(bias(200)).to.be.below(bias(25) / 3);
  });

  it('takes the score from the velocity on its path, without another evaluation, in either convention', () => {
    const few = noise.slice([[0, 5]]);
    const options = { steps: 10, diffusion: 0.7, key };
    const wanted = sampleStochastic(velocity, exactScore, few, options).x;
    let count = 0;
    const counted = noiseToData((x, t) => {
      count++;
      return velocity(x, t);
    });
    expectClose(sampleStochastic(counted, optimalTransportPath(), few, options).x, wanted, 1e-12);
    expect(count).to.equal(10);
    expectClose(
      sampleStochastic(reverseTime(velocity), optimalTransportPath(), few, options).x,
      wanted,
      1e-12,
    );
  });

  it('without the score, or with its sign wrong, the noise shows', () => {
    const wrong = [(x: Tensor) => x.multiply(0), (x: Tensor, t: Tensor) => exactScore(x, t).negate()];
    for (const mistaken of wrong) {
      const { x } = sampleStochastic(velocity, score('noiseToData', mistaken), noise, {
        diffusion: 0.7,
        key,
      });
      expect(moments(x).variance / s ** 2).to.be.above(1.5);
    }
  });

  it('with diffusion 0 is the flow by Euler, and asks for no score', () => {
    const few = noise.slice([[0, 5]]);
    const never = score('noiseToData', () => {
      throw new Error('asked for a score');
    });
    const { x, evaluations } = sampleStochastic(velocity, never, few, { steps: 20, diffusion: 0, key });
    expectClose(x, sampleFlow(velocity, few, { steps: 20, method: 'euler' }).x, 0);
    expect(evaluations).to.equal(20);
  });

  it('gives velocity and score times of shape [batch, 1], events of any shape, and follows given times', () => {
    const shapes: Shape[] = [];
    const seen: number[] = [];
    const watch = (x: Tensor, t: Tensor) => {
      shapes.push(t.shape);
      seen.push(t.slice([0, 0]).item());
      return x;
    };
    sampleStochastic(noiseToData(watch), score('noiseToData', watch), normal64(2, [3, 2, 2]), {
      times: [0, 0.25, 1],
      diffusion: 1,
      key,
    });
    expect(shapes).to.deep.equal([0, 1, 2, 3].map(() => [3, 1]));
    expect(seen).to.deep.equal([0, 0, 0.25, 0.25]);
  });

  it('wrong calls get clear errors', () => {
    const few = noise.slice([[0, 5]]);
    const run = (options: object) => () =>
      sampleStochastic(velocity, exactScore, few, { diffusion: 1, key, ...options });
    expect(run({ times: [1, 0] })).to.throw(ArgumentError, /from noise \(0\) to data \(1\)/);
    expect(run({ times: [0, 1], steps: 3 })).to.throw(ArgumentError, /with times/);
    expect(run({ diffusion: -1 })).to.throw(ArgumentError, /diffusion coefficient ≥ 0/);
    expect(run({ noise: 1 })).to.throw(ArgumentError, /unknown option 'noise'/);
    const flat = score('noiseToData', (x) => x.sum());
    expect(() => sampleStochastic(velocity, flat, few, { diffusion: 1, key })).to.throw(
      ShapeError,
      /a score/,
    );
    const other = reversePredictionTime(exactScore);
    // @ts-expect-error its time runs the other way
    expect(() => sampleStochastic(velocity, other, few, { diffusion: 1, key })).to.throw(
      ArgumentError,
      /'dataToNoise'/,
    );
    // @ts-expect-error a velocity is no score
    expect(() => sampleStochastic(velocity, velocity, few, { diffusion: 1, key })).to.throw(
      ArgumentError,
      /score\(/,
    );
  });
});
