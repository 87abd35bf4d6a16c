/**
 * The proof of the proof: plants each mistake of a list, and insists that `fluxion verify` or a spec fails.
 * Prints every mistake that nothing noticed, and how many were caught by which.
 *
 *     npm run check:proof                          all mistakes
 *     npm run check:proof -- flows/paths           those in files of that name
 *     npm run check:proof -- --tenth               a random tenth, another one each day
 *     npm run check:proof -- --tenth --seed 7      that of a seed
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { random } from '../../lib/index.ts';
import type { Catcher, ListedMistake } from './mistake.ts';
import { MistakeTrier } from './mistake-trier.ts';
import { mistakes } from './mistakes/all.ts';
import type { Answer, Job } from './worker.ts';

// One thread each: the mistakes are tried on all cores already.
const oneThread = { FLUXION_THREADS: '1' };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { tenth: { type: 'boolean' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const named = mistakes.filter(({ file }) => positionals.every((name) => file.includes(name)));
  const chosen = values.tenth ? tenth(named, Number(values.seed ?? today())) : named;
  const started = performance.now();
  const jobs = chosen.map((mistake): Job => ({ mistake, catcher: catcherOf(mistake) }));
  let complaints = 0;
  const answers = await attempts(jobs, (job, answer) => {
    const text = job.mistake ? complaint(job.mistake, answer) : falseAlarm(job.catcher, answer);
    if (text === null) return;
    complaints++;
    console.log(text);
  });
  const caught = chosen.filter((_, i) => isCaught(answers[i] as Answer));
  const byVerify = caught.filter((mistake) => 'verify' in mistake).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${caught.length} of ${chosen.length} planted mistakes caught: ` +
      `${byVerify} by fluxion verify, ${caught.length - byVerify} by specs, in ${seconds} s`,
  );
  if (complaints > 0) process.exitCode = 1;
}

function tenth(all: readonly ListedMistake[], seed: number): readonly ListedMistake[] {
  const order = random.permutation(random.key(seed), all.length).data as Int32Array;
  const chosen = new Set(order.subarray(0, Math.ceil(all.length / 10)));
  console.log(
    `${chosen.size} of ${all.length} mistakes, by seed ${seed} (--tenth --seed ${seed} repeats them)`,
  );
  return all.filter((_, i) => chosen.has(i));
}

/** 20260131 on that day. */
function today(): string {
  return new Date().toISOString().slice(0, 10).replaceAll('-', '');
}

function catcherOf(mistake: ListedMistake): Catcher {
  return 'verify' in mistake ? { verify: mistake.verify } : { spec: mistake.spec };
}

function isCaught(answer: Answer): boolean {
  return 'failure' in answer && answer.failure !== null;
}

function complaint(mistake: ListedMistake, answer: Answer): string | null {
  if (isCaught(answer)) return null;
  const where = `${mistake.file}: ${mistake.wrong}`;
  if ('error' in answer) return `✗ ${where}\n    an error of the list: ${answer.error}`;
  return `✗ ${where}\n    not caught by ${nameOf(catcherOf(mistake))}`;
}

function falseAlarm(catcher: Catcher, answer: Answer): string | null {
  if ('failure' in answer && answer.failure === null) return null;
  const said = 'error' in answer ? answer.error : answer.failure;
  return `✗ ${nameOf(catcher)} fails without a mistake: ${said}`;
}

function nameOf(catcher: Catcher): string {
  return 'verify' in catcher ? `fluxion verify --only ${catcher.verify.join(' --only ')}` : catcher.spec;
}

type Report = (job: Job, answer: Answer) => void;

/**
 * The answers to all jobs. Then the same processes ask everyone who looked, without a mistake: one that
 * stayed behind in a process would show.
 */
async function attempts(jobs: readonly Job[], report: Report): Promise<readonly Answer[]> {
  const workers = Array.from({ length: availableParallelism() }, () => new MistakeTrier(oneThread));
  const answers = await shareOut(workers, jobs, report);
  const catchers = new Map(jobs.map(({ catcher }) => [nameOf(catcher), catcher]));
  const controls = [...catchers.values()].map((catcher) => ({ mistake: null, catcher }));
  await shareOut(workers, controls, report);
  for (const worker of workers) worker.end();
  return answers;
}

async function shareOut(
  workers: readonly MistakeTrier[],
  jobs: readonly Job[],
  report: Report,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const queue = jobs.entries();
  const work = async (worker: MistakeTrier) => {
    for (const [i, job] of queue) {
      const answer = await worker.attempt(job);
      answers[i] = answer;
      report(job, answer);
    }
  };
  await Promise.all(workers.map(work));
  return answers;
}

await main();
