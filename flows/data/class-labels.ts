import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';

interface ClassLabels {
  /** [n], int32: indices into `classNames`. */
  readonly labels: Tensor;
  readonly classNames: readonly string[];
}

/**
 * An index for each label into the different ones, which come in ascending order if all are numbers, or else
 * in that of the alphabet.
 */
export function classLabels(given: readonly string[]): ClassLabels {
  const numeric = given.every(isNumber);
  const classNames = [...new Set(given)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const indexOf = new Map(classNames.map((name, k) => [name, k]));
  const labels = Int32Array.from(given, (label) => indexOf.get(label) as number);
  return { labels: fromNDArray(wrap(labels, [labels.length])), classNames };
}

export function isNumber(cell: string): boolean {
  return cell.trim() !== '' && !Number.isNaN(Number(cell));
}
