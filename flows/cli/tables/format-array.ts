/** Tables of codes as arrays of numbers, which `readArray` reads again. */
import { fromNDArray, type Tensor, tensor, toNDArray } from '../../../autograd/index.ts';
import { allocate, flat, wrap } from '../../../lib/index.ts';
import { type ColumnKind, numbersOfWords } from './column-kind.ts';

/** The codes, [n, d], with the numbers that words stand for in arrays. */
export function arrayOf(kinds: readonly ColumnKind[], points: Tensor): Tensor {
  const numbers = kinds.map(({ words }) => words && numbersOfWords(words));
  if (numbers.every((list) => list === undefined)) return points;
  const values = allocate(points.size, points.dtype);
  for (const [at, code] of flat(toNDArray(points)).entries()) {
    const list = numbers[at % kinds.length];
    values[at] = list && !Number.isNaN(code) ? (list[code] as number) : code;
  }
  return fromNDArray(wrap(values, points.shape));
}

/** Classes as the numbers that they are called by, or else as indices. */
export function classNumbers(classNames: readonly string[], labels: Tensor): Tensor {
  const numbers = numbersOfWords(classNames);
  if (numbers.every((value, k) => value === k)) return labels;
  return tensor(
    Array.from(labels.toTypedArray(), (k) => numbers[k] as number),
    { dtype: 'float64' },
  );
}
