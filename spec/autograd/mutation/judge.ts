/** Asks the checks about mutants in another process, which a mutant may block for ever or bring down. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Question {
  /** The file of the mutant, from the repository's root. */
  readonly file: string;
  /** Its source with the change; undefined for the file as it is. */
  readonly source: string | undefined;
  /** Spec files, which come first. */
  readonly specs: readonly string[];
  /** Whether to ask `suite.ts` too; in it, the rows of these primitives come first. */
  readonly suspects?: readonly string[] | undefined;
  /** How much processor time the specs may take together. Other work of the machine does not count. */
  readonly seconds: number;
}

export interface Answer {
  /** What failed first, or null. */
  readonly failure: string | null;
  /** The processor time that it took. */
  readonly seconds: number;
}

export class Judge {
  #process: ChildProcess | undefined;

  /** The first failure of the checks. A process that ends, or says nothing in time, is a failure. */
  async answerTo(question: Question): Promise<Answer> {
    if (!this.#process?.connected) {
      // A mutant that fills the memory is not to take all that the machine has.
      const execArgv = [...process.execArgv, '--max-old-space-size=2048'];
      this.#process = fork(fileURLToPath(new URL('judge-process.ts', import.meta.url)), { execArgv });
      // The first answer takes longer: it compiles what the checks import.
      await this.answerTo({ ...question, source: undefined, seconds: 600 });
    }
    const answer = await answerOf(this.#process, question);
    if (answer === noAnswer) this.dismiss();
    return answer;
  }

  /** How much processor time the checks take on the file as it is. They must pass. */
  async secondsUnchanged(question: Pick<Question, 'file' | 'specs' | 'suspects'>): Promise<number> {
    const { failure, seconds } = await this.answerTo({ ...question, source: undefined, seconds: 600 });
    if (failure !== null) throw new Error(`${question.file}: fails without a mutant: ${failure}`);
    return seconds;
  }

  dismiss(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}

const noAnswer: Answer = { failure: 'no answer in time', seconds: Infinity };

function answerOf(judge: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer) => {
      clearTimeout(timer);
      judge.off('message', end).off('exit', fail);
      resolve(answer);
    };
    const fail = () => end(noAnswer);
    // The process ends itself after so much work. This is for a mutant that waits, for what never happens.
    const timer = setTimeout(fail, 1000 * (600 + 10 * question.seconds));
    judge.on('message', end).on('exit', fail).send(question);
  });
}
