/**
 * The engine's WebAssembly, where it has one: as little of its interface as is used here, without the DOM's
 * type library.
 */
import { FluxionError } from '../errors.ts';

/** Memory that assembled code and JavaScript both see. Growing it detaches its old buffer. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Engine {
  validate(code: Uint8Array): boolean;
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

/** Whether the engine can run this code. */
export function accepts(code: Uint8Array): boolean {
  return engine?.validate(code) ?? false;
}

/** The most pages that 32-bit addresses can reach. */
export const maximalPages = 65536;

/** One page of memory; `shared` between threads, if asked for. */
export function newMemory(options: { readonly shared?: boolean } = {}): Memory {
  const { Memory } = requireEngine();
  return options.shared
    ? new Memory({ initial: 1, maximum: maximalPages, shared: true })
    : new Memory({ initial: 1 });
}

/**
 * Compiles a module that `ModuleBuilder` assembled, and gives it its memory. The caller knows what it
 * exports.
 */
export function instantiate<Exports>(code: Uint8Array, memory: Memory): Exports {
  const { Module, Instance } = requireEngine();
  return new Instance(new Module(code), { env: { memory } }).exports as Exports;
}

function requireEngine(): Engine {
  if (engine) return engine;
  throw new FluxionError('WebAssembly: this JavaScript engine has none');
}
