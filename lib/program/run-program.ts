/** Programs at work: memory, and a list of steps that fill it. */

import ops from 'ndarray-ops';
import { flat, isRowMajor, type NDArray, view } from '../array.ts';
import { usesSimd } from '../elementwise/simd/index.ts';
import { matmul } from '../matmul/matmul.ts';
import { sum } from '../reduce/sum.ts';
import { reshape } from '../views.ts';
import { newMemory, pageBytes } from '../wasm/engine.ts';
import { type Heap, layOut, viewOf } from './heap.ts';
import { javascriptLoop } from './javascript/run-loop.ts';
import { planMemory } from './memory.ts';
import type { Host, Kernel, Place, Program } from './program.ts';
import { assemble, type NativeKernel } from './webassembly/assemble.ts';

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
}

/**
 * Lays a program out in memory and gets it ready to run, in WebAssembly where the engine has SIMD and the
 * setting of `setElementwiseBackend` allows it, else in JavaScript.
 *
 * @example
 * const loaded = loadProgram(program);
 * loaded.run();
 */
export function loadProgram(program: Program): LoadedProgram {
  const inWebAssembly = usesSimd();
  const { addresses, bytes } = planMemory(program, 0);
  const memory = inWebAssembly
    ? newMemory({ pages: Math.max(1, Math.ceil(bytes / pageBytes)) })
    : { buffer: new ArrayBuffer(bytes), grow: () => 0 };
  const heap = layOut(program, memory.buffer, addresses);
  for (const { place, array } of program.constants) assign(viewOf(heap, place), array);
  const { steps, codeBytes } = inWebAssembly ? nativeSteps() : javascriptSteps();
  return {
    inputs: program.inputs.map((place) => viewOf(heap, place)),
    outputs: program.outputs.map((place) => viewOf(heap, place)),
    run: () => {
      for (const step of steps) step();
    },
    bytes,
    codeBytes,
  };

  function javascriptSteps() {
    return { steps: program.kernels.map((kernel) => javascriptStep(kernel, heap)), codeBytes: 0 };
  }

  /** Kernels between two host steps are one group of the module. */
  function nativeSteps() {
    const groups: NativeKernel[][] = [[]];
    const order: (Host | number)[] = [0];
    for (const kernel of program.kernels) {
      if (kernel.kind === 'host') {
        order.push(kernel, groups.length);
        groups.push([]);
      } else (groups.at(-1) as NativeKernel[]).push(kernel);
    }
    const { code, start } = assemble(groups, heap);
    const native = start(memory);
    const steps = order.flatMap((step) => {
      if (typeof step !== 'number') return [hostStep(step, heap)];
      return (groups[step] as NativeKernel[]).length === 0 ? [] : [native[step] as () => void];
    });
    return { steps, codeBytes: code.length };
  }
}

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
