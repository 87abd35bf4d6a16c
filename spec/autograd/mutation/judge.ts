/** Asks specs about mutants in another process, which a mutant may block for ever or bring down. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Question {
  /** The file of the mutant, from the repository's root. */
  readonly file: string;
  /** Its source with the change; undefined for the file as it is. */
  readonly source: string | undefined;
  readonly specs: readonly string[];
  /** How long the specs may take together. */
  readonly seconds: number;
}

export class Judge {
  #process: ChildProcess | undefined;

  /** The first failure of the specs, or null. A process that ends, or says nothing in time, is a failure. */
  async failureOf(question: Question): Promise<string | null> {
    if (!this.#process) {
      this.#process = fork(fileURLToPath(new URL('judge-process.ts', import.meta.url)));
      // The first answer takes longer: it compiles what the specs import.
      await this.failureOf({ ...question, source: undefined, seconds: 600 });
    }
    const answer = await answerOf(this.#process, question);
    if (answer === noAnswer) this.dismiss();
    return answer;
  }

  dismiss(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}

const noAnswer = 'no answer in time';

function answerOf(judge: ChildProcess, question: Question): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (failure: string | null) => {
      clearTimeout(timer);
      judge.off('message', end).off('exit', fail);
      resolve(failure);
    };
    const fail = () => end(noAnswer);
    const timer = setTimeout(fail, 1000 * (5 + question.seconds));
    judge.on('message', end).on('exit', fail).send(question);
  });
}
