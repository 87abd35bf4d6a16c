import type { random } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { drawPoints } from './draw.ts';
import type { LabelledPoints, ToyOptions } from './toy.ts';

/**
 * Uniform on the eight black squares, of side 2, of a checkerboard on [−4, 4]²: points [count, 2], labels 0 …
 * 7, column by column, from below. There is no noise; the corner at (−4, −4) is black.
 *
 * Source: Grathwohl et al., "FFJORD" (2019), the toy data set of that name.
 * @throws ArgumentError for a count that is not a whole number ≥ 0
 * @example const { points } = checkerboard(random.key(0), 2000);
 */
export function checkerboard(key: random.Key, count: number, options: ToyOptions = {}): LabelledPoints {
  const { dtype } = completeOptions('checkerboard', { dtype: 'float32' }, options);
  const { points, labels } = drawPoints('checkerboard', key, count, dtype, {
    dimension: 2,
    classes: 8,
    place({ label, uniform: [across, up] }) {
      const column = Math.floor(label / 2);
      const row = 2 * (label % 2) + (column % 2);
      return [2 * (column + across) - 4, 2 * (row + up) - 4];
    },
  });
  return { points, labels };
}
