import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';

interface ClassLabels {
  /** [n], int32: indices into `classNames`. */
  readonly labels: Tensor;
  readonly classNames: readonly string[];
}

/**
 * Numbers the classes: replaces each label by its index in the sorted list of the different labels. Labels
 * that are all numbers are sorted as numbers, others as text, by their code units.
 * @example classLabels(['b', 'a', 'b']); // labels [1, 0, 1], classNames ['a', 'b']
 */
export function classLabels(given: readonly string[]): ClassLabels {
  const numeric = given.every(isNumber);
  const classNames = [...new Set(given)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const indexOf = new Map(classNames.map((name, k) => [name, k]));
  const labels = Int32Array.from(given, (label) => indexOf.get(label) as number);
  return { labels: fromNDArray(wrap(labels, [labels.length])), classNames };
}

/** Whether a cell of a table is the text of a number. */
export function isNumber(cell: string): boolean {
  return cell.trim() !== '' && !Number.isNaN(Number(cell));
}
