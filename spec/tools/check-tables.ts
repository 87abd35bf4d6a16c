/**
 * The whole job on tables as their packages ship them: train, sample, evaluate, likelihood and export, by the
 * commands that a user would type, in few steps. The tables of vega-datasets come from npm, into a folder of
 * their own.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCaptured } from '../flows/cli/run-captured.ts';

const vegaDatasets = 'vega-datasets@3.2.1';

interface Job {
  readonly from: 'vega-datasets' | 'scikit-learn';
  readonly file: string;
  readonly options: string;
  /** The rows of the table, its columns, and how many of these are features or classes. */
  readonly rows: number;
  readonly columns: number;
}

const place = 'geometry.coordinates';
const jobs: readonly Job[] = [
  { from: 'scikit-learn', file: 'iris.csv', options: '--skip 1 --label 4', rows: 150, columns: 4 },
  { from: 'scikit-learn', file: 'wine_data.csv', options: '--skip 1 --label 13', rows: 178, columns: 13 },
  {
    from: 'scikit-learn',
    file: 'diabetes_data_raw.csv.gz',
    options: '--types 1=category',
    rows: 442,
    columns: 10,
  },
  // 10 of the 344 birds lack a measurement or their sex.
  {
    from: 'vega-datasets',
    file: 'penguins.json',
    options: '--label Species --missing drop',
    rows: 334,
    columns: 6,
  },
  {
    from: 'vega-datasets',
    file: 'seattle-weather.csv',
    options: '--label weather --bounds precipitation=0:60',
    rows: 1461,
    columns: 5,
  },
  {
    from: 'vega-datasets',
    file: 'gapminder.json',
    options: '--types cluster=category',
    rows: 682,
    columns: 6,
  },
  {
    from: 'vega-datasets',
    file: 'earthquakes.json',
    options: `--columns properties.mag,properties.time,properties.magType,${place}.0,${place}.1,${place}.2 --missing model`,
    rows: 1707,
    columns: 6,
  },
];

const folder = mkdtempSync(join(tmpdir(), 'fluxion-tables-'));
try {
  process.chdir(folder);
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, vegaDatasets]);
  writeFileSync('small.json', JSON.stringify({ hidden: 16, layers: 1, batchSize: 64, learningRate: 0.01 }));
  for (const job of jobs) await doJob(job);
} finally {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
}

async function doJob({ from, file, options, rows, columns }: Job): Promise<void> {
  copyFileSync(from === 'vega-datasets' ? join('node_modules/vega-datasets/data', file) : golden(file), file);
  const run = file.split('.')[0] as string;
  const table = await fluxion(
    `train --data ${file} ${options} --method cfm --steps 20 --config small.json --out ${run}`,
  );
  require(`${file}: ${rows} rows of ${columns} columns`, table.err.includes(
    `${file}: ${rows} rows of ${columns} columns`,
  ), table.err);
  await fluxion(`sample ${run} --count 50 --steps 5 --out ${run}-samples.csv`);
  await fluxion(`sample ${run} --count 50 --steps 5 --out ${run}-samples.jsonl`);
  const whole = await number('negativeLogLikelihood', `likelihood ${run} --count 100 --json`);
  const own = await number('negativeLogLikelihood', `likelihood ${run} --data ${run}-samples.csv --json`);
  const again = await number('negativeLogLikelihood', `likelihood ${run} --data ${run}-samples.jsonl --json`);
  require(`${run}-samples.csv and ${run}-samples.jsonl hold the same samples`, own ===
    again, `${own} and ${again}`);
  await fluxion(`evaluate ${run} --steps 5 --at-most 1e9 --json`);
  await fluxion(`export ${run} --steps 5 --out ${run}.onnx`);
  console.log(
    `✓ ${file}: ${rows} rows of ${columns} columns, −log p = ${whole.toFixed(2)} nats, of its samples ${own.toFixed(2)}`,
  );
}

async function fluxion(line: string) {
  const result = await runCaptured(line.split(' '));
  require(`fluxion ${line}`, result.code === 0, result.err);
  return result;
}

async function number(name: string, line: string): Promise<number> {
  const value: unknown = JSON.parse((await fluxion(line)).out)[name];
  require(`${name} of fluxion ${line} is a number`, Number.isFinite(value), String(value));
  return value as number;
}

function require(what: string, holds: boolean, found: string): void {
  if (!holds) throw new Error(`failed: ${what}\n${found}`);
}

function golden(file: string): string {
  return fileURLToPath(new URL(`../golden/tables/${file}`, import.meta.url));
}
