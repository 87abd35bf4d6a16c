/** The part of scijs ndarray-ops that this room uses. Every function writes into its first argument, which it returns. */
declare module 'ndarray-ops' {
  import type { NdArray } from 'ndarray';

  type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
  type Operand = NdArray<Numbers>;
  type Unary = (out: Operand, a: Operand) => Operand;
  type Binary = (out: Operand, a: Operand, b: Operand) => Operand;
  type WithScalar = (out: Operand, a: Operand, scalar: number) => Operand;

  export const assign: Unary;
  export const neg: Unary, recip: Unary, abs: Unary, sqrt: Unary, exp: Unary, log: Unary, floor: Unary, ceil: Unary;
  export const sin: Unary, cos: Unary, tan: Unary, asin: Unary, acos: Unary, atan: Unary, not: Unary;
  export const add: Binary, sub: Binary, mul: Binary, div: Binary, pow: Binary, max: Binary, min: Binary, atan2: Binary;
  export const lt: Binary, leq: Binary, gt: Binary, geq: Binary, eq: Binary, neq: Binary, band: Binary, bor: Binary;
  export const neqs: WithScalar;
}
