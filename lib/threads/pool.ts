/**
 * Threads that run a function of an assembled module on shared memory, while the caller waits.
 *
 * We use them only in Node, on the main thread and in workers, because a browser's main thread must not wait.
 * We ask `process` for Node's modules: an import would fail in a browser.
 */
import { ArgumentError } from '../errors.ts';
import type { Memory } from '../wasm/engine.ts';

/**
 * The bytes at the beginning of the memory through which threads get their jobs. Each thread has a word for
 * the state of its job, and then the arguments.
 */
export const mailboxBytes = 4096;
const wordsPerThread = 32;
const maximalThreads = mailboxBytes / 4 / wordsPerThread;

// The states of a thread's job. Idle: there is none. Offered: the first thread that takes it will run it.
// Taken: the thread runs it.
const idle = 0;
const offered = 1;
const taken = 2;

let wanted: number | undefined;

/**
 * Sets how many threads share the work of a large matrix product or elementwise function; with 1, the
 * caller's thread works alone. The default is the environment variable FLUXION_THREADS, or else the number of
 * processors. The number changes no bit of any result.
 *
 * @throws ArgumentError unless it is a whole number from 1 to 32.
 * @example setThreads(2);
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > maximalThreads) {
    throw new ArgumentError(`setThreads: wanted a whole number from 1 to ${maximalThreads}, got ${count}`);
  }
  wanted = count;
}

/** How many threads share large work: 1 where there can be no other threads. */
export function threadCount(): number {
  const node = findNode();
  if (!node) return 1;
  wanted ??= fromEnvironment(node) ?? Math.min(node.processors, maximalThreads);
  return wanted;
}

/** The caller's thread and others, which run one function of a module on the parts of a task. */
export class ThreadPool {
  readonly #words: Int32Array;
  readonly #run: (...job: readonly number[]) => void;
  readonly #code: Uint8Array;
  readonly #memory: Memory;
  readonly #functionName: string;
  #started = 0;

  /** `run` is the caller's own instance of the function, on the same memory. */
  constructor(
    code: Uint8Array,
    memory: Memory,
    functionName: string,
    run: (...job: readonly number[]) => void,
  ) {
    this.#code = code;
    this.#memory = memory;
    this.#functionName = functionName;
    this.#run = run;
    this.#words = new Int32Array(memory.buffer, 0, mailboxBytes / 4);
  }

  /**
   * Runs every job, the first on this thread, and returns when all are done. When this thread is free, it
   * also runs the jobs that no other thread has taken. So a thread that starts late, or never, delays
   * nothing.
   */
  run(jobs: readonly (readonly number[])[]): void {
    const [own, ...others] = jobs;
    this.#start(others.length);
    others.forEach((job, thread) => {
      const state = thread * wordsPerThread;
      this.#words.set(job, state + 1);
      Atomics.store(this.#words, state, offered);
      Atomics.notify(this.#words, state);
    });
    if (own) this.#run(...own);
    others.forEach((job, thread) => {
      const state = thread * wordsPerThread;
      if (Atomics.compareExchange(this.#words, state, offered, idle) === offered) this.#run(...job);
      while (Atomics.load(this.#words, state) === taken) Atomics.wait(this.#words, state, taken);
    });
  }

  #start(count: number): void {
    const node = findNode();
    for (; this.#started < count && node; this.#started++) {
      const workerData = {
        code: this.#code,
        memory: this.#memory,
        functionName: this.#functionName,
        state: this.#started * wordsPerThread,
        wordsPerThread,
      };
      // A thread at rest must not keep the process alive.
      new node.Worker(workerSource, { eval: true, workerData, execArgv: [] }).unref();
    }
  }
}

// A thread waits for a job, runs it, and tells the caller. Its code is a string, because no file would be
// found by every bundler.
const workerSource = `
const { workerData } = require('node:worker_threads');
const { code, memory, functionName, state, wordsPerThread } = workerData;
const run = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } }).exports[functionName];
const words = new Int32Array(memory.buffer, 0, state + wordsPerThread);
for (;;) {
  Atomics.wait(words, state, ${idle});
  if (Atomics.compareExchange(words, state, ${offered}, ${taken}) !== ${offered}) continue;
  run(...words.subarray(state + 1, state + 1 + run.length));
  Atomics.store(words, state, ${idle});
  Atomics.notify(words, state);
}
`;

interface WorkerConstructor {
  new (source: string, options: object): { unref(): void; postMessage(message: unknown): void };
}

export interface Node {
  readonly Worker: WorkerConstructor;
  readonly processors: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

let found: Node | false | undefined;

/** Node's threads. We look for them at first use: their module takes a fifth of fluxion's loading time. */
export function findNode(): Node | undefined {
  found ??= lookForNode() ?? false;
  return found || undefined;
}

function lookForNode(): Node | undefined {
  const { process } = globalThis as {
    readonly process?: {
      readonly env: Node['environment'];
      readonly permission?: { has(scope: string): boolean };
      getBuiltinModule?(name: string): unknown;
    };
  };
  const threads = process?.getBuiltinModule?.('node:worker_threads') as
    | { readonly Worker: WorkerConstructor }
    | undefined;
  const os = process?.getBuiltinModule?.('node:os') as { availableParallelism(): number } | undefined;
  if (!process || !threads || !os || typeof SharedArrayBuffer === 'undefined') return undefined;
  // `node --permission` without `--allow-worker`: this thread works alone, and gives the same bits.
  if (process.permission?.has('worker') === false) return undefined;
  return { Worker: threads.Worker, processors: os.availableParallelism(), environment: process.env };
}

function fromEnvironment({ environment }: Node): number | undefined {
  const text = environment.FLUXION_THREADS;
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maximalThreads) return count;
  throw new ArgumentError(
    `FLUXION_THREADS: wanted a whole number from 1 to ${maximalThreads}, got '${text}'`,
  );
}
