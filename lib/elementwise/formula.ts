/** Elementwise formulas. Each is written once, for every type T that has this arithmetic. */

/** The operations of a formula. T may be an array, a tensor, or a vector in a kernel. */
export interface Arithmetic<T> {
  readonly add: (a: T, b: T) => T;
  readonly subtract: (a: T, b: T) => T;
  readonly multiply: (a: T, b: T) => T;
  readonly divide: (a: T, b: T) => T;
  readonly sqrt: (a: T) => T;
}

/** Computes named results from named operands: arrays of one shape, and numbers. */
export type Formula<K extends string, R extends string> = <T>(
  arithmetic: Arithmetic<T>,
  operands: Readonly<Record<K, T>>,
) => Readonly<Record<R, T>>;
