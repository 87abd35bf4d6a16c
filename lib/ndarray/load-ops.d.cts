import type { NdArray } from 'ndarray';

type Operand = NdArray<Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array>;
type Name =
  | ('neg' | 'recip' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'not' | 'assign')
  | ('exp' | 'log' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan')
  | ('add' | 'sub' | 'mul' | 'div' | 'pow' | 'max' | 'min' | 'atan2')
  | ('lt' | 'leq' | 'gt' | 'geq' | 'eq' | 'neq' | 'and' | 'or');

/** Loads ndarray-ops. Here is the part of it that we use. Each function writes into its first argument. */
declare function load(): Readonly<Record<Name, (out: Operand, ...operands: Operand[]) => unknown>>;
export = load;
