/**
 * Learns the rows of a table of your own, a CSV file, class by class, and writes new rows in the same units.
 *
 * npx tsx docs/examples/tabular-csv.ts [table.csv] [column of the classes]
 */
import { random, type Tensor, zeros } from 'fluxion';
import { loadCsv, writeFileAtomically } from 'fluxion/files';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  formatCsv,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  standardize,
  train,
  type VelocityParameters,
} from 'fluxion/flows';

// The default table lies beside this file: 342 penguins of Palmer Station (Gorman, Williams and Fraser 2014;
// CC0).
const penguins = [new URL('penguins.csv', import.meta.url), 'species'] as const;
const [file, classColumn] = process.argv[2] === undefined ? penguins : process.argv.slice(2);
const table = await loadCsv(file as string | URL, classColumn === undefined ? {} : { labels: classColumn });
// A table without classes gets a single class, 'all'.
const {
  points,
  columns,
  classNames = ['all'],
  labels = zeros([points.shape[0] ?? 0], { dtype: 'int32' }),
} = table;

// Grams and millimetres differ by a factor of a hundred. So we give each column its own scale.
const { data, restore } = standardize(points, { perFeature: true });
const [steps, batchSize] = [500, Math.min(128, data.shape[0] ?? 0)];
const network = mlpVelocityNetwork({ features: columns.length, classes: classNames.length, hidden: 64 });
const velocityOf = (p: VelocityParameters, labels: Tensor) =>
  noiseToData((x: Tensor, t: Tensor) => network.apply(p, x, t, t, labels));

const { average } = train({
  parameters: network.initialise(random.key(0)),
  optimizer: adam(),
  schedule: cosineSchedule({ from: 3e-3, steps }),
  steps,
  ema: 0.99,
  batches: shuffledBatches({ data, labels }, { batchSize, key: random.key(1) }),
  key: random.key(2),
  loss: (p, batch, key) => {
    const [noiseKey, timeKey] = random.split(key);
    const x0 = random.normal(noiseKey, batch.data.shape);
    const t = random.uniform(timeKey, [batchSize, 1]);
    const velocity = velocityOf(p, batch.labels);
    return { loss: conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0, x1: batch.data, t }) };
  },
});

// The new rows have the classes of the old ones, so that we can compare their means.
const { x } = sampleFlow(velocityOf(average, labels), random.normal(random.key(3), data.shape), {
  steps: 10,
});
const rows = restore(x);
const meansOf = (x: Tensor, label: number) => {
  const isOfClass = labels.equal(label).cast('float32').reshape([-1, 1]);
  return x.multiply(isOfClass).sum({ axes: 0 }).divide(isOfClass.sum()).toArray() as number[];
};
classNames.forEach((name, label) => {
  const [real, made] = [meansOf(points, label), meansOf(rows, label)];
  console.log(`${name}: mean of the rows → of the new rows`);
  for (const [j, column] of columns.entries()) {
    console.log(`  ${column}: ${real[j]?.toFixed(1)} → ${made[j]?.toFixed(1)}`);
  }
});

const classes = Array.from(labels.toTypedArray(), (label) => classNames[label] ?? '');
writeFileAtomically(
  'out/new-rows.csv',
  formatCsv(rows, columns, classColumn ? { [classColumn]: classes } : {}),
);
console.log(`wrote ${classes.length} new rows to out/new-rows.csv`);
