/** Where each buffer lies: buffers that are not alive in the same phase may share bytes. */
import type { DType } from '../dtype.ts';
import { type Buffer, type Program, readsOf, writesOf } from './program.ts';

export interface MemoryPlan {
  /** The address of each buffer, in bytes. */
  readonly addresses: readonly number[];
  /** How many bytes all buffers take together. */
  readonly bytes: number;
}

export const bytesOf = { float32: 4, float64: 8, int32: 4, uint32: 4, bool: 1 } as const satisfies Record<
  DType,
  number
>;

// Buffers begin at cache lines. Vectors may read and write up to 16 bytes behind the last number.
const alignment = 64;
const overhang = 16;

/** For whom the memory is planned. */
export interface PlanOptions {
  /** The first address. */
  readonly start: number;
  /** The phase of each kernel; see `phasesOf`. */
  readonly phases: readonly number[];
  readonly threads: number;
}

/**
 * Plans the memory of a program. A buffer is alive from the first phase that writes it to the last one that
 * uses it, and during all of a repetition if it is used outside it, too. Inputs, constants and outputs are
 * alive all the time. Scratch memory is there for each thread.
 *
 * @example planMemory(program, { start: 0, phases: phasesOf(program), threads: 2 }).bytes;
 */
export function planMemory(program: Program, { start, phases, threads }: PlanOptions): MemoryPlan {
  const lifetimes = lifetimesOf(program, phases);
  const sizes = program.buffers.map((buffer) => threadBytes(buffer) * (buffer.isScratch ? threads : 1));
  const addresses = program.buffers.map(() => start);
  const placed: Block[] = [];
  let end = start;
  // The largest buffers first: the small ones fit between them.
  const bySize = [...program.buffers.keys()].sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
  for (const buffer of bySize) {
    const lifetime = lifetimes[buffer];
    if (!lifetime) continue;
    const bytes = sizes[buffer] as number;
    const from = firstGap(
      placed.filter((block) => overlap(block.lifetime, lifetime)),
      start,
      bytes,
    );
    addresses[buffer] = from;
    placed.push({ from, to: from + bytes, lifetime });
    end = Math.max(end, from + bytes);
  }
  return { addresses, bytes: end - start };
}

/** How many bytes a buffer takes, or one thread's part of scratch memory. */
export function threadBytes({ dtype, length }: Buffer): number {
  return Math.ceil((length * bytesOf[dtype] + overhang) / alignment) * alignment;
}

/** The first and the last phase that needs a buffer. */
export interface Lifetime {
  readonly first: number;
  readonly last: number;
}

/** Each buffer's lifetime; undefined for a buffer that nothing uses. */
export function lifetimesOf(program: Program, phases: readonly number[]): readonly (Lifetime | undefined)[] {
  const lifetimes: (Lifetime | undefined)[] = program.buffers.map(() => undefined);
  const use = (buffer: number, phase: number) => {
    const { first, last } = lifetimes[buffer] ?? { first: phase, last: phase };
    lifetimes[buffer] = { first: Math.min(first, phase), last: Math.max(last, phase) };
  };
  program.kernels.forEach((kernel, i) => {
    for (const buffer of [...readsOf(kernel), ...writesOf(kernel)]) use(buffer, phases[i] as number);
  });
  for (const { first, end } of program.repetitions) {
    const within = phases.slice(first, end);
    const [from, to] = [Math.min(...within), Math.max(...within)];
    lifetimes.forEach((lifetime, buffer) => {
      // What a step only computes for itself is written anew in each step; the next step needs the others.
      if (lifetime && overlap(lifetime, { first: from, last: to }) && !isWithin(lifetime, from, to)) {
        use(buffer, from);
        use(buffer, to);
      }
    });
  }
  const lasting = [...program.inputs, ...program.constants.map(({ place }) => place), ...program.outputs];
  for (const { buffer } of lasting) lifetimes[buffer] = { first: -1, last: Number.POSITIVE_INFINITY };
  return lifetimes;
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly lifetime: Lifetime;
}

function overlap(a: Lifetime, b: Lifetime): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function isWithin({ first, last }: Lifetime, from: number, to: number): boolean {
  return from <= first && last <= to;
}

/** The lowest address with room for `bytes` between these blocks. */
function firstGap(blocks: readonly Block[], start: number, bytes: number): number {
  let from = start;
  for (const block of [...blocks].sort((a, b) => a.from - b.from)) {
    if (block.from >= from + bytes) break;
    from = Math.max(from, block.to);
  }
  return from;
}
