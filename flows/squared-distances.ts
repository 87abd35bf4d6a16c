/** The cost of moving one point to another, for couplings and metrics. */
import type { PointSet } from './points.ts';

/** ‖xᵢ − yⱼ‖² for all pairs, row-major [n, m], in float64. */
export function squaredDistances(x: PointSet, y: PointSet): Float64Array {
  const costs = new Float64Array(x.count * y.count);
  for (let i = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++) costs[i * y.count + j] = squaredDistance(x, i, y, j);
  }
  return costs;
}

function squaredDistance(x: PointSet, i: number, y: PointSet, j: number): number {
  const dimension = x.dimension;
  let sum = 0;
  for (let k = 0; k < dimension; k++) {
    const difference = (x.data[i * dimension + k] as number) - (y.data[j * dimension + k] as number);
    sum += difference * difference;
  }
  return sum;
}
