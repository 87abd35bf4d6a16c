/** Elementwise formulas, written once for whatever can be added and multiplied. */

/** What a formula is made of. It may stand for arrays, for tensors, or for vectors in a kernel. */
export interface Arithmetic<T> {
  readonly add: (a: T, b: T) => T;
  readonly subtract: (a: T, b: T) => T;
  readonly multiply: (a: T, b: T) => T;
  readonly divide: (a: T, b: T) => T;
  readonly sqrt: (a: T) => T;
}

/** Results by name, of operands by name: arrays of one shape, and numbers. */
export type Formula<K extends string, R extends string> = <T>(
  arithmetic: Arithmetic<T>,
  operands: Readonly<Record<K, T>>,
) => Readonly<Record<R, T>>;
