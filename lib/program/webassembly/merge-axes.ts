import type { Place } from '../program.ts';

/** A shape, and places with strides along its axes. */
export interface Space {
  readonly shape: readonly number[];
  readonly places: readonly Place[];
}

/**
 * The same walk with as few axes as possible: axes of length 1 vanish, and two neighbours become one wherever
 * every place lies in memory as if they were one. Fewer axes are fewer and longer loops.
 *
 * @example mergeAxes([3, 4], [rowMajor]).shape; // [12]
 */
export function mergeAxes(shape: readonly number[], places: readonly Place[]): Space {
  const lengths: number[] = [];
  const strides: number[][] = places.map(() => []);
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = lengths.length - 1;
    const merges =
      last >= 0 &&
      places.every((place, i) => strides[i]?.[last] === (place.strides[axis] as number) * length);
    if (merges) lengths[last] = (lengths[last] as number) * length;
    else lengths.push(length);
    places.forEach((place, i) => {
      const stride = place.strides[axis] as number;
      if (merges) (strides[i] as number[])[last] = stride;
      else strides[i]?.push(stride);
    });
  }
  return {
    shape: lengths,
    places: places.map((place, i) => ({ ...place, shape: lengths, strides: strides[i] as number[] })),
  };
}
