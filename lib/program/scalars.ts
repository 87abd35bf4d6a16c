/** The operations on single numbers that loops are made of. */

/**
 * Each operation once, for every kind of T that a backend computes with: a JavaScript number, a float64 of
 * WebAssembly, four float32 at once. A mask is a T, too: 0 or 1, or lanes of zeros or ones.
 */
export interface Scalars<T>
  extends Record<UnaryScalar, (x: T) => T>,
    Record<BinaryScalar, (x: T, y: T) => T> {
  /** `x` where the mask is true, `y` elsewhere. */
  readonly where: (mask: T, x: T, y: T) => T;
}

export type ScalarName = keyof Scalars<unknown>;
export type UnaryScalar = (typeof unaryScalars)[number];
export type BinaryScalar = (typeof binaryScalars)[number];

/** Functions of one number. `cast` changes the dtype alone: it rounds as its result's dtype does. */
// biome-ignore format: a list
export const unaryScalars = [
  'cast', 'negate', 'abs', 'square', 'reciprocal', 'sqrt', 'rsqrt', 'sign', 'floor', 'ceil', 'round',
  'exp', 'log', 'expm1', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh',
  'acosh', 'atanh', 'sigmoid', 'silu', 'siluSlope', 'relu', 'softplus', 'gelu', 'geluSlope', 'erf', 'erfc',
  'normalQuantile', 'logicalNot',
] as const;

// biome-ignore format: a list
export const binaryScalars = [
  'add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'atan2',
  'less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual', 'logicalAnd', 'logicalOr',
] as const;

/** How many numbers an operation takes. @example arityOf('add'); // 2 */
export function arityOf(name: ScalarName): number {
  if (name === 'where') return 3;
  return (binaryScalars as readonly string[]).includes(name) ? 2 : 1;
}
