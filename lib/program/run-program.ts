/** Programs at work: memory, and a list of steps that fill it. */

import { assign, copy, type NDArray, view } from '../array.ts';
import { allocate } from '../dtype.ts';
import { usesSimd } from '../elementwise/simd/index.ts';
import { matmul } from '../matmul/matmul.ts';
import { countProgramProducts } from '../matmul/matmul-backend.ts';
import { sum } from '../reduce/sum.ts';
import { sizeOf } from '../shape.ts';
import { threadCount } from '../threads/pool.ts';
import { findTeam } from '../threads/team.ts';
import { reshape } from '../views.ts';
import { instantiate, type Memory, maximalPages, newMemory, pageBytes } from '../wasm/engine.ts';
import { type Heap, layOut, viewOf } from './heap.ts';
import { javascriptLoop } from './javascript/run-loop.ts';
import { planMemory } from './memory.ts';
import type { Host, Kernel, Place, Program, Repetition } from './program.ts';
import { assemble, groupName, type NativeKernel, type Part, type RunGroup } from './webassembly/assemble.ts';
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
 * that has enough work for them, and those of its repetitions that have enough in each step.
 *
 * @example
 * const loaded = loadProgram(program);
 * loaded.run();
 */
export function loadProgram(program: Program, threads?: number): LoadedProgram {
  if (!usesSimd()) return inJavaScript(program);
  const isShared = (repetition: Repetition) => threads !== undefined || isWorthSharing(program, repetition);
  return inWebAssembly(program, threads ?? threadsFor(program), isShared);
}

/** The readable reference: kernel by kernel. */
function inJavaScript(program: Program): LoadedProgram {
  const phases = program.kernels.map((_, i) => i);
  const { addresses, bytes } = planMemory(program, { start: 0, phases, threads: 1 });
  const heap = layOut(program, allocate(bytes, 'bool', 'compile').buffer as ArrayBuffer, addresses);
  const kernels = program.kernels.map((kernel) => javascriptKernel(kernel, heap));
  return loaded(program, heap, [() => runInOrder(kernels, program.repetitions)], {
    bytes,
    codeBytes: 0,
    phaseCount: phases.length,
  });
}

type RunKernel = (step: number) => void;

function runInOrder(kernels: readonly RunKernel[], repetitions: readonly Repetition[]): void {
  for (let i = 0; i < kernels.length; ) {
    const { end, count } = repetitions.find(({ first }) => first === i) ?? { end: i + 1, count: 1 };
    for (let step = 0; step < count; step++) for (const run of kernels.slice(i, end)) run(step);
    i = end;
  }
}

// From this many operations on, it pays to let other threads take part: in a program, and in a step.
const worthSharing = 2 ** 21;
const worthSharingAStep = 2 ** 19;

/** Null where there is not so much memory: 32-bit addresses reach 4 GiB, and a process may have less. */
function memoryOf(pages: number, shared: boolean): Memory | null {
  try {
    return pages > maximalPages ? null : newMemory({ pages, shared });
  } catch {
    return null;
  }
}

function threadsFor(program: Program): number {
  const { kernels, repetitions } = program;
  const isRepeated = (i: number) => repetitions.some(({ first, end }) => first <= i && i < end);
  const once = workOf(kernels.filter((_, i) => !isRepeated(i)));
  const shared = repetitions.filter((repetition) => isWorthSharing(program, repetition));
  const work = shared.reduce(
    (sum, repetition) => sum + repetition.count * workOfStep(program, repetition),
    once,
  );
  return work >= worthSharing ? threadCount() : 1;
}

function isWorthSharing(program: Program, repetition: Repetition): boolean {
  return workOfStep(program, repetition) >= worthSharingAStep;
}

function workOfStep({ kernels }: Program, { first, end }: Repetition): number {
  return workOf(kernels.slice(first, end));
}

function inWebAssembly(
  program: Program,
  threads: number,
  isShared: (repetition: Repetition) => boolean,
): LoadedProgram {
  const team = threads > 1 ? findTeam() : null;
  const phases = phasesOf(program);
  // On one thread a kernel is a phase of its own, so that its buffers are free for the next ones.
  const times = team ? phases : turnsOf(program, phases);
  const { addresses, bytes } = planMemory(program, { start: barrierBytes, phases: times, threads });
  const pages = Math.ceil((barrierBytes + bytes) / pageBytes);
  const memory = memoryOf(pages, team !== null);
  if (!memory) return inJavaScript(program);
  const heap = layOut(program, memory.buffer, addresses);
  const groups = groupsOf(program, phases, isShared);
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
      const present = team === null || member === undefined ? 1 : Math.min(threads, team.sizeFor(member));
      if (team === null || member === undefined || present === 1) runGroup(0, 1);
      else {
        arrivals[0] = 0;
        team.run(member, g, present, () => runGroup(0, present));
      }
    };
    return [...hosts.map((host) => hostStep(host, heap)), ...(native.length > 0 ? [together] : [])];
  });
  const products = productsOf(program);
  const count = () => countProgramProducts(products);
  const phaseCount = new Set(phases).size;
  const result = loaded(program, heap, [...steps, count], { bytes, codeBytes: code.length, phaseCount });
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

/** Steps in JavaScript, and then other kernels. */
interface Group {
  readonly hosts: readonly Host[];
  readonly native: OpenPart[];
}

type OpenPart = Part & { readonly phases: NativeKernel[][] };

/** A phase with steps in JavaScript begins a group. */
function groupsOf(
  { kernels, repetitions }: Program,
  phases: readonly number[],
  isShared: (repetition: Repetition) => boolean,
): readonly Group[] {
  const groups: Group[] = [];
  for (let phase = 0; phase <= Math.max(-1, ...phases); phase++) {
    const own = kernels.filter((_, i) => phases[i] === phase);
    const repetition = repetitions.find(({ first, end }) => phases.slice(first, end).includes(phase)) ?? null;
    const hosts = own.filter((kernel): kernel is Host => kernel.kind === 'host');
    const native = own.filter((kernel): kernel is NativeKernel => kernel.kind !== 'host');
    if (hosts.length > 0 || groups.length === 0) groups.push({ hosts, native: [] });
    if (native.length === 0) continue;
    const parts = (groups.at(-1) as Group).native;
    const last = parts.at(-1);
    if (last && last.repetition === repetition) last.phases.push(native);
    else parts.push({ phases: [native], repetition, isShared: repetition === null || isShared(repetition) });
  }
  return groups;
}

/** About how many operations kernels take. */
function workOf(kernels: readonly Kernel[]): number {
  return kernels.reduce((sum, kernel) => {
    if (kernel.kind === 'loop') return sum + sizeOf(kernel.shape) * kernel.values.length;
    if (kernel.kind === 'product')
      return sum + sizeOf(kernel.output.shape) * (kernel.left.shape.at(-1) as number);
    return sum;
  }, 0);
}

/** How many matrix products a run computes. */
function productsOf({ kernels, repetitions }: Program): number {
  return kernels.reduce((sum, kernel, i) => {
    if (kernel.kind !== 'product') return sum;
    const { count } = repetitions.find(({ first, end }) => first <= i && i < end) ?? { count: 1 };
    return sum + count * sizeOf(kernel.output.shape.slice(0, -2));
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

/** A kernel in plain JavaScript. Sums and products are those of `lib`. */
function javascriptKernel(kernel: Kernel, heap: Heap): RunKernel {
  switch (kernel.kind) {
    case 'loop':
      return javascriptLoop(kernel, heap);
    case 'host':
      return hostStep(kernel, heap);
    case 'sum': {
      const { before, length, after, strides, output } = kernel;
      return (step) => {
        const { data, offset } = viewOf(heap, kernel.input, step);
        const input = view(data, [before, length, after], [...strides, 1], offset);
        // A sum of repeated elements multiplies if there are many; only a step in JavaScript may ask for
        // that.
        const terms = strides[1] === 0 ? copy(input) : input;
        assign(reshape(viewOf(heap, output, step), [before, after]), sum(terms, [1]));
      };
    }
    case 'product': {
      const at = (place: Place, step: number) => viewOf(heap, place, step);
      const { left, right, output } = kernel;
      return (step) => assign(at(output, step), matmul(at(left, step), at(right, step)));
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
