/** Where the arrows of a field stand: in the middles of equal squares over the plane. */
import { type PlanePoint, reach } from './drawn-points.ts';

const side = 13;

/** The width of a square. */
export const gridSpacing = (2 * reach) / side;

export const gridPoints: readonly PlanePoint[] = Array.from({ length: side ** 2 }, (_, i) => [
  ((i % side) + 0.5) * gridSpacing - reach,
  (Math.floor(i / side) + 0.5) * gridSpacing - reach,
]);
