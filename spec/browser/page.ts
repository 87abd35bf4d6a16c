/** What the pages of these specs can do, as the global `page`; bundled by `chromium.ts`. */
import {
  backendReport,
  loadGpuBackend,
  matmul,
  setMatmulBackend,
  setThreads,
  wrap,
} from '../../lib/index.ts';
import { checkBackend, productError, randomMatrix, randomNumbers, runGpuCheck } from './checks.ts';

/** A float32 product of whole sizes, and how wrong it is (see `productError`). */
function multiply(rows: number, depth: number, columns: number, seed = 1): number {
  const next = randomNumbers(seed);
  const [a, b] = [randomMatrix(next, rows, depth), randomMatrix(next, depth, columns)];
  return productError(matmul(a, b), a, b);
}

/** Many products of random sizes; the largest error. */
function multiplyOften(count: number, largest: number, seed: number): number {
  const next = randomNumbers(seed);
  let error = 0;
  for (let i = 0; i < count; i++) {
    const [rows, depth, columns] = [1, 2, 3].map(() => 1 + Math.floor(next() * largest)) as [
      number,
      number,
      number,
    ];
    const [a, b] = [randomMatrix(next, rows, depth), randomMatrix(next, depth, columns)];
    error = Math.max(error, productError(matmul(a, b), a, b));
  }
  return error;
}

/** [[NaN, 1], [∞, 1], [2, 3]] · [[1, 2], [3, 4]], as text, which keeps NaN on the way out of the page. */
function multiplySpecialNumbers(): string {
  const a = wrap(Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 2, 3), [3, 2]);
  return matmul(a, wrap(Float32Array.of(1, 2, 3, 4), [2, 2])).data.join(' ');
}

function multiplyFloat64(): number {
  return matmul(wrap(Float64Array.of(1, 2), [1, 2]), wrap(Float64Array.of(3, 4, 5, 6), [2, 2]))
    .data[1] as number;
}

function multiplyNothing(): number[][] {
  const empty = (rows: number, columns: number) => wrap(new Float32Array(0), [rows, columns]);
  return [matmul(empty(2, 0), empty(0, 3)), matmul(empty(0, 3), wrap(new Float32Array(6), [3, 2]))].map(
    ({ data }) => [...data],
  );
}

const page = {
  backendReport,
  checkBackend,
  loadGpuBackend,
  multiply,
  multiplyFloat64,
  multiplyNothing,
  multiplyOften,
  multiplySpecialNumbers,
  runGpuCheck,
  setMatmulBackend,
  setThreads,
};

export type Page = typeof page;

Object.assign(globalThis, { page });
