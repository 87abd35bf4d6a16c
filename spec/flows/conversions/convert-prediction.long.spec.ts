import { expect } from 'chai';
import { ArgumentError, type Tensor, type TensorLike } from '../../../autograd/index.ts';
import {
  type AffinePath,
  type AnyPrediction,
  cosinePath,
  dataFrom,
  dataPrediction,
  flowMatchingLoss,
  linearVariancePreservingPath,
  marginalField,
  type NoisePrediction,
  noiseFrom,
  noisePrediction,
  noiseToData,
  OdeError,
  optimalTransportPath,
  polynomialPath,
  reversePredictionTime,
  type Score,
  sampleFlow,
  score,
  scoreFrom,
  uniformTimes,
  type Velocity,
  varianceExplodingPath,
  variancePreservingPath,
  velocityFrom,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, uniform64 } from '../support.ts';

const paths: readonly AffinePath[] = [
  optimalTransportPath(),
  optimalTransportPath({ sigmaMin: 0.1 }),
  variancePreservingPath(),
  varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 5 }),
  cosinePath(),
  linearVariancePreservingPath(),
  polynomialPath({ exponent: 2 }),
];
const points = f64([
  [-1, 0.5],
  [0.3, 2],
  [1.5, -0.7],
]);
const convert = { velocity: velocityFrom, data: dataFrom, noise: noiseFrom, score: scoreFrom };
type Kind = keyof typeof convert;
const kinds = Object.keys(convert) as readonly Kind[];

/** All four predictions of a finite data set, exact, each from its own definition and not from another. */
function exactPredictions(path: AffinePath): Record<Kind, AnyPrediction<'noiseToData'>> {
  const field = marginalField(path, { points });
  // Expectations over the posterior of the data points, written out
  const expected = (f: (point: Tensor, x: Tensor, t: Tensor) => Tensor) => (x: Tensor, t: Tensor) => {
    const posterior = field.posterior(x, t);
    const terms = [0, 1, 2].map((k) => {
      const weight = posterior.slice([null, [k, k + 1]]);
      return weight.multiply(f(points.slice([[k, k + 1]]), x, t));
    });
    return terms.reduce((a, b) => a.add(b));
  };
  const noise = expected((point, x, t) => x.subtract(path.mean(point, t)).divide(path.deviation(point, t)));
  return {
    velocity: field.velocity,
    data: dataPrediction(
      'noiseToData',
      expected((point) => point),
    ),
    noise: noisePrediction('noiseToData', noise),
    score: score('noiseToData', field.score),
  };
}

describe('conversions between predictions', () => {
  const x = normal64(0, [6, 2]);
  const times: readonly TensorLike[] = [0.15, 0.5, 0.9, uniform64(1, [6, 1], 0.1, 0.9)];

  for (const [index, path] of paths.entries()) {
    for (const from of kinds) {
      for (const to of kinds) {
        it(`${path.name} (${index}): ${from} to ${to} agrees with the exact field`, () => {
          const exact = exactPredictions(path);
          const converted = convert[to](path, exact[from]);
          expect(converted.time).to.equal('noiseToData');
          for (const t of times) expectClose(converted(x, t), exact[to](x, t), 1e-10);
        });
      }
    }
  }

  it('any two conversions in a row are one', () => {
    const path = cosinePath();
    const { velocity } = exactPredictions(path);
    for (const first of kinds) {
      for (const second of kinds) {
        const twice = convert[second](path, convert[first](path, velocity));
        expectClose(velocityFrom(path, twice)(x, 0.3), velocity(x, 0.3), 1e-12);
      }
    }
  });

  it('works in either time convention, and keeps it', () => {
    const path = variancePreservingPath();
    const exact = exactPredictions(path);
    for (const from of kinds) {
      const reversed = reversePredictionTime(exact[from] as Velocity<'noiseToData'>);
      expect(reversed.time).to.equal('dataToNoise');
      for (const to of kinds) {
        const converted = convert[to](path, reversed);
        expect(converted.time).to.equal('dataToNoise');
        const wanted = exact[to](x, 0.3);
        expectClose(converted(x, 0.7), to === 'velocity' ? wanted.negate() : wanted, 1e-11);
      }
    }
  });

  it('a prediction of the data is finite at t = 0 from an OT velocity, the noise at t = 1', () => {
    const path = optimalTransportPath();
    const { velocity } = exactPredictions(path);
    // At t = 0 the posterior is the prior: the mean of the points
    const mean = points.mean({ axes: 0, keepDims: true }).broadcastTo(x.shape);
    expectClose(dataFrom(path, velocity)(x, 0), mean, 1e-14);
    const straight = noiseToData((y) => y.multiply(0).add(2));
    expectClose(noiseFrom(path, straight)(x, 1), x.subtract(2), 1e-15);
  });

  it('an end that a prediction does not know is an OdeError of sampleFlow, which says what to do', () => {
    const path = optimalTransportPath();
    const predicted = (y: Tensor) => y.multiply(0).add(2);
    const ofData = velocityFrom(path, dataPrediction('noiseToData', predicted));
    const atLast =
      /^odeSolve: the velocity is not finite at time 1, .* 'euler' and 'midpoint' do not evaluate the last/;
    expect(() => sampleFlow(ofData, x)).to.throw(OdeError, atLast);
    for (const method of ['euler', 'midpoint'] as const) {
      const { x: samples } = sampleFlow(ofData, x, { method, steps: 20 });
      expectClose(samples, x.multiply(0).add(2), method === 'euler' ? 1e-13 : 1e-12);
    }
    const ofNoise = velocityFrom(path, noisePrediction('noiseToData', predicted));
    expect(() => sampleFlow(ofNoise, x)).to.throw(
      OdeError,
      /at time 0, .* give times that start a little after it/,
    );
    const { x: inside } = sampleFlow(ofNoise, x, { times: uniformTimes(20, { from: 1e-2, to: 1 }) });
    expect(inside.abs().max().item()).to.be.below(1e3);
    const { velocity } = exactPredictions(path);
    expect(velocityFrom(path, velocity)).to.equal(velocity);
  });

  it('works for events of any shape with times [batch, 1]', () => {
    const path = cosinePath();
    const epsilon = noisePrediction('noiseToData', (y) => y.multiply(0.3));
    const images = x.reshape([6, 1, 2, 1]);
    const t = uniform64(2, [6, 1], 0.2, 0.8);
    expectClose(velocityFrom(path, epsilon)(images, t).reshape([6, 2]), velocityFrom(path, epsilon)(x, t), 0);
  });

  it('a mix-up of kinds or of times does not compile, and throws where it is forced', () => {
    const epsilon = noisePrediction('noiseToData', (y) => y);
    const s = score('dataToNoise', (y) => y);
    // @ts-expect-error a prediction of the noise is no velocity
    const asVelocity: Velocity<'noiseToData'> = epsilon;
    // @ts-expect-error nor a score
    const asScore: Score<'noiseToData'> = epsilon;
    // @ts-expect-error a score whose time runs the other way
    const otherTime: Score<'noiseToData'> = s;
    // @ts-expect-error a velocity is no prediction of the noise
    const asNoise: NoisePrediction<'noiseToData'> = noiseToData((y) => y);
    // @ts-expect-error the conversion keeps the convention
    const kept: Velocity<'noiseToData'> = velocityFrom(cosinePath(), s);
    expect([asVelocity, asScore, otherTime, asNoise, kept]).to.have.length(5);
    expect(() => flowMatchingLoss(asVelocity, asVelocity, { x, t: 0.5 })).to.throw(
      ArgumentError,
      /got a prediction of the noise; convert it with velocityFrom/,
    );
    const untold = ((y: Tensor) => y) as unknown as Velocity<'noiseToData'>;
    expect(() => dataFrom(cosinePath(), untold)).to.throw(ArgumentError, /dataFrom: .*time 'undefined'/);
    expect(() => score('forward' as 'noiseToData', (y) => y)).to.throw(ArgumentError, /got 'forward'/);
  });
});
