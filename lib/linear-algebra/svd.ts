import type { NDArray } from '../array.ts';
import { requireArray, wrap } from '../array.ts';
import { matmul } from '../matmul/index.ts';
import { transpose } from '../views.ts';
import { symmetricEigen } from './eigh.ts';
import { doubles, inDTypeOf, matricesOf } from './matrices.ts';
import { addMultiple, dot, largestOf, rotate, rowsOf, transposed } from './rows.ts';

/**
 * A = U·diag(s)·Vᵀ for matrices [..., m, n], with k = min(m, n): U [..., m, k] and V [..., n, k] have
 * orthonormal columns, s [..., k] is not negative, and its largest entry is the first. All are NaN if A has a
 * NaN or an infinity.
 *
 * @example const { u, s, v } = svd(a);
 */
export function svd(a: NDArray): { readonly u: NDArray; readonly s: NDArray; readonly v: NDArray } {
  requireArray('svd', a);
  const [m, n] = a.shape.slice(-2) as [number, number];
  const batch = a.shape.slice(0, -2);
  const k = Math.min(m, n);
  const matrices = matricesOf(doubles(a), a.shape);
  const count = matrices.length;
  const [u, s, v] = [count * m * k, count * k, count * n * k].map((size) => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array]; // biome-ignore format: one line
  matrices.forEach((matrix, i) => {
    const values = s.subarray(i * k, (i + 1) * k);
    // Of a tall matrix: A itself, or Aᵀ.
    const tall = m >= n ? matrix : transposed(matrix, m, n);
    const [left, right] = factors(tall, Math.max(m, n), k, values);
    const [ofU, ofV] = m >= n ? [left, right] : [right, left];
    u.set(transposed(ofU, k, m), i * m * k);
    v.set(transposed(ofV, k, n), i * n * k);
  });
  return {
    u: inDTypeOf(a, u, [...batch, m, k]),
    s: inDTypeOf(a, s, [...batch, k]),
    v: inDTypeOf(a, v, [...batch, n, k]),
  };
}

/**
 * Uᵀ and Vᵀ of a matrix [m, n] with m ≥ n, by one-sided rotations: they turn the columns of A·V until these
 * are orthogonal, and then A·V = U·diag(s) (M. R. Hestenes, 1958). V begins with the eigenvectors of AᵀA.
 * They make the columns nearly orthogonal, so that two or three rounds are enough; what they lack in digits
 * comes back in the rounds. A column that is short beside the longest one is made of rounding errors: no
 * rotation would settle it.
 */
function factors(
  a: Float64Array,
  m: number,
  n: number,
  values: Float64Array,
): [u: Float64Array, v: Float64Array] {
  const scale = largestOf(a);
  if (!Number.isFinite(scale)) {
    values.fill(Number.NaN);
    return [new Float64Array(n * m).fill(Number.NaN), new Float64Array(n * n).fill(Number.NaN)];
  }
  const unit = wrap(
    a.map((x) => (scale > 0 ? x / scale : x)),
    [m, n],
  );
  const gram = matmul(transpose(unit, [1, 0]), unit).data as Float64Array;
  const v = symmetricEigen(gram, values);
  const turned = (matmul(wrap(v, [n, n]), transpose(unit, [1, 0])).data as Float64Array).slice();
  const [columns, directions] = [rowsOf(turned, n, m), rowsOf(v, n, n)];
  for (let round = 0; round < mostRounds && orthogonalise(columns, directions); round++);
  const norms = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = [...norms.keys()].sort((i, j) => (norms[j] as number) - (norms[i] as number));
  const [left, right] = [new Float64Array(n * m), new Float64Array(n * n)];
  order.forEach((from, i) => {
    const norm = norms[from] as number;
    values[i] = scale * norm;
    right.set(directions[from] as Float64Array, i * n);
    left.set(
      (columns[from] as Float64Array).map((x) => x / (norm || 1)),
      i * m,
    );
  });
  const longest = norms[order[0] as number] as number;
  complete(rowsOf(left, n, m), norms.filter((norm) => norm > n * Number.EPSILON * longest).length);
  return [left, right];
}

/** LAPACK's bound for such rounds (dgesvj). */
const mostRounds = 30;

/** Turns each pair of rows until it is orthogonal; whether there was one that was not. */
function orthogonalise(columns: readonly Float64Array[], directions: readonly Float64Array[]): boolean {
  const tolerance = Number.EPSILON * Math.sqrt(columns[0]?.length ?? 0);
  const squares = columns.map((column) => dot(column, column));
  const negligible = (columns.length * Number.EPSILON) ** 2 * squares.reduce((a, b) => Math.max(a, b), 0);
  let hasTurned = false;
  for (let i = 0; i < columns.length; i++) {
    const x = columns[i] as Float64Array;
    for (let j = 0; j < i; j++) {
      const y = columns[j] as Float64Array;
      const [xx, yy] = [squares[i] as number, squares[j] as number];
      if (xx <= negligible || yy <= negligible) continue;
      const product = dot(x, y);
      if (Math.abs(product) <= tolerance * Math.sqrt(xx) * Math.sqrt(yy)) continue;
      hasTurned = true;
      const cotangent = (yy - xx) / (2 * product);
      const t = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.sqrt(1 + cotangent * cotangent));
      const c = 1 / Math.sqrt(1 + t * t);
      rotate(x, y, c, c * t);
      rotate(directions[i] as Float64Array, directions[j] as Float64Array, c, c * t);
      squares[i] = dot(x, x);
      squares[j] = dot(y, y);
    }
  }
  return hasTurned;
}

/**
 * Makes the rows from `known` on unit vectors that are orthogonal to those before, of what is in them if it
 * can.
 */
function complete(rows: readonly Float64Array[], known: number): void {
  let axis = 0;
  for (let i = known; i < rows.length; i++) {
    const row = rows[i] as Float64Array;
    const others = rows.slice(0, i);
    // An axis of which at least 1/√(2m) is outside of the rows before: there is one among the axes left.
    for (let norm = project(row, others); norm * norm * 2 * row.length < 1; norm = project(row, others)) {
      row.fill(0);
      row[axis++ % row.length] = 1;
    }
  }
}

/**
 * Takes the other rows' part out of a row, and makes a unit vector of the rest. Returns the rest's length.
 */
function project(row: Float64Array, others: readonly Float64Array[]): number {
  for (let pass = 0; pass < 2; pass++) for (const other of others) addMultiple(row, -dot(row, other), other);
  const norm = Math.sqrt(dot(row, row));
  for (let k = 0; k < row.length; k++) row[k] = (row[k] as number) / (norm || 1);
  return norm;
}
