/** Programs at work: memory, and a list of steps that fill it. */

import ops from 'ndarray-ops';
import { flat, isRowMajor, type NDArray, view } from '../array.ts';
import { allocate } from '../dtype.ts';
import { usesSimd } from '../elementwise/simd/index.ts';
import { matmul } from '../matmul/matmul.ts';
import { sum } from '../reduce/sum.ts';
import { sizeOf } from '../shape.ts';
import { threadCount } from '../threads/pool.ts';
import { findTeam } from '../threads/team.ts';
import { reshape } from '../views.ts';
import { instantiate, type Memory, maximalPages, newMemory, pageBytes } from '../wasm/engine.ts';
import { type Heap, layOut, viewOf } from './heap.ts';
import { javascriptLoop } from './javascript/run-loop.ts';
import { planMemory } from './memory.ts';
import type { Host, Kernel, Place, Program } from './program.ts';
import { assemble, groupName, type NativeKernel, type RunGroup } from './webassembly/assemble.ts';
import { arrivalsAt, barrierBytes } from './webassembly/barrier.ts';
import { importedFunctions } from './webassembly/number-scalars.ts';
import { phasesOf } from './webassembly/phases.ts';

/** A program in its own memory. */
export interface LoadedProgram {
  /** Its inputs, as views into its memory: whoever calls `run` fills them before. */
  readonly inputs: readonly NDArray[];
  /** Its outputs, as views into its memory: the next run overwrites them. */
  readonly outputs: readonly NDArray[];
  readonly run: () => void;
  readonly bytes: number;
  /** The size of the WebAssembly module; 0 if JavaScript runs everything. */
  readonly codeBytes: number;
  /** How many phases there are, between which threads wait for each other. */
  readonly phaseCount: number;
}

/**
 * Lays a program out in memory and gets it ready to run, in WebAssembly where the engine has SIMD and the
 * setting of `setElementwiseBackend` allows it, else in JavaScript. By default, several threads run a program
 * that has enough work for them.
 *
 * @example
 * const loaded = loadProgram(program);
 * loaded.run();
 */
export function loadProgram(program: Program, threads = threadsFor(program)): LoadedProgram {
  return usesSimd() ? inWebAssembly(program, threads) : inJavaScript(program);
}

/** The readable reference: kernel by kernel. */
function inJavaScript(program: Program): LoadedProgram {
  const phases = program.kernels.map((_, i) => i);
  const { addresses, bytes } = planMemory(program, { start: 0, phases, threads: 1 });
  const heap = layOut(program, allocate(bytes, 'bool', 'compile').buffer as ArrayBuffer, addresses);
  const steps = program.kernels.map((kernel) => javascriptStep(kernel, heap));
  return loaded(program, heap, steps, { bytes, codeBytes: 0, phaseCount: phases.length });
}

// From this many operations on, it pays to let other threads take part.
const worthSharing = 2 ** 21;

/** Null where there is not so much memory: 32-bit addresses reach 4 GiB, and a process may have less. */
function memoryOf(pages: number, shared: boolean): Memory | null {
  try {
    return pages > maximalPages ? null : newMemory({ pages, shared });
  } catch {
    return null;
  }
}

function threadsFor(program: Program): number {
  return workOf(program) >= worthSharing ? threadCount() : 1;
}

function inWebAssembly(program: Program, threads: number): LoadedProgram {
  const team = threads > 1 ? findTeam() : null;
  const phases = phasesOf(program);
  // On one thread a kernel is a phase of its own, so that its buffers are free for the next ones.
  const times = team ? phases : turnsOf(program, phases);
  const { addresses, bytes } = planMemory(program, { start: barrierBytes, phases: times, threads });
  const pages = Math.ceil((barrierBytes + bytes) / pageBytes);
  const memory = memoryOf(pages, team !== null);
  if (!memory) return inJavaScript(program);
  const heap = layOut(program, memory.buffer, addresses);
  const groups = groupsOf(program, phases);
  const code = assemble(
    groups.map(({ native }) => native),
    heap,
    team !== null,
  );
  const run = instantiate<Record<string, RunGroup>>(code, memory, importedFunctions);
  const functions = groups.map((_, g) => groupName(g));
  const member = team?.add({ code, memory, functions });
  const arrivals = new Int32Array(memory.buffer, arrivalsAt, 1);
  const steps = groups.flatMap(({ hosts, native }, g) => {
    const runGroup = run[functions[g] as string] as RunGroup;
    const together = () => {
      const present = team === null ? 1 : Math.min(threads, team.size);
      if (team === null || member === undefined || present === 1) runGroup(0, 1);
      else {
        arrivals[0] = 0;
        team.run(member, g, present, () => runGroup(0, present));
      }
    };
    return [...hosts.map((host) => hostStep(host, heap)), ...(native.length > 0 ? [together] : [])];
  });
  const phaseCount = new Set(phases).size;
  const result = loaded(program, heap, steps, { bytes, codeBytes: code.length, phaseCount });
  if (team && member !== undefined) forgetLater(result, () => team.remove(member));
  return result;
}

/** When each kernel runs on a single thread: by phase, the steps in JavaScript first. */
function turnsOf({ kernels }: Program, phases: readonly number[]): readonly number[] {
  const isLater = (i: number) => Number(kernels[i]?.kind !== 'host');
  const order = [...kernels.keys()].sort(
    (i, j) => (phases[i] as number) - (phases[j] as number) || isLater(i) - isLater(j) || i - j,
  );
  const turns = new Array<number>(kernels.length).fill(0);
  for (const [turn, i] of order.entries()) turns[i] = turn;
  return turns;
}

/** A part of a program: steps in JavaScript, and then phases of other kernels. */
interface Group {
  readonly hosts: readonly Host[];
  readonly native: NativeKernel[][];
}

/** A phase with steps in JavaScript begins a group. */
function groupsOf({ kernels }: Program, phases: readonly number[]): readonly Group[] {
  const groups: Group[] = [];
  for (let phase = 0; phase <= Math.max(-1, ...phases); phase++) {
    const own = kernels.filter((_, i) => phases[i] === phase);
    const hosts = own.filter((kernel): kernel is Host => kernel.kind === 'host');
    const native = own.filter((kernel): kernel is NativeKernel => kernel.kind !== 'host');
    if (hosts.length > 0 || groups.length === 0) groups.push({ hosts, native: [] });
    if (native.length > 0) (groups.at(-1) as Group).native.push(native);
  }
  return groups;
}

/** About how many operations a program takes. */
function workOf({ kernels }: Program): number {
  return kernels.reduce((sum, kernel) => {
    if (kernel.kind === 'loop') return sum + sizeOf(kernel.shape) * kernel.values.length;
    if (kernel.kind === 'product')
      return sum + sizeOf(kernel.output.shape) * (kernel.left.shape.at(-1) as number);
    return sum;
  }, 0);
}

function loaded(
  program: Program,
  heap: Heap,
  steps: readonly (() => void)[],
  sizes: Pick<LoadedProgram, 'bytes' | 'codeBytes' | 'phaseCount'>,
): LoadedProgram {
  for (const { place, array } of program.constants) assign(viewOf(heap, place), array);
  return {
    inputs: program.inputs.map((place) => viewOf(heap, place)),
    outputs: program.outputs.map((place) => viewOf(heap, place)),
    run: () => {
      for (const step of steps) step();
    },
    ...sizes,
  };
}

/** When nobody uses the program any more, the other threads forget it, and its memory is free. */
function forgetLater(program: LoadedProgram, forget: () => void): void {
  forgotten ??= new FinalizationRegistry((callback) => callback());
  forgotten.register(program, forget);
}

let forgotten: FinalizationRegistry<() => void> | undefined;

/** Copies an array into a view of the same shape and dtype. */
export function assign(target: NDArray, source: NDArray): void {
  if (isRowMajor(target)) flatView(target).set(flat(source));
  else ops.assign(target, source);
}

function flatView(a: NDArray) {
  return flat(a) as Float64Array;
}

/** A kernel in plain JavaScript. Sums and products are those of `lib`. */
function javascriptStep(kernel: Kernel, heap: Heap): () => void {
  switch (kernel.kind) {
    case 'loop':
      return javascriptLoop(kernel, heap);
    case 'host':
      return hostStep(kernel, heap);
    case 'sum': {
      const { before, length, after, strides, output } = kernel;
      const { data, offset } = viewOf(heap, kernel.input);
      const input = view(data, [before, length, after], [...strides, 1], offset);
      const target = reshape(viewOf(heap, output), [before, after]);
      return () => assign(target, sum(input, [1]));
    }
    case 'product': {
      const [left, right, output] = [kernel.left, kernel.right, kernel.output].map((p: Place) =>
        viewOf(heap, p),
      );
      return () => assign(output as NDArray, matmul(left as NDArray, right as NDArray));
    }
  }
}

function hostStep({ inputs, outputs, run }: Host, heap: Heap): () => void {
  const sources = inputs.map((place) => viewOf(heap, place));
  const targets = outputs.map((place) => viewOf(heap, place));
  return () => {
    const results = run(sources);
    targets.forEach((target, i) => {
      assign(target, results[i] as NDArray);
    });
  };
}
