import { expect } from 'chai';
import { concatenate, random, type Shape, ShapeError, type Tensor, tensor } from '../../autograd/index.ts';
import {
  alphaFlowLoss,
  conditionalFlowMatchingLoss,
  consistencyFlowMatchingLoss,
  flowMapVelocity,
  guidedVelocityField,
  improvedMeanFlowLoss,
  logLikelihood,
  logLikelihoodAdjoint,
  marginalField,
  meanFlowLoss,
  noiseToData,
  optimalTransportPath,
  pathEnergy,
  rectifiedFlowLoss,
  sampleFlow,
  sampleMeanFlow,
  sampleStochastic,
  sampleTimes,
  sampleWithLogLikelihood,
  score,
  selfDistillationLoss,
  shortcutLoss,
  splitMeanFlowLoss,
  straightness,
} from '../../flows/index.ts';
import { expectClose, f64, normal64 } from './support.ts';

const size = 4;
const path = optimalTransportPath({ sigmaMin: 0.1 });
const key = random.key(1);
const labels = tensor(new Int32Array([0, 1, 2, 0]));
const times = sampleTimes(random.key(3), size, { dtype: 'float64' });
const velocity = noiseToData((x, t) => x.sin().multiply(t));
const u = (z: Tensor, r: Tensor, t: Tensor) => z.sin().multiply(t).add(r);
const map = flowMapVelocity((x, s, t) => x.multiply(t).add(s));

/**
 * All functions that take events. Each gets its input in the same shape: [batch] for numbers, [batch, 1] for
 * vectors of length one.
 */
const operations: Readonly<Record<string, (as: (x: Tensor) => Tensor) => Tensor>> = {
  marginalField: (as) => exact(as).velocity(as(normal64(0, [size])), as(times.t)),
  sampleFlow: (as) => sampleFlow(exact(as).velocity, as(normal64(0, [size]))).x,
  'sampleFlow, adaptive': (as) =>
    sampleFlow(exact(as).velocity, as(normal64(0, [size])), { relativeTolerance: 1e-4 }).x,
  'sampleFlow, guided': (as) =>
    sampleFlow(
      guidedVelocityField(exact(as).velocity, velocity, { scale: 2, interval: [0, 0.5] }),
      as(normal64(0, [size])),
    ).x,
  sampleStochastic: (as) => stochastic(as, path),
  'sampleStochastic by a score': (as) => stochastic(as, score('noiseToData', exact(as).score)),
  sampleMeanFlow: (as) => sampleMeanFlow(u, as(normal64(0, [size])), { steps: 3 }).x,
  logLikelihood: (as) => logLikelihood(velocity, as(normal64(0, [size]))).logDensity,
  'logLikelihood, estimated': (as) =>
    logLikelihood(velocity, as(normal64(0, [size])), { divergence: 'rademacher', key }).logDensity,
  logLikelihoodAdjoint: (as) => logLikelihoodAdjoint(() => velocity, [], as(normal64(0, [size]))).logDensity,
  sampleWithLogLikelihood: (as) => sampleWithLogLikelihood(velocity, as(normal64(0, [size]))).logDensity,
  pathEnergy: (as) => f64(pathEnergy(velocity, as(normal64(0, [size])))),
  straightness: (as) => straightness(velocity, as(normal64(0, [size]))),
  meanFlowLoss: (as) => meanFlowLoss(u, meanFlowBatch(as)).loss,
  'meanFlowLoss, guided': (as) =>
    meanFlowLoss(u, { ...meanFlowBatch(as), labels }, { guidance: { scale: 2, nullClass: 2 } }).loss,
  improvedMeanFlowLoss: (as) => improvedMeanFlowLoss(u, meanFlowBatch(as)).loss,
  alphaFlowLoss: (as) => alphaFlowLoss(u, meanFlowBatch(as), { alpha: 0.5 }).loss,
  splitMeanFlowLoss: (as) => splitMeanFlowLoss(u, { ...meanFlowBatch(as), lambda: as(times.t) }),
  conditionalFlowMatchingLoss: (as) =>
    conditionalFlowMatchingLoss(velocity, path, pair(as, { t: as(times.t) })),
  rectifiedFlowLoss: (as) => rectifiedFlowLoss(velocity, pair(as, { t: as(times.t) })),
  consistencyFlowMatchingLoss: (as) =>
    consistencyFlowMatchingLoss(velocity, pair(as, { t: as(times.t) })).loss,
  shortcutLoss: (as) => shortcutLoss(map, pair(as, { t: as(times.r), d: as(times.t).multiply(0.1) })),
  selfDistillationLoss: (as) => selfDistillationLoss(map, pair(as, { s: as(times.r), t: as(times.t) })),
};

const exact = (as: (x: Tensor) => Tensor) => marginalField(path, { points: as(f64([1, 2, 3, 5])) });
const stochastic = (
  as: (x: Tensor) => Tensor,
  scores: Parameters<typeof sampleStochastic<'noiseToData'>>[1],
) =>
  sampleStochastic(exact(as).velocity, scores, as(normal64(0, [size])), { steps: 5, diffusion: 0.5, key }).x;
const meanFlowBatch = (as: (x: Tensor) => Tensor) => ({
  ...{ data: as(normal64(1, [size])), noise: as(normal64(2, [size])) },
  ...{ r: as(times.r), t: as(times.t) },
});
const pair = <T>(as: (x: Tensor) => Tensor, further: T) => ({
  ...{ x0: as(normal64(1, [size])), x1: as(normal64(2, [size])) },
  ...further,
});

describe('events that are numbers, of shape []', () => {
  for (const [name, run] of Object.entries(operations)) {
    it(`${name} takes them in shape [batch], and gives what it gives for vectors of one number`, () => {
      const [numbers, vectors] = [run((x) => x.reshape([size])), run((x) => x.reshape([size, 1]))];
      expect(numbers.abs().sum().item()).to.be.within(1e-9, 1e9);
      expectClose(numbers, vectors.reshape(numbers.shape), 1e-12);
      expect(numbers.shape).to.deep.equal(vectors.shape.length === 2 ? [size] : vectors.shape);
    });
  }

  it('the models then see times of shape [batch], as in training', () => {
    const shapes: Shape[] = [];
    const watch = (x: Tensor, ...at: Tensor[]) => {
      shapes.push(...at.map((time) => time.shape));
      return x;
    };
    const noise = normal64(0, [size]);
    sampleFlow(noiseToData(watch), noise, { steps: 1, method: 'euler' });
    sampleStochastic(noiseToData(watch), score('noiseToData', watch), noise, { steps: 1, diffusion: 1, key });
    sampleMeanFlow((z, r, t) => watch(z, r, t), noise);
    logLikelihood(noiseToData(watch), noise, { steps: 1, method: 'euler' });
    expect(shapes).to.deep.equal(Array(6).fill([size]));
  });

  it('but a time of shape [batch] is refused for all other events, and one of shape [batch, 1] for these', () => {
    const { flow } = path;
    const at = f64([0.1, 0.4, 0.5, 0.9]);
    const [numbers, vectors] = [normal64(0, [size]), normal64(0, [size, size])];
    expect(() => flow(vectors, vectors, at)).to.throw(ShapeError, /\[batch, 1\].*got \[4\]/);
    expect(() => flow(numbers, numbers, at.reshape([size, 1]))).to.throw(
      ShapeError,
      /of shape \[batch\], got \[4, 1\]/,
    );
    expectClose(flow(numbers, numbers, at), concatenate([0, 1, 2, 3].map((i) => one(i, at, numbers))), 1e-15);
  });
});

function one(i: number, at: Tensor, x: Tensor): Tensor {
  const row = x.slice([[i, i + 1]]);
  return path.flow(row, row, at.slice([i]));
}
