/** Losses and their gradients on XLA: those of `fluxion train` with each network, and all of flows/losses. */
import { expect } from 'chai';
import {
  flattenTree,
  mapTree,
  random,
  type Tensor,
  tensor,
  treeLeaves,
  valueAndGrad,
} from '../../autograd/index.ts';
import { lossFor, networkFor } from '../../flows/fit/learning.ts';
import { defaultSettings, type Method, type NetworkName } from '../../flows/fit/settings.ts';
import { flowMapVelocity } from '../../flows/flow-map.ts';
import {
  alphaFlowLoss,
  conditionalFlowMatchingLoss,
  consistencyFlowMatchingLoss,
  flowMatchingLoss,
  improvedMeanFlowLoss,
  meanFlowLoss,
  rectifiedFlowLoss,
  selfDistillationLoss,
  shortcutLoss,
  splitMeanFlowLoss,
} from '../../flows/losses/index.ts';
import { optimalTransportPath } from '../../flows/paths/index.ts';
import { noiseToData } from '../../flows/time.ts';
import {
  batch,
  data,
  model,
  noise,
  type Parameters,
  parameters,
  r,
  reversedBatch,
  t,
} from '../flows/losses/example.ts';
import { type Program, runOnXla } from './programs.ts';

const velocity = (p: Parameters) => noiseToData((x, time) => model(p)(x, time, time));
const pair = { x0: noise, x1: data };
const half = t.subtract(r).multiply(0.25);

const losses: Readonly<Record<string, (p: Parameters) => Tensor>> = {
  flowMatchingLoss: (p) =>
    flowMatchingLoss(
      velocity(p),
      noiseToData((x) => x.multiply(2)),
      { x: data, t },
    ),
  conditionalFlowMatchingLoss: (p) =>
    conditionalFlowMatchingLoss(velocity(p), optimalTransportPath(), { ...pair, t }),
  rectifiedFlowLoss: (p) => rectifiedFlowLoss(velocity(p), { ...pair, t }),
  consistencyFlowMatchingLoss: (p) =>
    consistencyFlowMatchingLoss(velocity(p), { ...pair, t: t.multiply(0.9) }).loss,
  meanFlowLoss: (p) => meanFlowLoss(model(p), batch).loss,
  alphaFlowLoss: (p) => alphaFlowLoss(model(p), batch, { alpha: 0.5 }).loss,
  splitMeanFlowLoss: (p) => splitMeanFlowLoss(model(p), { ...batch, lambda: t.multiply(0).add(0.3) }),
  improvedMeanFlowLoss: (p) => improvedMeanFlowLoss(model(p), batch).loss,
  selfDistillationLoss: (p) => selfDistillationLoss(flowMapVelocity(model(p)), reversedBatch),
  shortcutLoss: (p) => shortcutLoss(flowMapVelocity(model(p)), { ...pair, t: r.multiply(0.5), d: half }),
};

interface Case extends Program {
  readonly tolerance: number;
}

const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, exampleCase(loss)])),
  ...Object.fromEntries(
    (['mlp', 'unet', 'transformer'] as const).flatMap((network) =>
      (['cfm', 'meanflow'] as const).map((method) => [
        `${method} of ${network}`,
        networkCase(network, method),
      ]),
    ),
  ),
};

describe('losses and gradients on XLA', function () {
  this.timeout(600_000);
  let results: ReturnType<typeof runOnXla>;

  before(() => {
    results = runOnXla(cases);
  });

  for (const [name, { fn, inputs, tolerance }] of Object.entries(cases)) {
    it(name, () => {
      const result = results[name];
      if (!Array.isArray(result)) throw result;
      const wanted = fn(...inputs);
      const largest = Math.max(...wanted.flatMap((x) => Array.from(x.toTypedArray(), Math.abs)));
      wanted.forEach((x, k) => {
        const got = (result[k] as Tensor).toTypedArray();
        x.toTypedArray().forEach((y, i) => {
          expect(Math.abs((got[i] as number) - y) / largest, `result ${k}, element ${i}`).to.be.below(
            tolerance,
          );
        });
      });
    });
  }
});

function exampleCase(loss: (p: Parameters) => Tensor): Case {
  const fn = (w: Tensor, s: Tensor) => treeLeaves(valueAndGrad(loss)({ w, s })) as readonly Tensor[];
  return { fn: fn as Program['fn'], inputs: [parameters.w, parameters.s], tolerance: 1e-12 };
}

/** A step of `fluxion train` on images, without the optimiser: from parameters, data, labels and a key. */
function networkCase(name: NetworkName, method: Method): Case {
  const settings = { ...defaultSettings, network: name, method, hidden: 8, layers: 1, batchSize: 8 };
  const network = networkFor(settings, { features: 64, classes: 3, image: { height: 8, width: 8 } });
  // Nothing is at zero, as after training.
  const initial = mapTree(
    (x) => x.add(random.normal(random.key(5), x.shape).multiply(0.1)),
    network.initialise(random.key(0)),
  ) as typeof network extends { initialise(key: Tensor): infer P } ? P : never;
  const { leaves, rebuild } = flattenTree(initial);
  const loss = lossFor(settings, network, { instantsApart: false });
  const fn = (images: Tensor, labels: Tensor, key: random.Key, ...weights: Tensor[]) => {
    const ofWeights = (p: typeof initial) => loss(p, { data: images, labels }, key).loss;
    return treeLeaves(valueAndGrad(ofWeights)(rebuild(weights) as typeof initial)) as readonly Tensor[];
  };
  const images = random.normal(random.key(1), [8, 64]);
  const labels = tensor(Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1));
  return {
    fn: fn as Program['fn'],
    inputs: [images, labels, random.key(2), ...(leaves as Tensor[])],
    tolerance: 1e-5,
  };
}
