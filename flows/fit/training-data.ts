/** The data and labels that a user has: tensors, arrays or nested lists. */
import { ArgumentError, ShapeError, Tensor, toNDArray } from '../../autograd/index.ts';
import { describe, flat, formatShape, fromNested } from '../../lib/index.ts';
import { type ClassLabels, classLabels } from '../data/class-labels.ts';
import { type Labels, type PointSet, type Points, pointSet } from '../points.ts';

/** n points of d numbers: a tensor or an array [n, d], or a list of n lists of d numbers. */
export type FlowData = Points | readonly (readonly number[])[];

/** A class for each of n points: a tensor or an array [n], or a list of n numbers or words. */
export type FlowLabels = Labels | readonly (number | string)[];

/** float32 for data in float32, else float64, as which JavaScript knows its numbers. */
export function dtypeOf(data: FlowData): 'float32' | 'float64' {
  return data instanceof Tensor && data.dtype === 'float32' ? 'float32' : 'float64';
}

/**
 * The points of the user's data, in float64.
 * @throws ArgumentError for what is no data, or a number that is not finite; ShapeError for lists of several
 * lengths or a shape other than [n, d]
 * @example const { data, count, dimension } = readPoints('fitFlow', [[1, 2], [3, 4]]);
 */
export function readPoints(operation: string, data: FlowData): PointSet {
  const points = pointSet(
    operation,
    Array.isArray(data) ? fromNested(operation, data, 'float64') : (data as Points),
  );
  const wrong = points.data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return points;
  const [row, column] = [Math.floor(wrong / points.dimension), wrong % points.dimension];
  throw new ArgumentError(
    `${operation}: wanted finite numbers, got ${points.data[wrong]} in row ${row}, column ${column} (from 0); leave out such rows, or fill them in`,
  );
}

/**
 * The labels of `count` points: an index for each into the names of the classes.
 * @throws ArgumentError for labels that are no numbers or words; ShapeError for more or fewer than points
 * @example const { labels, classNames } = readLabels('fitFlow', ['cat', 'dog', 'cat'], 3);
 */
export function readLabels(operation: string, given: FlowLabels, count: number): ClassLabels {
  const labels = Array.isArray(given) ? given : valuesOf(operation, given as Labels);
  if (labels.length !== count) {
    throw new ShapeError(
      `${operation}: wanted a label for each of the ${count} points, got ${labels.length} labels`,
    );
  }
  const wrong = labels.findIndex((label) => typeof label !== 'string' && !Number.isFinite(label));
  if (wrong >= 0) {
    throw new ArgumentError(
      `${operation}: wanted labels that are words or numbers, got ${describe(labels[wrong])} for point ${wrong} (from 0)`,
    );
  }
  return classLabels(labels.map(String));
}

function valuesOf(operation: string, labels: Labels): readonly unknown[] {
  const array = labels instanceof Tensor ? toNDArray(labels) : labels;
  if (!Array.isArray(array?.shape)) {
    throw new ArgumentError(
      `${operation}: wanted labels as a list of words or numbers, or a tensor of shape [n], got ${describe(labels)}`,
    );
  }
  if (array.shape.length !== 1)
    throw new ShapeError(`${operation}: wanted labels of shape [n], got ${formatShape(array.shape)}`);
  return [...flat(array)];
}
