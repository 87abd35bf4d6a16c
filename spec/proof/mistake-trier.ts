import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Job } from './worker.ts';

/** Longer than any attempt takes, on a busy machine too; a mistake that makes a loop endless ends here. */
const longest = 600_000;

/** A process that tries one job at a time. If it does not answer, another takes its place. */
export class MistakeTrier {
  readonly #environment: Readonly<Record<string, string>>;
  #process: ChildProcess;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
    this.#process = start(environment);
  }

  attempt(job: Job): Promise<Answer> {
    return new Promise((resolve) => {
      const child = this.#process;
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(answer);
      };
      const restart = (error: string) => {
        child.kill('SIGKILL');
        this.#process = start(this.#environment);
        settle({ error });
      };
      const timer = setTimeout(() => restart(`no end after ${longest / 1000} s`), longest);
      child.once('message', (answer: Answer) => settle(answer));
      child.once('exit', (code) => restart(`the process ended with ${code}`));
      child.send(job);
    });
  }

  end(): void {
    this.#process.disconnect();
  }
}

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { ...process.env, ...environment };
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { env });
}
