/**
 * Kills a training run at random moments, and lets it go on each time; a run that nobody kills is what it
 * must equal.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../../../lib/index.ts';

const main = fileURLToPath(new URL('../../../flows/cli/main.ts', import.meta.url));
const program = ['--import', 'tsx', main];
/** A kill comes up to so long after the first step, in milliseconds; a step and its checkpoint take a few. */
const window = 150;

export interface KillReport {
  /** After which step each stop came, and what the run said last. */
  readonly stops: readonly {
    readonly step: number;
    readonly code: number | null;
    readonly message: string;
  }[];
  /** The files of the run that was killed, and of the one that was not, by name. */
  readonly killed: Readonly<Record<string, Buffer>>;
  readonly whole: Readonly<Record<string, Buffer>>;
}

/**
 * Trains once without a stop, and once stopped by each of the signals, saving after each step, so that many
 * of them come while a file is being written.
 */
export async function killAndResume(signals: readonly NodeJS.Signals[], seed: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-kill-'));
  try {
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, '{"hidden": 32, "layers": 1, "batchSize": 64, "learningRate": 0.002}');
    const steps = String(50 * (signals.length + 1));
    const fresh = [
      'train',
      '--data',
      'moons',
      '--config',
      settings,
      '--steps',
      steps,
      '--checkpoint-every',
      '1',
    ];
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    finish([...fresh, '--out', whole]);

    const delays = random.uniform(random.key(seed), [signals.length], 'float64', { high: window }).data;
    const stops: KillReport['stops'][number][] = [];
    for (const [i, signal] of signals.entries()) {
      const resume = ['train', '--resume', '--checkpoint-every', '1', '--out', killed];
      const args = i === 0 ? [...fresh, '--out', killed] : resume;
      const end = await stopAfterFirstStep(
        spawn(process.execPath, [...program, ...args]),
        delays[i] as number,
        signal,
      );
      const step = readFileSync(join(killed, 'metrics.jsonl'), 'utf8').split('\n').length - 1;
      stops.push({ step, ...end });
    }
    finish(['train', '--resume', '--out', killed]);
    return { stops, killed: filesOf(killed), whole: filesOf(whole) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function finish(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`fluxion ${args.join(' ')} failed: ${stderr}`);
}

/** The first line of progress comes with the first step. */
async function stopAfterFirstStep(
  child: ChildProcessWithoutNullStreams,
  delay: number,
  signal: NodeJS.Signals,
) {
  let message = '';
  child.stderr.once('data', () => setTimeout(() => child.kill(signal), delay));
  child.stderr.on('data', (text) => {
    message = String(text);
  });
  child.stdout.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, message };
}

function filesOf(folder: string): Record<string, Buffer> {
  const names = [
    'model.safetensors',
    'checkpoint.safetensors',
    'metrics.jsonl',
    'config.json',
    'samples.png',
  ];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
}
