/** Do generated samples look like the class that was asked for? The nearest real neighbours decide. */
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { type Labels, labelArray, type PointSet, type Points, pointSet, sameDimension } from '../points.ts';
import { squaredDistance } from './energy-distance.ts';

export interface NeighbourOptions {
  /** How many neighbours vote. Default 5. */
  readonly neighbours?: number;
}

/**
 * The share of samples whose nearest neighbours in a reference set vote for the sample's own label.
 *
 * The classifier is scikit-learn's `KNeighborsClassifier` with uniform weights: Euclidean distance and a
 * majority vote. Among labels with equally many votes, the smallest wins.
 *
 * @param samples points of shape [n, d], and the labels they were asked to have, shape [n]
 * @param reference points of shape [m, d] with their labels, shape [m]
 * @returns a number from 0 to 1
 * @throws ShapeError, DTypeError (labels that are not integers), ArgumentError (more neighbours than
 * reference points)
 * @example
 * nearestNeighbourAgreement(samples, asked, images, labels, { neighbours: 5 }); // 0.997
 */
export function nearestNeighbourAgreement(
  samples: Points,
  labels: Labels,
  reference: Points,
  referenceLabels: Labels,
  options?: NeighbourOptions,
): number {
  const operation = 'nearestNeighbourAgreement';
  const { neighbours } = completeOptions(operation, { neighbours: 5 }, options);
  const points = pointSet(operation, samples);
  const known = pointSet(operation, reference);
  const asked = labelArray(operation, labels, points.count);
  const knownLabels = labelArray(operation, referenceLabels, known.count);
  sameDimension(operation, points, known);
  requireNeighbours(operation, neighbours, known.count);

  let agreeing = 0;
  for (let i = 0; i < points.count; i++) {
    const nearest = nearestTo(points, i, known, neighbours);
    if (majority(nearest.map((index) => knownLabels[index] as number)) === asked[i]) agreeing++;
  }
  return agreeing / points.count;
}

function requireNeighbours(operation: string, neighbours: number, available: number): void {
  if (Number.isInteger(neighbours) && neighbours >= 1 && neighbours <= available) return;
  throw new ArgumentError(
    `${operation}: wanted 1 to ${available} neighbours (the reference points), got ${neighbours}`,
  );
}

/** The indices of the nearest reference points, nearest first; equally near ones stay in their order. */
function nearestTo(points: PointSet, i: number, reference: PointSet, neighbours: number): number[] {
  const point = points.data.subarray(i * points.dimension, (i + 1) * points.dimension);
  const indices: number[] = [];
  const distances: number[] = [];
  for (let j = 0; j < reference.count; j++) {
    const distance = squaredDistance(point, reference.data, j * reference.dimension);
    if (indices.length === neighbours && !(distance < (distances[neighbours - 1] as number))) continue;
    let place = Math.min(indices.length, neighbours - 1);
    while (place > 0 && (distances[place - 1] as number) > distance) {
      indices[place] = indices[place - 1] as number;
      distances[place] = distances[place - 1] as number;
      place--;
    }
    indices[place] = j;
    distances[place] = distance;
  }
  return indices;
}

/** The most frequent label; among equally frequent ones, the smallest. */
function majority(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return Math.min(...[...votes.keys()].filter((label) => votes.get(label) === most));
}
