/**
 * `npm run soak`: trains a MeanFlow of the digits for 20 minutes (or as many as the first word says), with a
 * checkpoint every few seconds. The heap after a collection and the resident memory must stay flat after the
 * first tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { digits, standardize } from '../../flows/data/index.ts';
import { readCheckpoint, writeCheckpoint } from '../../flows/files/index.ts';
import { learningRates, lossFor, networkFor, runKeys } from '../../flows/fit/learning.ts';
import { defaultSettings } from '../../flows/fit/settings.ts';
import { adam, initialState, shuffledBatches, trainingSteps } from '../../flows/training/index.ts';

const minutes = Number(process.argv[2] ?? 20);
const samples = 40;
const settings = { ...defaultSettings, steps: 1_000_000 };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const folder = mkdtempSync(join(tmpdir(), 'fluxion-soak-'));
const path = join(folder, 'checkpoint.safetensors');

const { images, labels, classCount } = digits();
const { data } = standardize(images);
const network = networkFor(settings, { features: data.shape[1] as number, classes: classCount });
const { initial, ...keys } = runKeys(settings.seed);
const start = initialState(network.initialise(initial), adam());
const steps = trainingSteps({
  loss: lossFor(settings, network),
  parameters: start.parameters,
  optimizer: adam(),
  schedule: learningRates(settings),
  steps: settings.steps,
  batches: shuffledBatches({ data, labels }, { batchSize: settings.batchSize, key: keys.batches }),
  key: keys.training,
  ema: settings.ema,
});

const began = performance.now();
const seen: { readonly heap: number; readonly resident: number }[] = [];
let step = 0;
for (const report of steps) {
  step = report.step;
  const elapsed = (performance.now() - began) / 60_000;
  if (elapsed < (minutes * (seen.length + 1)) / samples) continue;
  writeCheckpoint(path, { state: report.state, keys, run: {} });
  if (readCheckpoint(path, start).state.step !== step)
    throw new Error(`the checkpoint of step ${step} is another`);
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  seen.push({ heap: heapUsed, resident: rss });
  if (seen.length === samples) break;
}
rmSync(folder, { recursive: true });

const settled = seen.slice(samples / 10);
const growth = (kind: 'heap' | 'resident') => {
  const values = settled.map((sample) => sample[kind]);
  const [early, late] = [values.slice(0, values.length / 3), values.slice(-values.length / 3)].map(mean) as [
    number,
    number,
  ];
  console.log(
    `${kind}: ${mebibytes(early)} early, ${mebibytes(late)} late, at most ${mebibytes(Math.max(...values))}`,
  );
  return late / early;
};
console.log(`${step} steps in ${minutes} minutes`);
if (growth('heap') > 1.05 || growth('resident') > 1.15) process.exitCode = 1;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
