/** What an operation asks of its arrays: the kind of their dtype, and that two of them are alike. */
import { dtypeOf, type NDArray } from './array.ts';
import { type DType, isFloating } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { formatShape, sameShape } from './shape.ts';

/**
 * What a loop of our own reads and writes. float32 results are computed in double and rounded once, on
 * storing.
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

/** Throws a DTypeError that names the operation, unless the array's dtype is of the accepted kind. */
export function requireDType(name: string, a: NDArray, accepted: Accepted): void {
  const { test, wanted } = accepts[accepted];
  if (!test(dtypeOf(a))) throw new DTypeError(`${name}: wanted ${wanted}, got ${dtypeOf(a)}; cast it first`);
}

/** Throws a ShapeError or DTypeError that names the operation, unless two arrays have one shape and dtype. */
export function requireSameType(name: string, a: NDArray, b: NDArray): void {
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
