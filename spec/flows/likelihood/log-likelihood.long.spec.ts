import { expect } from 'chai';
import {
  ArgumentError,
  concatenate,
  exp,
  grad,
  LevelError,
  matmul,
  mean,
  random,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  tanh,
  zerosLike,
} from '../../../autograd/index.ts';
import {
  adam,
  dataToNoise,
  logLikelihood,
  logLikelihoodAdjoint,
  marginalField,
  noiseToData,
  optimalTransportPath,
  reverseTime,
  sampleWithLogLikelihood,
  varianceExplodingPath,
} from '../../../flows/index.ts';
import { gaussianVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64 } from '../support.ts';

const fine = { method: 'dormandPrince54', relativeTolerance: 1e-10, absoluteTolerance: 1e-10 } as const;

/** log N(x | μ, s² I) by hand. */
function gaussianLogDensity(x: Tensor, mu: number, s: number): Tensor {
  const events = reshape(x, [x.shape[0] as number, -1]);
  const squares = sum(events.subtract(mu).square(), { axes: 1 });
  return squares
    .divide(-2 * s * s)
    .subtract((events.shape[1] as number) * Math.log(s * Math.sqrt(2 * Math.PI)));
}

/** The linear field u = Ax on events [2, 3]: x(1) = e^A x(0), and the divergence is tr A everywhere. */
const diagonal = f64([0.5, -0.3, 0.2, 0.4, -0.1, 0.6]); // tr A = 1.3
const basis = (() => {
  // Householder: an orthogonal Q, so that A = Q D Qᵀ and e^{−A} = Q e^{−D} Qᵀ
  const v = normal64(11, [6, 1]);
  const outer = matmul(v, v.transpose()).multiply(f64(2).divide(sum(v.square())));
  return f64(
    Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0))),
  ).subtract(outer);
})();
const conjugated = (d: Tensor) => matmul(basis.multiply(d), basis.transpose());
const onEvents = (x: Tensor, a: Tensor) => reshape(matmul(reshape(x, [-1, 6]), a), x.shape);
const linear = noiseToData((x) => onEvents(x, conjugated(diagonal)));

describe('logLikelihood', () => {
  it('of a linear field u = Ax is log N(e^{−A}x) − tr A, on events [2, 3], in both conventions of time', () => {
    const x = normal64(0, [4, 2, 3]);
    const latent = onEvents(x, conjugated(exp(diagonal.negate())));
    const wanted = gaussianLogDensity(latent, 0, 1).subtract(1.3);
    for (const velocity of [linear, reverseTime(linear)]) {
      const { logDensity, latent: found, evaluations } = logLikelihood(velocity, x, fine);
      expectClose(logDensity, wanted, 1e-9);
      expectClose(found, latent, 1e-9);
      expect(evaluations).to.be.above(10);
      expectClose(logLikelihood(velocity, x).logDensity, wanted, 1e-4); // the defaults
      expectClose(logLikelihood(velocity, x, { steps: 30 }).logDensity, wanted, 1e-7);
    }
  });

  it('of the exact velocity is the log-density of the data: a Gaussian', () => {
    const s = 0.6;
    const x = normal64(1, [5, 3]).multiply(s);
    const { logDensity, latent } = logLikelihood(dataToNoise(gaussianVelocity(s)), x, fine);
    expectClose(logDensity, gaussianLogDensity(x, 0, s), 1e-8);
    expectClose(latent, x.divide(s), 1e-8);
  });

  it('of the exact velocity is the log-density of the data: a mixture, whose divergence is no constant', () => {
    const mixture = {
      means: f64([
        [-1, 0.5],
        [2, 0],
        [0, -1],
      ]),
      deviations: f64([0.5, 0.3, 0.8]),
      weights: f64([0.5, 0.2, 0.3]),
    };
    const { velocity, logDensity } = marginalField(optimalTransportPath(), mixture);
    const x = normal64(2, [6, 2]);
    expectClose(logLikelihood(velocity, x, fine).logDensity, logDensity(x, 1), 1e-7);
  });

  it('with the noise of a variance-exploding path, and another time for the data', () => {
    const path = varianceExplodingPath({ sigmaMin: 0.1, sigmaMax: 20 });
    const { velocity, logDensity } = marginalField(path, { means: f64([[1, -1]]), deviations: f64([0.5]) });
    const x = normal64(3, [4, 2]);
    const noiseLogDensity = (z: Tensor) => logDensity(z, 0);
    const found = logLikelihood(velocity, x, { ...fine, noiseLogDensity, dataTime: 0.9 });
    expectClose(found.logDensity, logDensity(x, 0.9), 1e-8);
  });

  it('of a variance-exploding path wants its noise, of deviation σ_max: with the standard normal it is wrong by far', () => {
    const path = varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 50 });
    const { velocity, logDensity } = marginalField(path, { means: f64([[1, -1]]), deviations: f64([0.5]) });
    const x = normal64(3, [4, 2])
      .multiply(0.5)
      .add(f64([[1, -1]]));
    const wanted = logDensity(x, 1);
    // The noise that ends at one point: N(0, σ_max² I) for the point 0; the data's own width and place, 1
    // beside 50, are lost in it
    const noiseLogDensity = (z: Tensor) => path.logDensity(z, zerosLike(z), 0);
    expectClose(noiseLogDensity(x.multiply(50)), gaussianLogDensity(x.multiply(50), 0, 50), 1e-12);
    const found = logLikelihood(velocity, x, { ...fine, noiseLogDensity }).logDensity;
    expect(found.subtract(wanted).abs().max().item()).to.be.below(0.1);
    const standard = logLikelihood(velocity, x, fine).logDensity;
    expect(wanted.subtract(standard).min().item()).to.be.above(100);
  });

  it("the density of any network's flow integrates to one", () => {
    const w = [normal64(20, [2, 16]), normal64(21, [16, 1])] as const;
    const network = noiseToData((x, t) => matmul(tanh(matmul(concatenate([x, t], 1), w[0])), w[1]).divide(2));
    const [from, to, count] = [-12, 12, 1201];
    const x = reshape(f64(Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))), [
      count,
      1,
    ]);
    const { logDensity } = logLikelihood(network, x, { steps: 40 });
    const integral = sum(exp(logDensity)).item() * ((to - from) / (count - 1));
    expect(integral).to.be.closeTo(1, 1e-6);
    // the flow is more than a shift: without its divergence the density would not integrate to one
    const naive = sum(exp(gaussianLogDensity(logLikelihood(network, x, { steps: 40 }).latent, 0, 1))).item();
    expect(Math.abs(naive * ((to - from) / (count - 1)) - 1)).to.be.above(0.05);
  });

  it("Hutchinson's estimate: one draw per solve, reproducible, right on average", () => {
    const x = normal64(5, [2, 2, 3]);
    const exact = logLikelihood(linear, x, { steps: 5 }).logDensity;
    for (const divergence of ['rademacher', 'gaussian'] as const) {
      const estimate = (key: random.Key) =>
        logLikelihood(linear, x, { steps: 5, divergence, key }).logDensity;
      expectClose(estimate(random.key(1)), estimate(random.key(1)), 0);
      // all steps use one probe: for a field that is linear in x and constant in t, two step counts give the
      // same εᵀAε
      const other = logLikelihood(linear, x, { steps: 9, divergence, key: random.key(1) }).logDensity;
      expectClose(estimate(random.key(1)), other, 1e-4);
      const draws = random.split(random.key(2), 200).map((key) => estimate(key).subtract(exact));
      const errors = draws.map((draw) => mean(draw).item());
      const average = errors.reduce((a, b) => a + b) / errors.length;
      const deviation = Math.sqrt(errors.reduce((a, b) => a + (b - average) ** 2, 0) / errors.length);
      expect(deviation).to.be.above(0.1);
      expect(Math.abs(average)).to.be.below((4 * deviation) / Math.sqrt(errors.length));
    }
  });

  it('is differentiable: the score of the model, and the derivative by A', () => {
    const x = normal64(6, [3, 2, 3]);
    // ∇ log p = −e^{−2A} x, and d/dD (Σ over the batch) = Σ (Qᵀe^{−A}x)² − 1 for each eigenvalue
    const score = grad((y: Tensor) => sum(logLikelihood(linear, y, { steps: 20 }).logDensity))(x);
    expectClose(score, onEvents(x, conjugated(exp(diagonal.multiply(-2)))).negate(), 1e-6);
    const byEigenvalues = grad((d: Tensor) =>
      sum(
        logLikelihood(
          noiseToData((y) => onEvents(y, conjugated(d))),
          x,
          fine,
        ).logDensity,
      ),
    )(diagonal);
    const rotated = matmul(reshape(x, [3, 6]), basis).multiply(exp(diagonal.negate()));
    expectClose(byEigenvalues, sum(rotated.square().subtract(1), { axes: 0 }), 1e-6);
  });

  it('trains a continuous normalising flow by maximum likelihood, to the entropy of the data', () => {
    // The flow x ↦ e^a·x + b·(e^a − 1)/a reaches any Gaussian; the best one has the mean and deviation of the
    // data
    const data = normal64(7, [256, 1]).multiply(0.5).add(2);
    const [m, s] = [mean(data).item(), Math.sqrt(mean(data.subtract(mean(data)).square()).item())];
    const loss = ({ a, b }: { a: Tensor; b: Tensor }) =>
      mean(
        logLikelihood(
          noiseToData((x) => x.multiply(a).add(b)),
          data,
          { steps: 4 },
        ).logDensity,
      ).negate();
    const optimizer = adam();
    let parameters = { a: f64(0), b: f64(0) };
    let state = optimizer.initialise(parameters);
    const before = loss(parameters).item();
    for (let i = 0; i < 250; i++) {
      [parameters, state] = optimizer.update(grad(loss)(parameters), state, parameters, 0.05);
    }
    const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * s * s);
    expect(before).to.be.above(entropy + 1);
    expect(loss(parameters).item()).to.be.closeTo(entropy, 1e-3);
    expect(parameters.a.item()).to.be.closeTo(Math.log(s), 0.02);
    const shift = (parameters.b.item() * Math.expm1(parameters.a.item())) / parameters.a.item();
    expect(shift).to.be.closeTo(m, 0.02);
  });

  it('works in float32', () => {
    const x = normal64(8, [4, 2, 3]).cast('float32');
    const { logDensity } = logLikelihood(linear32(), x);
    expect(logDensity.dtype).to.equal('float32');
    const wanted = gaussianLogDensity(
      onEvents(x.cast('float64'), conjugated(exp(diagonal.negate()))),
      0,
      1,
    ).subtract(1.3);
    expectClose(logDensity.cast('float64'), wanted, 1e-4);
  });

  it('wrong calls get clear errors', () => {
    const x = normal64(9, [2, 2, 3]);
    const run = (options: object) => () => logLikelihood(linear, x, options);
    expect(run({ divergence: 'rademacher' })).to.throw(ArgumentError, /give it a key/);
    expect(run({ divergence: 'exact', key: random.key(0) })).to.throw(ArgumentError, /draws nothing/);
    expect(run({ divergence: 'skilling', key: random.key(0) })).to.throw(ArgumentError, /'skilling'/);
    expect(run({ tolerance: 1e-3 })).to.throw(ArgumentError, /unknown option 'tolerance'/);
    expect(run({ method: 'heun' })).to.throw(ArgumentError, /steps/);
    expect(() =>
      logLikelihood(
        noiseToData((y) => y.sum()),
        x,
      ),
    ).to.throw(ShapeError);
    expect(() => logLikelihood(((y: Tensor) => y) as never, x)).to.throw(
      ArgumentError,
      /noiseToData or dataToNoise/,
    );
  });
});

function linear32() {
  const a = conjugated(diagonal).cast('float32');
  return noiseToData((x) => onEvents(x, a));
}

describe('logLikelihoodAdjoint', () => {
  const parameters = { first: normal64(30, [3, 8]), second: normal64(31, [8, 2]).divide(2) };
  const velocityOf = ({ first, second }: typeof parameters) =>
    noiseToData((x, t) => matmul(tanh(matmul(concatenate([x, t], 1), first)), second));
  const x = normal64(32, [3, 2]);
  const both = { argument: [0, 1] } as const;

  for (const [name, options] of Object.entries({
    'equal steps': { steps: 30 },
    'adaptive steps': fine,
    'an estimated divergence': { steps: 30, divergence: 'rademacher', key: random.key(3) },
  } as const)) {
    it(`has the value and the gradients of logLikelihood, with ${name}`, () => {
      const direct = (p: typeof parameters, y: Tensor) =>
        sum(logLikelihood(velocityOf(p), y, options).logDensity);
      const adjoint = (p: typeof parameters, y: Tensor) =>
        sum(logLikelihoodAdjoint(velocityOf, p, y, options).logDensity);
      expectClose(adjoint(parameters, x), direct(parameters, x), 1e-12);
      expectTreesClose(grad(adjoint, both)(parameters, x), grad(direct, both)(parameters, x), 1e-6);
    });
  }

  it('gives the latent noise too, and will not be handed parameters behind its back', () => {
    const { latent } = logLikelihoodAdjoint(velocityOf, parameters, x, { steps: 10 });
    expectClose(latent, logLikelihood(velocityOf(parameters), x, { steps: 10 }).latent, 1e-14);
    const closed = (p: typeof parameters) =>
      sum(logLikelihoodAdjoint(() => velocityOf(p), [], x, { steps: 4 }).logDensity);
    expect(() => grad(closed)(parameters)).to.throw(LevelError, /pass it as one/);
  });
});

describe('sampleWithLogLikelihood', () => {
  it('gives each sample the log-density that logLikelihood finds for it, whichever way time runs', () => {
    const noise = normal64(10, [4, 2, 3]);
    for (const velocity of [linear, reverseTime(linear)]) {
      const { x, logDensity } = sampleWithLogLikelihood(velocity, noise, fine);
      expectClose(x, onEvents(noise, conjugated(exp(diagonal))), 1e-9);
      expectClose(logDensity, gaussianLogDensity(noise, 0, 1).subtract(1.3), 1e-9);
      expectClose(logDensity, logLikelihood(velocity, x, fine).logDensity, 1e-8);
    }
  });

  it('samples of a Gaussian have the density of a Gaussian', () => {
    const { x, logDensity } = sampleWithLogLikelihood(
      dataToNoise(gaussianVelocity(0.7)),
      normal64(12, [6, 2]),
      fine,
    );
    expectClose(logDensity, gaussianLogDensity(x, 0, 0.7), 1e-8);
  });
});
