/**
 * Threads that run the same function at the same time, each its share. A `ThreadPool` hands out jobs that do
 * not know of each other; the members of a team wait for each other within a function, and so all must be
 * there.
 */
import type { Memory } from '../wasm/engine.ts';
import { findNode, type Node, threadCount } from './pool.ts';

/** What the members run: functions of a module, on memory that all share. */
export interface TeamProgram {
  readonly code: Uint8Array;
  readonly memory: Memory;
  /** The names of the functions (thread, threads) => void. */
  readonly functions: readonly string[];
}

// The words through which the first thread talks to the others: the number of the current task, the program
// and function to run, how many threads there are, how many have finished, how many members are ready, and
// how many could not load a program.
const words = { task: 0, program: 1, function: 2, threads: 3, finished: 4, ready: 5, failed: 6 } as const;

/** The team of this process: the caller's thread is the first member. */
class Team {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(words).length));
  readonly #members: { postMessage(message: unknown): void }[] = [];
  readonly #canRun = new Map<number, boolean>();
  #programs = 0;

  /** Gives a program to the members. Returns its number. */
  add({ code, memory, functions }: TeamProgram): number {
    const program = this.#programs++;
    for (const member of this.#members) member.postMessage({ program, code, memory, functions });
    return program;
  }

  /** The members forget a program. */
  remove(program: number): void {
    this.#canRun.delete(program);
    for (const member of this.#members) member.postMessage({ program });
  }

  /** How many threads there are now: as many as are set, or only the caller's while others are starting. */
  get size(): number {
    const wanted = Math.min(threadCount(), this.#members.length + 1);
    return Atomics.load(this.#words, words.ready) >= this.#members.length ? wanted : 1;
  }

  /** How many threads can run a program now: only the caller's if a member has no memory for it. */
  sizeFor(program: number): number {
    return this.size > 1 && this.#isLoaded(program) ? this.size : 1;
  }

  /** Whether all members have the program. They load it when they are first asked. */
  #isLoaded(program: number): boolean {
    const known = this.#canRun.get(program);
    if (known !== undefined) return known;
    this.#words[words.failed] = 0;
    this.run(program, 0, 0, () => {}); // With no threads that run anything, they only read their messages.
    const isLoaded = Atomics.load(this.#words, words.failed) === 0;
    this.#canRun.set(program, isLoaded);
    return isLoaded;
  }

  /**
   * Runs a program's function on `threads` threads, of which `own` is the caller's. Returns when all are
   * done.
   */
  run(program: number, functionIndex: number, threads: number, own: () => void): void {
    const shared = this.#words;
    shared[words.program] = program;
    shared[words.function] = functionIndex;
    shared[words.threads] = threads;
    shared[words.finished] = 0;
    Atomics.add(shared, words.task, 1);
    Atomics.notify(shared, words.task);
    own();
    const others = this.#members.length;
    for (let finished = 0, looks = 0; finished < others; looks++) {
      finished = Atomics.load(shared, words.finished);
      if (finished < others && looks > mostLooks) Atomics.wait(shared, words.finished, finished);
    }
  }

  /** Starts the members that are missing. Throws where the process may have no threads. */
  start(): void {
    const node = findNode() as Node;
    while (this.#members.length + 1 < threadCount()) {
      const workerData = { words: this.#words, thread: this.#members.length + 1, mostLooks };
      const worker = new node.Worker(workerSource, { eval: true, workerData, execArgv: [] });
      worker.unref(); // A thread at rest must not keep the process alive.
      this.#members.push(worker);
    }
  }
}

// How often a thread looks before it sleeps: a few microseconds.
const mostLooks = 2000;

// A member takes programs from its messages, and runs a task when the number of tasks has grown. Its code is
// a string, because no file would be found by every bundler.
const workerSource = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');
const { words, thread, mostLooks } = workerData;
const programs = new Map();
function readMessages() {
  for (let received; (received = receiveMessageOnPort(parentPort)); ) {
    const { program, code, memory, functions } = received.message;
    programs.delete(program);
    if (!code) continue;
    try {
      const imports = new Proxy({}, { get: () => () => { throw new Error('only the first thread calls JavaScript'); } });
      const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory }, functions: imports });
      programs.set(program, functions.map((name) => instance.exports[name]));
    } catch {
      Atomics.add(words, ${words.failed}, 1);
    }
  }
}
// The number of the current task comes first: once the member is ready, the caller may begin the next one.
let task = Atomics.load(words, ${words.task});
Atomics.add(words, ${words.ready}, 1);
for (;;) {
  for (let looks = 0; Atomics.load(words, ${words.task}) === task; looks++)
    if (looks > mostLooks) Atomics.wait(words, ${words.task}, task);
  task = Atomics.load(words, ${words.task});
  readMessages();
  const threads = words[${words.threads}];
  if (thread < threads) programs.get(words[${words.program}])[words[${words.function}]](thread, threads);
  Atomics.add(words, ${words.finished}, 1);
  Atomics.notify(words, ${words.finished});
}
`;

let team: Team | undefined;
let isRefused = false;

/** The team of this process; null where there is one thread only, or where others are forbidden. */
export function findTeam(): Team | null {
  if (isRefused || threadCount() === 1 || !findNode()) return null;
  team ??= new Team();
  try {
    team.start();
  } catch {
    // Node's permissions may forbid threads. One thread gives the same bits.
    isRefused = true;
    return null;
  }
  return team;
}
