/** Elementwise functions of float32 arrays in WebAssembly SIMD. */
import { flat, type NDArray, wrap } from '../../array.ts';
import { ArgumentError } from '../../errors.ts';
import { instantiate, newMemory, pageBytes } from '../../wasm/engine.ts';
import { hasSimd } from '../../wasm/features.ts';
import { v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { vectorFunctions } from './functions.ts';

export type VectorFunctionName = keyof typeof vectorFunctions;

/** `'auto'`: SIMD for float32 arrays where the engine has it. `'javascript'`: the readable loops, in double precision. */
export type ElementwiseBackend = 'auto' | 'javascript';

let backend: ElementwiseBackend = 'auto';

// Elements from which the copies to WebAssembly and back pay.
const worthCopying = 64;

/** Chooses what computes elementwise functions from now on: it changes speed, and the last bit. @example setElementwiseBackend('javascript'); */
export function setElementwiseBackend(name: ElementwiseBackend): void {
  if (name !== 'auto' && name !== 'javascript') {
    throw new ArgumentError(`setElementwiseBackend: wanted 'auto' or 'javascript', got '${String(name)}'`);
  }
  backend = name;
}

/** What `setElementwiseBackend` chose last; `'auto'` at first. */
export function elementwiseBackend(): ElementwiseBackend {
  return backend;
}

/** The same operation, in SIMD where that is faster: for float32 arrays above a certain size, so that the same call gives the same bits. */
export function withSimd(name: VectorFunctionName, scalar: (a: NDArray) => NDArray): (a: NDArray) => NDArray {
  return (a) => {
    const worthIt = a.data instanceof Float32Array && a.size >= worthCopying && backend === 'auto' && hasSimd();
    return worthIt ? wrap(applyVectorFunction(name, flat(a) as Float32Array), a.shape) : scalar(a);
  };
}

interface Kernels {
  /** The first page of the memory, as the numbers that the functions work on. */
  readonly page: Float32Array;
  readonly run: Readonly<Record<VectorFunctionName, (bytes: number) => void>>;
}

let kernels: Kernels | undefined;

// Page by page: a page stays in the first-level cache, in and out.
function applyVectorFunction(name: VectorFunctionName, x: Float32Array): Float32Array {
  kernels ??= assemble();
  const { page, run } = kernels;
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += page.length) {
    const count = Math.min(page.length, x.length - start);
    page.set(x.subarray(start, start + count));
    run[name](count * page.BYTES_PER_ELEMENT);
    y.set(page.subarray(0, count), start);
  }
  return y;
}

function assemble(): Kernels {
  const module = new ModuleBuilder();
  for (const [name, build] of Object.entries(vectorFunctions)) {
    module.define(name, { bytes: 'i32' }, (f, { bytes }) => {
      // The last vector may reach behind the last number, but not behind the page.
      f.for(0, bytes, 16, (at) => {
        const x = f.local('v128', v128.load(at));
        f.do(v128.store(at, build(f, x)));
      });
    });
  }
  const memory = newMemory();
  const run = instantiate<Kernels['run']>(module.assemble(), memory);
  return { page: new Float32Array(memory.buffer, 0, pageBytes / 4), run };
}
