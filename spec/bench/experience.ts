/**
 * Measures the two sentences of the note that are experience: "optimal transport works best" and "γ = 0.5 and
 * c = 10⁻³ are good". `npx tsx spec/bench/experience.ts` prints two tables. Options: --seeds 2, --steps 2000,
 * --samples 1000, --table paths or --table weights for one of the two.
 *
 * All paths train one network for the same steps on the same batches; likewise all weights. So the tables
 * compare settings at a small budget. They do not say how good any can become.
 */
import { parseArgs } from 'node:util';
import { random, type Tensor, tensor } from '../../autograd/index.ts';
import {
  adam,
  checkerboard,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  digits,
  eightGaussians,
  energyDistance,
  type GaussianPath,
  meanFlowLoss,
  mlpVelocityNetwork,
  moons,
  noiseToData,
  odeSolve,
  optimalTransportPath,
  sampleMeanFlow,
  sampleTimes,
  train,
  varianceExplodingPath,
  variancePreservingPath,
  wasserstein2,
  wasserstein2Floor,
} from '../../flows/index.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2' },
    steps: { type: 'string', default: '2000' },
    samples: { type: 'string', default: '1000' },
    table: { type: 'string', default: 'both' },
  },
});
const [seeds, steps, samples] = [values.seeds, values.steps, values.samples].map(Number) as [
  number,
  number,
  number,
];
const batch = 256;

type Draw = (key: random.Key, count: number) => Tensor;

/** All three have a deviation of about 1 in each coordinate, like the noise. */
const planar: Readonly<Record<string, Draw>> = {
  moons: (key, count) => moons(key, count, { noise: 0.05 }).points,
  'eight Gaussians': (key, count) => eightGaussians(key, count).points.divide(5 / Math.SQRT2),
  checkerboard: (key, count) => checkerboard(key, count).points.divide(2),
};

/** Just before t = 1, where VP's velocity is infinite. */
const lastTime = 1 - 1e-3;
const eulerSteps = [2, 5, 10, 20, 100];

const paths: Readonly<Record<string, GaussianPath>> = {
  OT: optimalTransportPath({ sigmaMin: 0.01 }),
  VP: variancePreservingPath(),
  VE: varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 5 }),
};

/** At γ = 1 the weight is constant, so c does not count. */
const weights: readonly Weight[] = [
  ...[0, 0.5].flatMap((gamma) => [1e-4, 1e-3, 1e-2, 1e-1].map((c) => ({ gamma, c }))),
  { gamma: 1, c: 1e-3 },
];

if (values.table !== 'weights') comparePaths();
if (values.table !== 'paths') compareWeights();

function comparePaths(): void {
  console.log(
    `W₂ of ${samples} samples, by the number of Euler steps; ${seeds} seeds, ${steps} steps of ${batch}\n`,
  );
  console.log(row('data', 'path', ...eulerSteps.map(String), 'floor'));
  for (const [name, draw] of Object.entries(planar)) {
    const floor = wasserstein2Floor(random.key(99), draw, samples);
    for (const [pathName, path] of Object.entries(paths)) {
      const distances = meanOverSeeds((key) => distancesOf(path, draw, key));
      console.log(row(name, pathName, ...distances.map((d) => d.toFixed(3)), floor.toFixed(3)));
    }
  }
}

/** The spread over the seeds tells which differences between the rows mean something. */
function compareWeights(): void {
  console.log('\nMeanFlow in one step: W₂ on moons, energy distance on digits; mean (least to largest)\n');
  console.log(row('γ', 'c', 'moons', 'digits'));
  for (const weight of weights) {
    const found = overSeeds((key) => [oneStepOnMoons(weight, key), oneStepOnDigits(weight, key)]);
    const cells = [0, 1].map((column) => meanAndRange(found.map((row) => row[column] as number)));
    console.log(row(String(weight.gamma), String(weight.c), ...cells));
  }
}

/** Trains a velocity on the path; returns the W₂ of its samples for each number of Euler steps. */
function distancesOf(path: GaussianPath, draw: Draw, key: random.Key): readonly number[] {
  const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 2 });
  const { average } = train({
    parameters: network.initialise(key),
    batches: batches(key, draw),
    loss: (p, { noise, data }, lossKey) => ({
      loss: conditionalFlowMatchingLoss(
        noiseToData((x, t) => network.apply(p, x, t, t)),
        path,
        { x0: noise, x1: data, t: random.uniform(lossKey, [batch, 1], { high: lastTime }) },
      ),
    }),
    ...shared(key),
  });
  const velocity = noiseToData((x, t) => network.apply(average, x, t, t));
  const [testKey, noiseKey] = random.split(random.foldIn(key, 1_000_000));
  const target = draw(testKey, samples);
  const noise = random.normal(noiseKey, [samples, 2]);
  const start = noise.multiply(path.deviation(noise, 0));
  return eulerSteps.map((count) => {
    const when = { from: 0, to: lastTime, steps: count, method: 'euler' } as const;
    const column = (t: Tensor) => t.broadcastTo([samples, 1]);
    return wasserstein2(odeSolve((x, t) => velocity(x, column(t)), start, when).x, target);
  });
}

interface Weight {
  readonly gamma: number;
  readonly c: number;
}

function oneStepOnMoons(weight: Weight, key: random.Key): number {
  const draw = planar.moons as Draw;
  const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 2, frequencies: 1 });
  const sample = trainMeanFlow(network, weight, draw, key);
  const [testKey, noiseKey] = random.split(random.foldIn(key, 1_000_000));
  return wasserstein2(sample(random.normal(noiseKey, [samples, 2])), draw(testKey, samples));
}

function oneStepOnDigits(weight: Weight, key: random.Key): number {
  const images = digits().images.divide(8).subtract(1);
  const flat = images.reshape([images.shape[0] as number, 64]);
  const draw: Draw = (k, count) => flat.gather(random.randint(k, [count], 0, flat.shape[0] as number));
  const network = mlpVelocityNetwork({ features: 64, hidden: 128, layers: 2 });
  const sample = trainMeanFlow(network, weight, draw, key);
  return energyDistance(sample(random.normal(random.foldIn(key, 1_000_001), [samples, 64])), flat);
}

/** Half of the spans end at the data; returns the sampler of one step. */
function trainMeanFlow(
  network: ReturnType<typeof mlpVelocityNetwork>,
  weight: Weight,
  draw: Draw,
  key: random.Key,
): (noise: Tensor) => Tensor {
  const { average } = train({
    parameters: network.initialise(key),
    batches: batches(key, draw),
    loss: (p, pair, lossKey) => {
      const shares = { differentShare: 0.25, zeroShare: 0.5 };
      const times = sampleTimes(lossKey, batch, { distribution: 'uniform', ...shares });
      return { ...meanFlowLoss((z, r, t) => network.apply(p, z, r, t), { ...pair, ...times }, weight) };
    },
    ...shared(key),
  });
  return (noise) => sampleMeanFlow((z, r, t) => network.apply(average, z, r, t), noise).x;
}

function* batches(key: random.Key, draw: Draw) {
  for (let step = 0; ; step++) {
    const [noiseKey, dataKey] = random.split(random.foldIn(key, step)) as [random.Key, random.Key];
    const data = draw(dataKey, batch);
    yield { data, noise: random.normal(noiseKey, data.shape) };
  }
}

function shared(key: random.Key) {
  return { optimizer: adam(), schedule: cosineSchedule({ from: 2e-3, steps }), steps, key, ema: 0.995 };
}

/** What is measured with each seed. */
function overSeeds(measure: (key: random.Key) => readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: seeds }, (_, seed) => measure(random.key(seed)));
}

/** The mean over the seeds of each number. */
function meanOverSeeds(measure: (key: random.Key) => readonly number[]): readonly number[] {
  const all = tensor(overSeeds(measure).map((numbers) => [...numbers]));
  return [...all.mean({ axes: 0 }).toTypedArray()];
}

function meanAndRange(found: readonly number[]): string {
  const mean = found.reduce((a, b) => a + b) / found.length;
  return `${mean.toFixed(3)} (${Math.min(...found).toFixed(3)} to ${Math.max(...found).toFixed(3)})`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
