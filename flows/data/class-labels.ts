import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';
import { readNumber } from './csv-cells.ts';

export interface ClassLabels {
  /** [n], int32: indices into `classNames`. */
  readonly labels: Tensor;
  readonly classNames: readonly string[];
}

/**
 * An index for each label into the different ones, which come in ascending order if all are numbers, or else
 * in that of the alphabet. Labels that are one number, such as 1 and 1.0, are one class.
 */
export function classLabels(given: readonly string[]): ClassLabels {
  const numbers = given.map((label) => readNumber(label));
  // Above 2^53 two numbers of a file can be one here.
  const numeric = numbers.every((value) => value !== undefined && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  const names = numeric ? numbers.map(String) : given;
  const classNames = [...new Set(names)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const indexOf = new Map(classNames.map((name, k) => [name, k]));
  const labels = Int32Array.from(names, (label) => indexOf.get(label) as number);
  return { labels: fromNDArray(wrap(labels, [labels.length])), classNames };
}
