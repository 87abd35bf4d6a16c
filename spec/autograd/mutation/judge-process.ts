/** The process in which `Judge` runs specs: it answers each question with the first failure, or null. */
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './judge.ts';
import { load } from './modules.ts';
import { firstFailureOf, processorSeconds } from './run-suite.ts';
import type { firstFailure } from './suite.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const rooms = ['lib', 'autograd', 'flows'];
/** Far more than a row of the table takes. */
const secondsOfRow = 10;

/** A mutant may block this thread for ever. Another one then ends the process. */
const watchdog = new Worker(
  `let latest = Infinity;
  require('node:worker_threads').parentPort.on('message', (seconds) => { latest = seconds; });
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1e6 > latest) process.kill(process.pid, 'SIGKILL');
  }, 100);`,
  { eval: true, execArgv: [] },
);

process.on('message', async (question: Question) => {
  const started = processorSeconds();
  const failure = await failureOf(question);
  // A promise that a mutant broke, and nobody waits for, ends the process now, not during the next question.
  await new Promise(setImmediate);
  watchdog.postMessage(Infinity);
  process.send?.({ failure, seconds: processorSeconds() - started } satisfies Answer);
});

async function failureOf({ file, source, specs, suspects, seconds }: Question): Promise<string | null> {
  const sources = new Map(source === undefined ? [] : [[join(root, file), source]]);
  const below = rooms.slice(0, rooms.indexOf(roomOf(join(root, file))));
  const isShared = (path: string) => below.includes(roomOf(path));
  const latest = processorSeconds() + seconds;
  watchdog.postMessage(latest);
  for (const spec of specs) {
    const failure = await firstFailureOf(join(root, spec), sources, isShared, latest);
    if (failure !== null) return failure;
  }
  if (suspects === undefined) return null;
  watchdog.postMessage(processorSeconds() + secondsOfRow);
  const suite = load(join(here, 'suite.ts'), sources, isShared) as { firstFailure: typeof firstFailure };
  return suite.firstFailure(new Set(suspects), () => watchdog.postMessage(processorSeconds() + secondsOfRow));
}

/** The rooms below a mutant's are loaded once: they cannot hold anything of it. */
function roomOf(path: string): string {
  return relative(root, path).split(sep)[0] ?? '';
}
