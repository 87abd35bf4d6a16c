/** One WebAssembly module for the kernels of a program that run without JavaScript. */
import { defineProduct } from '../../matmul/assembly/product.ts';
import type { ElementType } from '../../matmul/assembly/tile.ts';
import { hasRelaxedSimd } from '../../wasm/features.ts';
import type { Callable } from '../../wasm/function.ts';
import { type Imported, ModuleBuilder } from '../../wasm/module.ts';
import type { Heap } from '../heap.ts';
import type { Host, Kernel, Loop } from '../program.ts';
import { arityOf, type ScalarName } from '../scalars.ts';
import { waitForAll } from './barrier.ts';
import { importsOf } from './imports.ts';
import { defineLoop } from './loop.ts';
import type { CallScalar, ImportedName } from './number-scalars.ts';
import { defineProductKernel } from './product.ts';
import { type ThreadParameters, threadParameters } from './share.ts';
import { defineSum, defineSumFunctions } from './sum.ts';

export type NativeKernel = Exclude<Kernel, Host>;

/** Kernels of one phase after another. */
export type Phases = readonly (readonly NativeKernel[])[];

/** The parameters of each group of the module. */
export type RunGroup = (thread: number, threads: number) => void;

/** The name of a group's function. */
export function groupName(group: number): string {
  return `group ${group}`;
}

/**
 * Assembles groups of kernels: each thread runs a group by one call. Between the phases of a group, the
 * threads wait for each other. The heap says where the buffers lie.
 */
export function assemble(
  groups: readonly Phases[],
  heap: Heap,
  sharedMemory: boolean,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder({ sharedMemory });
  const call = importScalars(module, groups.flat(2));
  const define = kernelDefiner(module, heap, call);
  groups.forEach((phases, g) => {
    const parts = phases.map((kernels, p) =>
      kernels.map((kernel, i) => define(`${kernel.kind} ${g}.${p}.${i}`, kernel)),
    );
    module.define(groupName(g), threadParameters, (f, { thread, threads }) => {
      parts.forEach((functions, p) => {
        if (p > 0) waitForAll(f, threads);
        for (const part of functions) f.call(part, { thread, threads });
      });
    });
  });
  return module.assemble();
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
