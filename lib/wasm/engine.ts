/**
 * The engine's WebAssembly, if it has one. We declare the part of its interface that we use, because the full
 * types would need the DOM's type library.
 */
import { FluxionError } from '../errors.ts';

/** Memory that assembled code and JavaScript share. When it grows, its old buffer detaches. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Engine {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;

/** The unit in which memory grows. */
export const pageBytes = 65536;

/**
 * Whether the engine can run this code, and has the address space for memories. A page may forbid WebAssembly
 * that the engine calls valid.
 */
export function accepts(code: Uint8Array): boolean {
  try {
    const engine = requireEngine();
    return new engine.Module(code) !== null && canReserve(engine);
  } catch {
    return false;
  }
}

/**
 * What our modules need: elementwise functions, alone and on threads, reductions, random numbers, products.
 */
const memories = 8;

let reserves: boolean | undefined;

/**
 * Whether there is address space for the memories of our modules. Engines reserve several GB for each, so
 * that addresses need no check; where a process may not have so much (`ulimit -v`), JavaScript must do.
 */
function canReserve({ Memory }: Engine): boolean {
  try {
    reserves ??= Array.from({ length: memories }, () => new Memory({ initial: 1 })).length === memories;
  } catch {
    reserves = false;
  }
  return reserves;
}

/** The most pages that 32-bit addresses can reach. */
export const maximalPages = 65536;

/**
 * Memory, by default one page. With `shared`, threads can share it. Throws a FluxionError without
 * WebAssembly.
 */
export function newMemory(options: { readonly shared?: boolean; readonly pages?: number } = {}): Memory {
  const { Memory } = requireEngine();
  const initial = options.pages ?? 1;
  return options.shared
    ? new Memory({ initial, maximum: maximalPages, shared: true })
    : new Memory({ initial });
}

/**
 * Compiles a module that `ModuleBuilder` assembled, with its memory and the functions that it imports. The
 * caller states its exports.
 */
export function instantiate<Exports>(
  code: Uint8Array,
  memory: Memory,
  functions: Readonly<Record<string, (...numbers: number[]) => number>> = {},
): Exports {
  const { Module, Instance } = requireEngine();
  return new Instance(new Module(code), { env: { memory }, functions }).exports as Exports;
}

function requireEngine(): Engine {
  if (engine) return engine;
  throw new FluxionError('WebAssembly: this JavaScript engine has none');
}
