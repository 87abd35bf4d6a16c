/**
 * `npm run bench:step`: whole programs, eager and compiled, beside other libraries on the same cores. All get
 * the same arrays, and must first agree on the results. Then they take turns, each in a process of its own.
 *
 * JAX and PyTorch run in the Python that FLUXION_PYTHON names, with `spec/bench/peers/requirements.txt`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { type Tensor, treeLeaves } from '../../autograd/index.ts';
import { measurePeak } from './peak.ts';
import { type Peer, type StepTime, startPeer } from './step/peer.ts';
import { type Problem, problemOf, type Setting } from './step/problems.ts';

const settings: readonly Setting[] = [
  { problem: 'meanFlow', sizes: { features: 2, hidden: 64, layers: 3, batch: 256 } },
  { problem: 'meanFlow', sizes: { features: 2, hidden: 256, layers: 3, batch: 256 } },
  { problem: 'meanFlow', sizes: { features: 2, hidden: 256, layers: 3, batch: 1024 } },
  { problem: 'meanFlow', sizes: { features: 64, hidden: 512, layers: 4, batch: 256 } },
  { problem: 'softmax', sizes: { features: 64, classes: 10, batch: 256 } },
  { problem: 'sampler', sizes: { features: 2, hidden: 64, layers: 3, batch: 4096, steps: 100 } },
  { problem: 'rnn', sizes: { hidden: 64, batch: 32, steps: 400, last: 0 } },
  { problem: 'rnn', sizes: { hidden: 64, batch: 32, steps: 400, last: 1 } },
];

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '15' },
    /** What each takes of a round. */
    seconds: { type: 'string', default: '0.1' },
  },
});
const threadCounts = options.threads.split(',').map(Number);
const ours = 'fluxion, compiled';
const outDir = 'out/bench-step';
const python = process.env.FLUXION_PYTHON;

mkdirSync(outDir, { recursive: true });
// As the package ships them for Node: in one file, with no loader that wraps functions.
buildSync({
  entryPoints: ['spec/bench/step/fluxion.ts', 'spec/bench/peers/step_jax_js.mjs'],
  outdir: outDir,
  outExtension: { '.js': '.mjs' },
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  external: ['gpu.js'],
});

const peak = measurePeak();
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ` +
    `one core's peak in 128-bit vectors: ${(peak / 1e9).toFixed(1)} GFLOP/s`,
);
if (!python) console.log('Without JAX and PyTorch: FLUXION_PYTHON names no Python that has them.');
for (const setting of settings) {
  if (options.only === undefined || options.only === setting.problem) await compare(setting);
}

/** A library on so many threads, in its process. */
interface Entrant {
  readonly name: string;
  readonly threads: number;
  readonly peer: Peer;
}

async function compare(setting: Setting): Promise<void> {
  const { problem, sizes } = setting;
  console.log(
    `\n### ${problem}: ${Object.entries(sizes)
      .map((size) => size.join(' '))
      .join(', ')}\n`,
  );
  const { flops, arrays } = problemOf(setting);
  const files = { setting, ...writeArrays(arrays) };
  const entrants: Entrant[] = [];
  try {
    for (const threads of threadCounts) entrants.push(...(await startAll(files, threads)));
    requireAgreement(entrants);
    printTable(entrants, flops, await takeTurns(entrants));
  } finally {
    for (const { peer } of entrants) peer.end();
  }
}

interface Files {
  readonly setting: Setting;
  /** Of the arrays that lie one after the other in the file. */
  readonly shapes: readonly (readonly number[])[];
  readonly path: string;
}

function writeArrays(arrays: Problem['arrays']): Pick<Files, 'shapes' | 'path'> {
  const leaves = treeLeaves(arrays) as readonly Tensor[];
  const path = `${outDir}/arrays.bin`;
  writeFileSync(path, Float32Array.from(leaves.flatMap((leaf) => [...leaf.toTypedArray()])));
  return { path, shapes: leaves.map(({ shape }) => shape) };
}

async function startAll(files: Files, threads: number): Promise<readonly Entrant[]> {
  const entrants: Entrant[] = [];
  for (const [name, command] of Object.entries(commands(files, threads))) {
    try {
      entrants.push({ name, threads, peer: await startPeer(command, threads) });
    } catch (error) {
      console.log(`${name}, threads: ${threads}: ${(error as Error).message}\n`);
    }
  }
  return entrants;
}

/** How to start each library that has the problem. */
function commands({ setting, shapes, path }: Files, threads: number): Record<string, readonly string[]> {
  const node = (file: string) => [process.execPath, `${outDir}/${file}.mjs`];
  const givenFor = (setting: Setting) => [String(threads), JSON.stringify({ ...setting, shapes }), path];
  const given = givenFor(setting);
  return {
    [ours]: [...node('fluxion'), ...given, 'compiled'],
    'fluxion, eager': [...node('fluxion'), ...given, 'eager'],
    ...(setting.problem === 'meanFlow' && {
      'fluxion, compiled, jvp at r = t too': [
        ...node('fluxion'),
        ...givenFor({ ...setting, everySample: true }),
        'compiled',
      ],
      ...(threads === 1 && { 'jax-js, jitted': [...node('step_jax_js'), ...given] }),
    }),
    ...(python && {
      'JAX, jitted': [python, 'spec/bench/peers/step_jax.py', ...given],
      'PyTorch, eager': [python, 'spec/bench/peers/step_torch.py', ...given],
    }),
  };
}

/** Throws unless all computed the same in their first steps. */
function requireAgreement([first, ...others]: readonly Entrant[]): void {
  for (const { name, peer } of others) {
    const agrees = first?.peer.check.every((wanted, i) => Math.abs(peer.check[i]! / wanted - 1) < 1e-4);
    if (!agrees)
      throw new Error(`${name} computes ${peer.check.join()}, ${first?.name} ${first?.peer.check.join()}`);
  }
}

/** What each round measured. */
interface Turns {
  /** The times of a step of each entrant. */
  readonly times: readonly (readonly StepTime[])[];
  /** On a shared machine the peak changes from round to round, too. */
  readonly peaks: readonly number[];
}

async function takeTurns(entrants: readonly Entrant[]): Promise<Turns> {
  const counts: number[] = [];
  for (const { peer } of entrants) {
    await peer.run(5); // to warm up
    const { processor } = await peer.run(3);
    counts.push(Math.max(1, Math.round((1000 * Number(options.seconds)) / processor)));
  }
  const times = entrants.map(() => [] as StepTime[]);
  const peaks: number[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [i, { peer }] of entrants.entries()) times[i]!.push(await peer.run(counts[i]!));
    peaks.push(measurePeak());
  }
  return { times, peaks };
}

function printTable(entrants: readonly Entrant[], flops: number, { times, peaks }: Turns): void {
  console.log('| | threads | ms | ms of processor | × compiled | × compiled, processor | of the peak |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [i, { name, threads }] of entrants.entries()) {
    const own = times[i]!;
    const base = times[entrants.findIndex((other) => other.name === ours && other.threads === threads)];
    const median_ = (kind: keyof StepTime) => median(own.map((time) => time[kind]));
    const ratio = (kind: keyof StepTime) =>
      base ? median(own.map((time, round) => time[kind] / base[round]![kind])).toFixed(2) : '–';
    const share = median(own.map(({ processor }, round) => (1000 * flops) / processor / peaks[round]!));
    console.log(
      `| ${name} | ${threads} | ${median_('wall').toFixed(2)} | ${median_('processor').toFixed(2)} | ` +
        `${ratio('wall')} | ${ratio('processor')} | ${share.toFixed(2)} |`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
