/** A process that makes the steps of one problem when it is told to (see `serve.ts`). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Milliseconds of one step. */
export interface StepTime {
  readonly wall: number;
  /** Of all of the process's threads. */
  readonly processor: number;
}

const secondsToStart = 240;

/** Runs the command on so many cores: JAX takes as many threads as it may use cores. */
export async function startPeer(command: readonly string[], cores: number): Promise<Peer> {
  const [program, ...args] = pinned(command, cores) as [string, ...string[]];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const peer = new Peer(child);
  try {
    await peer.start();
    return peer;
  } catch (error) {
    peer.end();
    throw error;
  }
}

function pinned(command: readonly string[], cores: number): readonly string[] {
  const hasTaskset = spawnSync('taskset', ['--version']).status === 0;
  return hasTaskset ? ['taskset', '-c', `0-${cores - 1}`, ...command] : command;
}

export class Peer {
  /** The mean squares of its first results. */
  check: readonly number[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (text) => {
      this.#errors += text;
    });
    // What is wrong with a process that cannot start is in its errors, or that there is no answer.
    child.on('error', ({ message }) => {
      this.#errors += message;
    });
    child.stdin?.on('error', () => undefined);
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  async start(): Promise<void> {
    const timer = setTimeout(() => {
      this.#errors += `no answer in ${secondsToStart} s`;
      this.end();
    }, secondsToStart * 1000);
    this.check = await this.#answer<readonly number[]>();
    clearTimeout(timer);
  }

  /** Makes so many steps; the mean time of one. */
  async run(count: number): Promise<StepTime> {
    this.#child.stdin?.write(`${count}\n`);
    return this.#answer<StepTime>();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(errorIn(this.#errors));
    return JSON.parse(value) as T;
  }
}

/** The line that names the error; else the last. */
function errorIn(output: string): string {
  const lines = output.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? (lines.at(-1) || 'the process ended');
}
