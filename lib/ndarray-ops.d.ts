/** The part of scijs ndarray-ops that we use. Each function writes into its first argument and returns it. */
declare module 'ndarray-ops' {
  import type { NdArray } from 'ndarray';

  type Operand = NdArray<Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array>;
  type Unary = 'neg' | 'recip' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'not' | 'assign';
  type Transcendental = 'exp' | 'log' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan';
  type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'max' | 'min' | 'atan2';
  type Logic = 'lt' | 'leq' | 'gt' | 'geq' | 'eq' | 'neq' | 'and' | 'or';

  const ops: Readonly<
    Record<Unary | Transcendental, (out: Operand, a: Operand) => Operand> &
      Record<Arithmetic | Logic, (out: Operand, a: Operand, b: Operand) => Operand> &
      Record<'neqs', (out: Operand, a: Operand, scalar: number) => Operand>
  >;
  export default ops;
}
