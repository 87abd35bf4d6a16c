/**
 * Published figures, measured again: `npm run bench:flows`. Options: --seeds 3, --steps 20000 (of CFM and
 * OT-CFM), --mean-flow-steps 4000, --likelihood-steps 1500, --samples 10000, --only TEXT (the measurements
 * whose name contains it). Exits with 1 if a mean over the seeds misses its bound.
 *
 * A W₂ between samples means nothing without their number n, the data's scale and noise, and the sampling
 * floor: the same distance for n points drawn from the data itself. The points to measure against are
 * stratified, which lowers the floor. A likelihood has beside it the data's entropy, or that of a plainer
 * model.
 */
import { parseArgs } from 'node:util';
import { random, type Tensor } from '../../autograd/index.ts';
import { normalizedPathEnergy, wasserstein2 } from '../../flows/index.ts';
import {
  type BenchData,
  type DataDescription,
  digitImages,
  doubleMoons,
  plainMoons,
  ring,
} from './flows/data.ts';
import { type HeldOut, likelihoodOfDigits, maximumLikelihoodOfMoons } from './flows/likelihood.ts';
import { exactFlow, sampleByEuler, type Training, trainFlow, trainMeanFlow } from './flows/models.ts';

/** One line of the table, measured once for each seed. */
interface Row {
  readonly name: string;
  readonly data: DataDescription;
  readonly published: string;
  readonly accepted: string;
  readonly ours: number[];
  readonly floors: number[];
  /** Whether the mean is good enough, given the mean of the floors, or of what it is compared with. */
  readonly meets: (ours: number, floor: number) => boolean;
}

/** Measures some rows for one seed, by their names. */
type Measurement = (
  seed: number,
) => Readonly<Record<string, { readonly value: number; readonly floor: number }>>;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '20000' },
    'mean-flow-steps': { type: 'string', default: '4000' },
    'likelihood-steps': { type: 'string', default: '1500' },
    samples: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
  },
});
const {
  seeds,
  steps,
  samples: n,
} = { seeds: Number(values.seeds), steps: Number(values.steps), samples: Number(values.samples) };
const [meanFlowSteps, likelihoodSteps] = [
  Number(values['mean-flow-steps']),
  Number(values['likelihood-steps']),
];

/**
 * TorchCFM's script: a thousand epochs of 10,000 points in batches of 512, three layers of 64, lines of this
 * thickness.
 */
const torchCfm = { steps, batch: 512, hidden: 64, learningRate: 1e-3 };
const thickness = 0.1;

const rows: readonly Row[] = [
  row('OT-CFM, W₂, 20 Euler steps', doubleMoons, '.111 (DSBM, table 2)', '≤ .15', (ours) => ours <= 0.15),
  row('CFM, W₂, 20 Euler steps', doubleMoons, '.215 (DSBM, table 2)', '≤ .25', (ours) => ours <= 0.25),
  row('exact field of CFM, W₂, 20 Euler steps', doubleMoons, '', '', () => true),
  row('OT-CFM, W₂, 20 Euler steps', ring, '', '≤ 1.25 × floor', (ours, floor) => ours <= 1.25 * floor),
  row('OT-CFM, path energy', ring, '.018 (TorchCFM, table 2)', '≤ .06', (ours) => ours <= 0.06),
  row(
    'CFM, path energy',
    ring,
    '.222 (TorchCFM, table 2)',
    '.15 to .30',
    (ours) => ours >= 0.15 && ours <= 0.3,
  ),
  row('CFM, W₂, 100 Euler steps', plainMoons, '.117 (PyTorch)', '', () => true),
  row(
    'MeanFlow of averaged velocities / CFM, W₂, 1 step',
    plainMoons,
    '.131/.117 (PyTorch)',
    '≤ 1.5',
    (ours) => ours <= 1.5,
  ),
  row('MeanFlow on OT pairs / CFM, W₂, 1 step', plainMoons, '', '≤ 1.5', (ours) => ours <= 1.5),
  row('CFM, W₂, 100 Euler steps', ring, '', '', () => true),
  row('MeanFlow of averaged velocities / CFM, W₂, 1 step', ring, '', '≤ 1.5', (ours) => ours <= 1.5),
  row('MeanFlow on OT pairs / CFM, W₂, 1 step', ring, '', '≤ 1.5', (ours) => ours <= 1.5),
  row('CNF by maximum likelihood, −log p', plainMoons, '', '≤ 1.2', (ours) => ours <= 1.2),
  row('CFM, −log p, bits per pixel', digitImages, '', '< a Gaussian’s', (ours, gaussian) => ours < gaussian),
];

const measurements: Readonly<Record<string, Measurement>> = {
  'coupling: moons': (seed) => compareCouplings(doubleMoons, seed),
  'exact field: moons': (seed) => measureExactField(doubleMoons, seed),
  'coupling: ring': (seed) => compareCouplings(ring, seed),
  'MeanFlow: moons': (seed) => compareMeanFlow(plainMoons, 1, seed),
  // Divided by 5/√2 the coordinates have a deviation of about 1, like the noise
  'MeanFlow: ring': (seed) => compareMeanFlow(ring, 5 / Math.SQRT2, seed),
  'likelihood: moons': (seed) =>
    likelihood(
      'CNF by maximum likelihood, −log p: moons',
      maximumLikelihoodOfMoons(random.key(seed), likelihoodSteps),
    ),
  'likelihood: digits': (seed) =>
    likelihood(
      'CFM, −log p, bits per pixel: digits',
      likelihoodOfDigits(random.key(seed), 2 * likelihoodSteps),
    ),
};

for (const [title, measure] of Object.entries(measurements)) {
  if (!title.includes(values.only)) continue;
  for (let seed = 0; seed < seeds; seed++) {
    const start = performance.now();
    const results = Object.entries(measure(seed));
    for (const [name, { value, floor }] of results) {
      const found = rows.find((each) => `${each.name}: ${each.data.name}` === name);
      found?.ours.push(value);
      found?.floors.push(floor);
    }
    const summary = results.map(([name, { value }]) => `\n  ${name}: ${value.toFixed(3)}`).join('');
    console.error(`${title}, seed ${seed}: ${((performance.now() - start) / 1000).toFixed(0)} s${summary}`);
  }
}
printTable(rows.filter(({ ours }) => ours.length > 0));

/**
 * CFM and OT-CFM on raw data from standard normal noise, with the numbers of TorchCFM's script for its table
 * 2.
 */
function compareCouplings(data: BenchData, seed: number): ReturnType<Measurement> {
  const { training, noise, test, floor } = setUp(data, seed, torchCfm);
  const results: Record<string, { value: number; floor: number }> = {};
  for (const coupling of ['OT-CFM', 'CFM'] as const) {
    const velocity = trainFlow(data, coupling, thickness, training);
    const distance = wasserstein2(sampleByEuler(velocity, noise, 20), test);
    results[`${coupling}, W₂, 20 Euler steps: ${data.name}`] = { value: distance, floor };
    const energy = normalizedPathEnergy(velocity, noise, test);
    results[`${coupling}, path energy: ${data.name}`] = { value: energy, floor: 0 };
  }
  return results;
}

/**
 * What no network can be expected to beat: the same samples by the exact field, with the same Euler steps.
 */
function measureExactField(data: BenchData, seed: number): ReturnType<Measurement> {
  const { training, noise, test, floor } = setUp(data, seed, torchCfm);
  const value = wasserstein2(sampleByEuler(exactFlow(data, thickness, training.key, n), noise, 20), test);
  return { [`exact field of CFM, W₂, 20 Euler steps: ${data.name}`]: { value, floor } };
}

/**
 * MeanFlow in one step, from either pairing, against CFM in a hundred on the same network: three layers of
 * 128, batches of 512.
 */
function compareMeanFlow(data: BenchData, scale: number, seed: number): ReturnType<Measurement> {
  const options = { steps: meanFlowSteps, batch: 512, hidden: 128, learningRate: 8e-3 };
  const { training, noise, test, floor } = setUp(data, seed, options);
  const scaled: BenchData = { ...data, draw: (key, count) => data.draw(key, count).divide(scale) };
  const velocity = trainFlow(scaled, 'CFM', 0, training);
  const slow = wasserstein2(sampleByEuler(velocity, noise, 100).multiply(scale), test);
  const fast = (pairing: 'independent' | 'optimal transport') => ({
    value: wasserstein2(trainMeanFlow(scaled, pairing, training)(noise).multiply(scale), test) / slow,
    floor: floor / slow,
  });
  return {
    [`CFM, W₂, 100 Euler steps: ${data.name}`]: { value: slow, floor },
    [`MeanFlow of averaged velocities / CFM, W₂, 1 step: ${data.name}`]: fast('independent'),
    [`MeanFlow on OT pairs / CFM, W₂, 1 step: ${data.name}`]: fast('optimal transport'),
  };
}

function likelihood(name: string, { flow, reference }: HeldOut): ReturnType<Measurement> {
  return { [name]: { value: flow, floor: reference } };
}

function setUp(data: BenchData, seed: number, options: Omit<Training, 'key'>) {
  const [trainKey, noiseKey, testKey, floorKey] = random.split(random.key(seed), 4);
  const test: Tensor = data.test(testKey, n);
  return {
    training: { ...options, key: trainKey },
    noise: random.normal(noiseKey, [n, 2]),
    test,
    floor: wasserstein2(data.draw(floorKey, n), test),
  };
}

function row(
  name: string,
  data: DataDescription,
  published: string,
  accepted: string,
  meets: Row['meets'],
): Row {
  return { name, data, published, accepted, ours: [], floors: [], meets };
}

function printTable(measured: readonly Row[]): void {
  console.log(
    `${seeds} seeds, n = ${n}, ${steps} steps (MeanFlow and its CFM: ${meanFlowSteps}), float32, Node ${process.version}\n`,
  );
  console.log(
    '| figure | data (scale, noise) | ours, mean ± deviation | floor, or beside it | published | accepted | met |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const { name, data, published, accepted, ours, floors, meets } of measured) {
    const [value, floor] = [mean(ours), mean(floors)];
    const met = meets(value, floor);
    if (!met) process.exitCode = 1;
    const cells = [
      name,
      `${data.name} (${data.scale})`,
      `${value.toFixed(3)} ± ${deviation(ours).toFixed(3)}`,
      floor === 0 ? '' : floor.toFixed(3),
      published,
      accepted,
      accepted === '' ? '' : met ? 'yes' : 'NO',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function deviation(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map((value) => (value - centre) ** 2)));
}
