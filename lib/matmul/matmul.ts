import { dtypeOf, isRowMajor, type NDArray, view, wrap } from '../array.ts';
import { allocate } from '../dtype.ts';
import { type Floats, requireDType } from '../elementwise/declare.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, type Shape, sizeOf } from '../shape.ts';
import { broadcastTo } from '../views.ts';
import { multiply } from './backend.ts';
import type { Matrix } from './kernel.ts';

/**
 * The matrix product over the last two axes, [..., M, K] × [..., K, N] → [..., M, N]; the axes before them are broadcast.
 * Both operands float32 or both float64. Transposed views are not copied first.
 *
 * @example
 * matmul(a, transpose(b, [1, 0]));
 */
export function matmul(a: NDArray, b: NDArray): NDArray {
  checkOperands(a, b);
  const [m, k, n] = [a.shape.at(-2) as number, a.shape.at(-1) as number, b.shape.at(-1) as number];
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = allocate(sizeOf(batch) * m * n, dtypeOf(a)) as Floats;
  if (b.shape.length === 2 && a.shape.length > 2 && isRowMajor(a)) {
    // One matrix for the whole batch: then the batch is a taller matrix.
    multiplyOne(view(a.data, [sizeOf(batch) * m, k], [k, 1], a.offset), b, out, 0);
  } else {
    const [left, right] = [broadcastTo(a, [...batch, m, k]), broadcastTo(b, [...batch, k, n])];
    forEachMatrix(batch, left, right, (x, y, index) => multiplyOne(x, y, out, index * m * n));
  }
  return wrap(out, [...batch, m, n]);
}

function multiplyOne(a: NDArray, b: NDArray, out: Floats, outOffset: number): void {
  const [rows, depth, columns] = [a.shape[0] as number, a.shape[1] as number, b.shape[1] as number];
  const size = { rows, depth, columns };
  multiply(matrixOf(a), matrixOf(b), size, out, outOffset);
}

function matrixOf({ data, offset, stride }: NDArray): Matrix {
  return { data: data as Floats, offset, rowStride: stride[0] as number, columnStride: stride[1] as number };
}

/** Calls `visit` with the pair of matrices at every index of the batch axes, in row-major order. */
function forEachMatrix(
  batch: Shape,
  a: NDArray,
  b: NDArray,
  visit: (a: NDArray, b: NDArray, index: number) => void,
): void {
  let next = 0;

  function descend(axis: number, offsetA: number, offsetB: number): void {
    if (axis === batch.length) {
      visit(lastTwoAxes(a, offsetA), lastTwoAxes(b, offsetB), next++);
      return;
    }
    for (let i = 0; i < (batch[axis] as number); i++) {
      descend(axis + 1, offsetA + i * (a.stride[axis] as number), offsetB + i * (b.stride[axis] as number));
    }
  }

  descend(0, a.offset, b.offset);
}

function lastTwoAxes(a: NDArray, offset: number): NDArray {
  return view(a.data, a.shape.slice(-2), a.stride.slice(-2), offset);
}

function checkOperands(a: NDArray, b: NDArray): void {
  const shapes = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(`matmul: wanted two matrices (or batches of them), got the shapes ${shapes}`);
  }
  if (a.shape.at(-1) !== b.shape.at(-2)) {
    throw new ShapeError(
      `matmul: the shapes ${shapes} do not fit: ${a.shape.at(-1)} columns meet ${b.shape.at(-2)} rows`,
    );
  }
  requireDType('matmul', a, 'floating');
  if (dtypeOf(a) !== dtypeOf(b))
    throw new DTypeError(`matmul: wanted equal dtypes, got ${dtypeOf(a)} and ${dtypeOf(b)}`);
}
