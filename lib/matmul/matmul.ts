import { dtypeOf, isRowMajor, type NDArray, requireArray, wrap } from '../array.ts';
import { allocate } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { type Floats, requireDType } from '../requirements.ts';
import { broadcastShapes, formatShape, requireList, type Shape, sizeOf } from '../shape.ts';
import { broadcastTo } from '../views.ts';
import type { Matrix } from './kernel.ts';
import { multiply } from './matmul-backend.ts';

/**
 * The matrix product over the last two axes, [..., M, K] × [..., K, N] → [..., M, N]. The axes before them
 * broadcast. Both operands are float32, or both are float64. A transposed view needs no copy first.
 *
 * @throws ShapeError unless the shapes fit; DTypeError for other dtypes, or two different ones.
 * @example
 * matmul(a, transpose(b, [1, 0]));
 */
export function matmul(a: NDArray, b: NDArray): NDArray {
  checkOperands(a, b);
  const [m, k, n] = [a.shape.at(-2) as number, a.shape.at(-1) as number, b.shape.at(-1) as number];
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = allocate(sizeOf(batch) * m * n, dtypeOf(a)) as Floats;
  const size = { rows: m, depth: k, columns: n };
  if (batch.length === 0) {
    multiply(matrixAt(a, a.offset), matrixAt(b, b.offset), size, out, 0);
  } else if (b.shape.length === 2 && isRowMajor(a)) {
    // One matrix for the whole batch: the batch of the other operand is a single taller matrix.
    const left = { data: a.data as Floats, offset: a.offset, rowStride: k, columnStride: 1 };
    multiply(left, matrixAt(b, b.offset), { ...size, rows: sizeOf(batch) * m }, out, 0);
  } else {
    const [left, right] = [broadcastTo(a, [...batch, m, k]), broadcastTo(b, [...batch, k, n])];
    forEachMatrix(batch, left, right, (x, y, index) => multiply(x, y, size, out, index * m * n));
  }
  return wrap(out, [...batch, m, n]);
}

/** The matrix over the last two axes whose first element is at `offset`. */
function matrixAt({ data, stride }: NDArray, offset: number): Matrix {
  const [rowStride, columnStride] = stride.slice(-2) as [number, number];
  return { data: data as Floats, offset, rowStride, columnStride };
}

/** Calls `visit` with the pair of matrices at every index of the batch axes, in row-major order. */
function forEachMatrix(
  batch: Shape,
  a: NDArray,
  b: NDArray,
  visit: (a: Matrix, b: Matrix, index: number) => void,
): void {
  let next = 0;

  function descend(axis: number, offsetA: number, offsetB: number): void {
    if (axis === batch.length) {
      visit(matrixAt(a, offsetA), matrixAt(b, offsetB), next++);
      return;
    }
    for (let i = 0; i < (batch[axis] as number); i++) {
      descend(axis + 1, offsetA + i * (a.stride[axis] as number), offsetB + i * (b.stride[axis] as number));
    }
  }

  descend(0, a.offset, b.offset);
}

/**
 * Throws a ShapeError unless the inner lengths of a product are equal. A vector counts as a row on the left
 * and as a column on the right.
 */
export function requireInnerLength(a: Shape, b: Shape): void {
  requireList('matmul', a);
  requireList('matmul', b);
  const [columns, rows] = [a.at(-1), b.at(b.length === 1 ? -1 : -2)];
  if (columns === rows) return;
  throw new ShapeError(
    `matmul: the shapes ${formatShape(a)} and ${formatShape(b)} do not fit: ${columns} columns meet ${rows} rows; ` +
      `the inner lengths ${columns} and ${rows} must be equal`,
  );
}

function checkOperands(a: NDArray, b: NDArray): void {
  requireArray('matmul', a);
  requireArray('matmul', b);
  if (a.shape.length < 2 || b.shape.length < 2) {
    const shapes = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
    throw new ShapeError(`matmul: wanted two matrices (or batches of them), got the shapes ${shapes}`);
  }
  requireInnerLength(a.shape, b.shape);
  requireDType('matmul', a, 'floating');
  if (dtypeOf(a) !== dtypeOf(b))
    throw new DTypeError(`matmul: wanted equal dtypes, got ${dtypeOf(a)} and ${dtypeOf(b)}`);
}
