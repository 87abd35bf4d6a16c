/**
 * Splits large arrays into shares, one for each thread. We copy the other threads' shares to shared memory
 * and back; this thread works on its own share without that copy.
 */
import { mailboxBytes, ThreadPool, threadCount } from '../../threads/pool.ts';
import { instantiate, newMemory, pageBytes } from '../../wasm/engine.ts';
import { i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { defineUnary, type UnaryKernel, unaryKernels } from './elementwise-kernels.ts';

// From this many numbers on, it pays to wake another thread. On two idle cores it already pays at a quarter
// of that, on busy cores only at twice that.
const worthSharing = 2 ** 18;

// The shared memory never grows beyond this many numbers for each thread.
const largestShare = 2 ** 20;

/** These functions take one or two instructions: less time than the copy to shared memory. */
const cheap: ReadonlySet<UnaryKernel> = new Set(['abs', 'negate', 'sqrt', 'square', 'reciprocal', 'relu']);

/** Whether to spread `count` numbers over threads. This changes no bit of the results. */
export function paysOnThreads(name: UnaryKernel, count: number): boolean {
  return count >= worthSharing && !cheap.has(name) && threadCount() > 1;
}

/** Writes the function of x into y. `alone` computes a part of it on this thread. */
export function runOnThreads(
  name: UnaryKernel,
  x: Float32Array,
  y: Float32Array,
  alone: (from: number, to: number) => void,
): void {
  const threads = threadCount();
  const share = Math.min(largestShare, 4 * Math.ceil(x.length / threads / 4));
  for (let start = 0; start < x.length; start += threads * share) {
    const [own, end] = [Math.min(start + share, x.length), Math.min(start + threads * share, x.length)];
    runRound(name, x.subarray(own, end), y.subarray(own, end), share, () => alone(start, own));
  }
}

/** One round: the other threads compute their shares while this thread computes its own. */
function runRound(name: UnaryKernel, x: Float32Array, y: Float32Array, share: number, own: () => void): void {
  shared ??= new SharedKernels();
  const page = shared.page(x.length);
  page.set(x);
  const shares = Array.from(
    { length: Math.ceil(x.length / share) },
    (_, i) => [i * share, Math.min((i + 1) * share, x.length)] as const,
  );
  shared.run(name, shares, own);
  y.set(page.subarray(0, x.length));
}

let shared: SharedKernels | undefined;

/** The same functions in a second module, whose memory the threads share. */
class SharedKernels {
  readonly #memory = newMemory({ shared: true });
  readonly #pool: ThreadPool;
  #own: () => void = () => {};

  constructor() {
    const code = assemble();
    const { run } = instantiate<{ run: (kernel: number, from: number, to: number) => void }>(
      code,
      this.#memory,
    );
    // The pool runs the first job, which has no arguments, on this thread: that is the caller's own share.
    this.#pool = new ThreadPool(code, this.#memory, 'run', (kernel, from, to) => {
      if (kernel === undefined) this.#own();
      else run(kernel, from as number, to as number);
    });
  }

  /** The shared memory, with room for `count` numbers. */
  page(count: number): Float32Array {
    const missing = mailboxBytes + 4 * (count + 4) - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return new Float32Array(this.#memory.buffer, mailboxBytes, count);
  }

  run(name: UnaryKernel, shares: readonly (readonly [from: number, to: number])[], own: () => void): void {
    this.#own = own;
    const kernel = unaryKernels.indexOf(name);
    this.#pool.run([
      [],
      ...shares.map(([from, to]) => [kernel, mailboxBytes + 4 * from, mailboxBytes + 4 * to]),
    ]);
  }
}

function assemble(): Uint8Array {
  const module = new ModuleBuilder({ sharedMemory: true });
  const callees = unaryKernels.map((name) => defineUnary(module, name));
  module.define('run', { kernel: 'i32', from: 'i32', to: 'i32' }, (f, { kernel, from, to }) => {
    callees.forEach((callee, i) => {
      f.if(i32.eq(kernel, i32.const(i)), () => f.call(callee, { from, to }));
    });
  });
  return module.assemble();
}
