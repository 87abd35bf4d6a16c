/**
 * Generates handwritten digits by MeanFlow. The network learns the average velocity of the whole way from
 * noise to data, so that one evaluation makes an image.
 *
 * npx tsx docs/examples/digits.ts
 */
import { random, type Tensor, tensor } from 'fluxion';
import {
  adam,
  cosineSchedule,
  digits,
  meanFlowLoss,
  mlpVelocityNetwork,
  nearestNeighbourAgreement,
  sampleMeanFlow,
  sampleTimes,
  shuffledBatches,
  standardize,
  train,
  type VelocityParameters,
  warmUp,
} from 'fluxion/flows';

const [steps, batchSize] = [400, 256];
const [networkKey, batchKey, trainKey, sampleKey] = random.split(random.key(0), 4);
const { images, labels, classCount } = digits(); // 1,797 images of 8 × 8 pixels, 0 (paper) to 16 (ink)
const { data, restore } = standardize(images);

// In MeanFlow, the time 0 is data and 1 is noise. u(z, r, t) leads from z at time t back to time r.
const network = mlpVelocityNetwork({
  features: 64,
  classes: classCount,
  hidden: 160,
  layers: 3,
  frequencies: 2,
});
const averageOf = (p: VelocityParameters) => (z: Tensor, r: Tensor, t: Tensor, label: Tensor) =>
  network.apply(p, z, r, t, label);

const { average, curves } = train({
  parameters: network.initialise(networkKey),
  optimizer: adam(),
  schedule: warmUp({ steps: 50, followedBy: cosineSchedule({ from: 5e-3, steps: steps - 50 }) }),
  steps,
  ema: 0.98,
  batches: shuffledBatches({ data, labels }, { batchSize, key: batchKey }),
  key: trainKey,
  loss: (p, batch, key) => {
    const [noiseKey, timeKey] = random.split(key);
    const noise = random.normal(noiseKey, batch.data.shape);
    // Times are uniform, and half of them have r ≠ t. Sampling in one step uses r = 0 and t = 1; the paper's
    // logit-normal times rarely come near this corner. The batch is shuffled, so the samples with r = t may
    // come first; they need no derivative.
    const shares = { distribution: 'uniform', differentShare: 0.5, instantsFirst: true } as const;
    const times = sampleTimes(timeKey, batchSize, shares);
    return meanFlowLoss(averageOf(p), { ...batch, noise, ...times }, { gamma: 0.5 });
  },
});
// The weighted loss hides the progress. So we watch the error before the weight.
const { rawError = [] } = curves;
console.log(`raw error ${rawError[0]?.toFixed(0)} → ${rawError.at(-1)?.toFixed(0)}`);

const classes = Array.from({ length: 200 }, (_, i) => i % 10);
const asked = tensor(classes, { dtype: 'int32' });
const noise = random.normal(sampleKey, [200, 64]);
const generated = restore(sampleMeanFlow(averageOf(average), noise, { steps: 1, labels: asked }).x);
for (const first of [0, 5]) console.log(`\n${draw(generated.slice([[first, first + 5]]))}`);

const agreement = nearestNeighbourAgreement(generated, asked, images, labels);
console.log(
  `\none evaluation each; nearest real digits are of the class asked for: ${(100 * agreement).toFixed(0)} %`,
);

/** Five images side by side, in characters from paper to ink. */
function draw(images: Tensor): string {
  const shade = (ink: number) =>
    ' .:-=+*#%@'.charAt(Math.round((9 / 16) * Math.min(Math.max(ink, 0), 16))).repeat(2);
  const rows = images.reshape([5, 8, 8]).transpose([1, 0, 2]).toArray() as number[][][];
  return rows.map((row) => row.map((pixels) => pixels.map(shade).join('')).join(' ')).join('\n');
}
