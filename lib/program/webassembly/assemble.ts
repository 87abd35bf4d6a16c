/** One WebAssembly module for the kernels of a program that run without JavaScript. */
import { defineProduct } from '../../matmul/assembly/product.ts';
import type { ElementType } from '../../matmul/assembly/tile.ts';
import { instantiate, type Memory } from '../../wasm/engine.ts';
import { hasRelaxedSimd } from '../../wasm/features.ts';
import type { Callable } from '../../wasm/function.ts';
import { type Imported, ModuleBuilder } from '../../wasm/module.ts';
import type { Heap } from '../heap.ts';
import type { Host, Kernel, Loop } from '../program.ts';
import { arityOf, type ScalarName } from '../scalars.ts';
import { defineLoop, isVectorised } from './loop.ts';
import { type CallScalar, type ImportedName, importedFunctions, isImported } from './number-scalars.ts';
import { defineProductKernel } from './product.ts';
import { defineSum, defineSumFunctions } from './sum.ts';
import { isLaneByLane } from './vector-scalars.ts';

export type NativeKernel = Exclude<Kernel, Host>;

/** A module, and how to run its groups of kernels. */
export interface Assembled {
  readonly code: Uint8Array;
  /** Puts the module to work on its memory; each function runs one group. */
  readonly start: (memory: Memory) => readonly (() => void)[];
}

/** Assembles kernels in groups: each group runs by one call. The heap says where the buffers lie. */
export function assemble(groups: readonly (readonly NativeKernel[])[], heap: Heap): Assembled {
  const module = new ModuleBuilder();
  const kernels = groups.flat();
  const call = importScalars(module, kernels);
  const define = kernelDefiner(module, heap, call);
  groups.forEach((group, g) => {
    const parts = group.map((kernel, i) => define(`${kernel.kind} ${g}.${i}`, kernel));
    module.define(`group ${g}`, {}, (f) => {
      for (const part of parts) f.call(part, {});
    });
  });
  const code = module.assemble();
  const start = (memory: Memory) => {
    const run = instantiate<Record<string, () => void>>(code, memory, importedFunctions);
    return groups.map((_, g) => run[`group ${g}`] as () => void);
  };
  return { code, start };
}

/** Imports what the loops need from JavaScript, and returns a function that calls it. */
function importScalars(module: ModuleBuilder, kernels: readonly NativeKernel[]): CallScalar {
  const loops = kernels.filter((kernel): kernel is Loop => kernel.kind === 'loop');
  const names = new Set(loops.flatMap(importsOf));
  const imported = new Map([...names].map((name) => [name, module.import(name, parametersOf(name))]));
  return (name, ...operands) => (imported.get(name) as Imported).call(...operands);
}

function importsOf(loop: Loop): readonly ImportedName[] {
  const vectorised = isVectorised(loop);
  return loop.values.flatMap((value): readonly ImportedName[] => {
    if (value.kind !== 'operation') return [];
    const { name, dtype } = value;
    if (vectorised) return name !== 'cast' && isLaneByLane(name) ? [name] : [];
    const conversion = dtype === 'int32' || dtype === 'uint32' ? [dtype] : [];
    return isImported(name) ? [name, ...conversion] : conversion;
  });
}

function parametersOf(name: ImportedName): number {
  return name === 'int32' || name === 'uint32' ? 1 : arityOf(name as ScalarName);
}

/** Defines kernels, and the functions that they share when the first of them needs one. */
function kernelDefiner(module: ModuleBuilder, heap: Heap, call: CallScalar) {
  const product = perType((type) => defineProduct(module, type, hasRelaxedSimd(), `product ${type}`));
  const sums = perType((type) => defineSumFunctions(module, type));
  return (name: string, kernel: NativeKernel): Callable<Record<never, never>> => {
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
