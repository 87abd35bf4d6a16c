/**
 * `npm run soak:matmul`: 10⁵ products of random shapes, dtypes and memory orders, on whatever threads there
 * are. Memory must stay flat after the first tenth, each hundredth product is checked, and the process must
 * end by itself.
 */
import { random, toNDArray } from '../../autograd/index.ts';
import { type DType, matmul, type NDArray, setThreads, threadCount, transpose } from '../../lib/index.ts';

const count = Number(process.argv[2] ?? 100_000);
const longest = 160;

let key = random.key(0);
let [settled, peak] = [0, 0];
for (let i = 0; i < count; i++) {
  const [next, sizesKey, leftKey, rightKey] = random.split(key, 4);
  key = next;
  const [rows, depth, columns, choices] = random.randint(sizesKey, [4], 1, longest).toArray() as [
    number,
    number,
    number,
    number,
  ];
  const dtype: DType = choices % 2 === 0 ? 'float32' : 'float64';
  const a = operand(leftKey, [rows, depth], dtype, choices % 3 === 0);
  const b = operand(rightKey, [depth, columns], dtype, choices % 5 === 0);
  setThreads(1 + (i % Math.max(2, threadCount())));
  const product = matmul(a, b);
  if (i % 100 === 0) check(product, a, b);
  if (i === Math.floor(count / 10)) settled = process.memoryUsage.rss();
  if (i > count / 10) peak = Math.max(peak, process.memoryUsage.rss());
}
const growth = peak / settled;
console.log(
  `${count} products; resident memory after a tenth ${mebibytes(settled)}, at most ${mebibytes(peak)} (× ${growth.toFixed(2)})`,
);
if (growth > 1.5) process.exitCode = 1;

function operand(
  from: random.Key,
  [rows, columns]: readonly [number, number],
  dtype: DType,
  turned: boolean,
): NDArray {
  return turned
    ? transpose(toNDArray(random.uniform(from, [columns, rows], { dtype })), [1, 0])
    : toNDArray(random.uniform(from, [rows, columns], { dtype }));
}

/** One element against the sum of its products. */
function check(product: NDArray, a: NDArray, b: NDArray): void {
  const [i, j] = [product.shape[0] as number, product.shape[1] as number].map((length) =>
    Math.floor(length / 2),
  ) as [number, number];
  let wanted = 0;
  for (let k = 0; k < (a.shape[1] as number); k++) wanted += a.get(i, k) * b.get(k, j);
  if (!(Math.abs(product.get(i, j) - wanted) <= 1e-5 * Math.max(1, wanted))) {
    throw new Error(
      `matmul: ${product.get(i, j)} where ${wanted} is right, at ${i}, ${j} of ${product.shape}`,
    );
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
