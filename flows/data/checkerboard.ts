import type { random } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { drawPoints } from './draw.ts';
import type { LabelledPoints, ToyOptions } from './toy.ts';

/**
 * Points [count, 2], uniform on the eight black squares of a checkerboard on [−4, 4]². A square has side 2;
 * the one in the corner (−4, −4) is black. The labels 0 … 7 count the black squares column by column, from
 * below. There is no noise.
 *
 * Source: Grathwohl et al., "FFJORD" (2019), the toy data set "checkerboard".
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
