/** One WebAssembly module for the kernels of a program that run without JavaScript. */
import { defineProduct } from '../../matmul/assembly/product.ts';
import type { ElementType } from '../../matmul/assembly/tile.ts';
import { hasRelaxedSimd } from '../../wasm/features.ts';
import type { Callable, FunctionBuilder } from '../../wasm/function.ts';
import type { Expression } from '../../wasm/instructions.ts';
import { type Imported, ModuleBuilder } from '../../wasm/module.ts';
import { i32 } from '../../wasm/program-instructions.ts';
import type { Heap } from '../heap.ts';
import type { Host, Kernel, Loop, Repetition } from '../program.ts';
import { arityOf, type ScalarName } from '../scalars.ts';
import { waitForAll } from './barrier.ts';
import { importsOf } from './imports.ts';
import { defineLoop } from './loop.ts';
import type { CallScalar, ImportedName } from './number-scalars.ts';
import { defineProductKernel } from './product.ts';
import type { ThreadParameters } from './share.ts';
import { defineSum, defineSumFunctions } from './sum.ts';

export type NativeKernel = Exclude<Kernel, Host>;

/** Kernels of one phase after another, and all again for each step if they are a repetition. */
export interface Part {
  readonly phases: readonly (readonly NativeKernel[])[];
  readonly repetition: Repetition | null;
  /** Whether all threads take part, or only the first. */
  readonly isShared: boolean;
}

/** The parameters of each group of the module. */
export type RunGroup = (thread: number, threads: number) => void;

/** The name of a group's function. */
export function groupName(group: number): string {
  return `group ${group}`;
}

/**
 * Assembles groups of kernels: each thread runs a group by one call. Between the phases of a group, and
 * between the steps of a repetition, the threads wait for each other. The heap says where the buffers lie.
 */
export function assemble(
  groups: readonly (readonly Part[])[],
  heap: Heap,
  sharedMemory: boolean,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder({ sharedMemory });
  const kernels = groups.flatMap((parts) => parts.flatMap(({ phases }) => phases.flat()));
  const call = importScalars(module, kernels);
  const define = kernelDefiner(module, heap, call);
  groups.forEach((parts, g) => {
    const defined = parts.map(({ phases, ...part }, p) => ({
      ...part,
      phases: phases.map((own, q) =>
        own.map((kernel, i) => define(`${kernel.kind} ${g}.${p}.${q}.${i}`, kernel)),
      ),
    }));
    module.define(groupName(g), groupParameters, (f, { thread, threads }) => {
      defined.forEach((part, p) => {
        if (p > 0) waitForAll(f, threads);
        if (part.isShared) runPart(f, part, thread, threads);
        else f.if(i32.eqz(thread), () => runPart(f, part, i32.const(0), i32.const(1)));
      });
    });
  });
  return module.assemble();
}

const groupParameters = { thread: 'i32', threads: 'i32' } as const;

type DefinedPart = Pick<Part, 'repetition' | 'isShared'> & {
  readonly phases: readonly (readonly Callable<ThreadParameters>[])[];
};

/** Runs a thread's share of a part. */
function runPart(
  f: FunctionBuilder,
  { phases, repetition, isShared }: DefinedPart,
  thread: Expression<'i32'>,
  threads: Expression<'i32'>,
): void {
  const wait = () => {
    if (isShared) waitForAll(f, threads);
  };
  const runStep = (step: Expression<'i32'>) => {
    phases.forEach((kernels, p) => {
      if (p > 0) wait();
      for (const kernel of kernels) f.call(kernel, { thread, threads, step });
    });
  };
  if (!repetition) {
    runStep(i32.const(0));
    return;
  }
  f.for(0, i32.const(repetition.count), 1, (step) => {
    // A thread may need what the others have computed in the step before.
    f.if(i32.lt_s(i32.const(0), step), wait);
    runStep(step);
  });
}

/** Imports what the loops need from JavaScript, and returns a function that calls it. */
function importScalars(module: ModuleBuilder, kernels: readonly NativeKernel[]): CallScalar {
  const loops = kernels.filter((kernel): kernel is Loop => kernel.kind === 'loop');
  const names = new Set(loops.flatMap(importsOf));
  const imported = new Map([...names].map((name) => [name, module.import(name, parametersOf(name))]));
  return (name, ...operands) => (imported.get(name) as Imported).call(...operands);
}

function parametersOf(name: ImportedName): number {
  return name === 'int32' || name === 'uint32' ? 1 : arityOf(name as ScalarName);
}

/** Defines kernels, and the functions that they share when the first of them needs one. */
function kernelDefiner(module: ModuleBuilder, heap: Heap, call: CallScalar) {
  const product = perType((type) => defineProduct(module, type, hasRelaxedSimd(), `product ${type}`));
  const sums = perType((type) => defineSumFunctions(module, type));
  return (name: string, kernel: NativeKernel): Callable<ThreadParameters> => {
    switch (kernel.kind) {
      case 'loop':
        return defineLoop(module, name, kernel, heap, call);
      case 'sum':
        return defineSum(module, name, kernel, heap, sums(kernel.input.dtype as ElementType));
      case 'product':
        return defineProductKernel(module, name, kernel, heap, product(kernel.output.dtype as ElementType));
    }
  };
}

function perType<T>(make: (type: ElementType) => T): (type: ElementType) => T {
  const made = new Map<ElementType, T>();
  return (type) => {
    const known = made.get(type) ?? make(type);
    made.set(type, known);
    return known;
  };
}
