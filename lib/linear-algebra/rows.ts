/** Loops over rows of a matrix: what orthogonal factorisations spend their time in. */

/** The rows of a matrix, each a part of its values. */
export function rowsOf(matrix: Float64Array, count: number, length: number): readonly Float64Array[] {
  return Array.from({ length: count }, (_, i) => matrix.subarray(i * length, (i + 1) * length));
}

/** The matrix [columns, rows] with the columns of a matrix [rows, columns] as its rows. */
export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j] as number;
  return result;
}

/** Σ x_i·y_i from the place `from` on, as four sums, which the processor adds up side by side. */
export function dot(x: Float64Array, y: Float64Array, from = 0): number {
  const end = x.length - 3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i < end; i += 4) {
    a += (x[i] as number) * (y[i] as number);
    b += (x[i + 1] as number) * (y[i + 1] as number);
    c += (x[i + 2] as number) * (y[i + 2] as number);
    d += (x[i + 3] as number) * (y[i + 3] as number);
  }
  for (; i < x.length; i++) a += (x[i] as number) * (y[i] as number);
  return a + b + (c + d);
}

/** x ← x + factor·y, from the place `from` on. */
export function addMultiple(x: Float64Array, factor: number, y: Float64Array, from = 0): void {
  for (let i = from; i < x.length; i++) x[i] = (x[i] as number) + factor * (y[i] as number);
}

/** x ← x + p·y + q·z, from the place `from` on. */
export function addTwoMultiples(
  x: Float64Array,
  p: number,
  y: Float64Array,
  q: number,
  z: Float64Array,
  from: number,
): void {
  for (let i = from; i < x.length; i++) x[i] = (x[i] as number) + p * (y[i] as number) + q * (z[i] as number);
}

/** (x, y) ← (c·x − s·y, s·x + c·y), two entries at a time: half as many ends of the loop to check. */
export function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  const end = x.length - 1;
  let i = 0;
  for (; i < end; i += 2) {
    const a = x[i] as number;
    const b = y[i] as number;
    const nextA = x[i + 1] as number;
    const nextB = y[i + 1] as number;
    x[i] = c * a - s * b;
    y[i] = s * a + c * b;
    x[i + 1] = c * nextA - s * nextB;
    y[i + 1] = s * nextA + c * nextB;
  }
  if (i === end) {
    const a = x[i] as number;
    const b = y[i] as number;
    x[i] = c * a - s * b;
    y[i] = s * a + c * b;
  }
}

/**
 * Makes of x, from the place `from` on, the vector v of a reflection I − β·v·vᵀ that takes x there to
 * (alpha, 0, …, 0), with v_from = 1. As in LAPACK, alpha has the sign that x_from has not, and β is 0 if the
 * rest of x is 0 already.
 */
export function householder(x: Float64Array, from: number): { alpha: number; beta: number } {
  const first = x[from] as number;
  let largest = 0;
  for (let i = from + 1; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] as number));
  x[from] = 1;
  if (largest === 0) return { alpha: first, beta: 0 };
  const scale = Math.max(largest, Math.abs(first));
  let squares = (first / scale) ** 2;
  for (let i = from + 1; i < x.length; i++) squares += ((x[i] as number) / scale) ** 2;
  const alpha = -Math.sign(first || 1) * scale * Math.sqrt(squares);
  for (let i = from + 1; i < x.length; i++) x[i] = (x[i] as number) / (first - alpha);
  return { alpha, beta: (alpha - first) / alpha };
}

export function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const x of values) {
    if (Number.isNaN(x)) return x;
    largest = Math.max(largest, Math.abs(x));
  }
  return largest;
}
