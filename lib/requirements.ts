/** Checks of an operation's arrays: their dtype, and whether two have the same shape and dtype. */
import { dtypeOf, type NDArray, requireArray } from './array.ts';
import { type DType, isFloating } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { formatShape, sameShape } from './shape.ts';

/**
 * The data that our own loops read and write. They compute in double precision; a store into a float32 array
 * rounds once.
 */
export type Floats = Float32Array | Float64Array;

/** The dtypes that an operation takes. */
export type Accepted = keyof typeof accepts;

const accepts = {
  floating: { test: isFloating, wanted: 'float32 or float64' },
  numbers: { test: (dtype: DType) => dtype !== 'bool', wanted: 'numbers' },
  masks: { test: (dtype: DType) => dtype === 'bool', wanted: 'bool' },
  anything: { test: () => true, wanted: '' },
} as const;

/** Throws a DTypeError that names the operation, unless it accepts the array's dtype. */
export function requireDType(name: string, a: NDArray, accepted: Accepted): void {
  requireArray(name, a);
  const { test, wanted } = accepts[accepted];
  if (!test(dtypeOf(a))) throw new DTypeError(`${name}: wanted ${wanted}, got ${dtypeOf(a)}; cast it first`);
}

/** Throws a ShapeError or DTypeError that names the operation, unless the shapes and the dtypes are equal. */
export function requireSameType(name: string, a: NDArray, b: NDArray): void {
  requireArray(name, a);
  requireArray(name, b);
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `${name}: wanted equal shapes, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  if (dtypeOf(a) !== dtypeOf(b)) {
    throw new DTypeError(
      `${name}: wanted equal dtypes, got ${dtypeOf(a)} and ${dtypeOf(b)}; cast one of them first`,
    );
  }
}
