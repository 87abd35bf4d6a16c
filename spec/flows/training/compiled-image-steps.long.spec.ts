/** Compiled training steps are the eager ones, bit for bit: the networks of images. */

import { random, type Tensor } from '../../../autograd/index.ts';
import { dropLabels, meanFlowLoss, sampleTimes } from '../../../flows/losses/index.ts';
import { transformerVelocityNetwork, unetVelocityNetwork } from '../../../flows/networks/index.ts';
import {
  adam,
  cosineSchedule,
  shuffledBatches,
  type TrainingOptions,
} from '../../../flows/training/index.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { expectCompiled, steps } from './compiled-run.ts';

const images = random.normal(random.key(5), [20, 4, 4, 1]);
const labels = random.randint(random.key(6), [20], 0, 3);

/** MeanFlow with labels: guided, some labels dropped. */
function meanFlowOptions<P>(network: {
  initialise(key: random.Key): P;
  apply(parameters: P, z: Tensor, r: Tensor, t: Tensor, labels?: Tensor): Tensor;
  readonly nullClass: number;
}): TrainingOptions<P, { data: Tensor; labels: Tensor }> {
  const { nullClass } = network;
  return {
    parameters: network.initialise(random.key(8)),
    optimizer: adam(),
    schedule: cosineSchedule({ from: 0.05, steps }),
    steps,
    key: random.key(3),
    ema: 0.9,
    batches: shuffledBatches({ data: images, labels }, { batchSize: 4, key: random.key(9) }),
    loss: (parameters, batch, key) => {
      const [noiseKey, timeKey, labelKey] = random.split(key, 3);
      const noise = random.normal(noiseKey, batch.data.shape);
      const asked = dropLabels(labelKey, batch.labels, 0.3, nullClass);
      const { loss, rawError } = meanFlowLoss(
        (z, r, t, c) => network.apply(parameters, z, r, t, c),
        { data: batch.data, noise, labels: asked, ...sampleTimes(timeKey, 4, { differentShare: 0.5 }) },
        { guidance: { scale: 2, nullClass } },
      );
      return { loss, rawError };
    },
  };
}

const small = { classes: 3, frequencies: 2 };
const square4 = { height: 4, width: 4, ...small };

describe('compiled training steps of networks of images', function () {
  this.timeout(300_000); // in plain JavaScript

  useVectors();

  it('are the eager ones: MeanFlow with labels and guidance, by the U-Net and the transformer', () => {
    const unet = unetVelocityNetwork({ widths: [4, 6], groups: 2, ...square4 });
    expectCompiled(() => meanFlowOptions(unet));
    const transformer = transformerVelocityNetwork({ hidden: 8, layers: 1, heads: 2, ...square4 });
    expectCompiled(() => meanFlowOptions(transformer));
  });
});
