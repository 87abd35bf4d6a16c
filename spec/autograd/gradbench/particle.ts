/**
 * GradBench's "particle": where to put a charge so that a particle, which moves in the field of two, hits the
 * origin. The force is a derivative of the potential, and the trajectory is differentiated with respect to
 * the charge's place (Pearlmutter & Siskind 2008).
 */
import {
  add,
  divide,
  multiply,
  negate,
  rsqrt,
  slice,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
} from '../../../autograd/index.ts';
import { float64 } from '../numbers.ts';
import { type Mode, modes } from './gradient-descent.ts';
import { type Run, runs } from './runs.ts';

/** The charges, one a row: w moves the first one down. */
const fixed = float64([[10, 10], [10, 0]]); // biome-ignore format: a charge a row
const movable = float64([[0, -1], [0, 0]]); // biome-ignore format: a charge a row

/**
 * From the place w of the charge that moves (shape [1]) to the squared distance from the origin at which the
 * particle crosses the first axis, by Euler's method with time step 0.1.
 */
export function missBy(mode: Mode, run: Run): (w: Tensor) => Tensor {
  const move = runs[run]((particle, w) => {
    const [x, velocity] = [slice(particle, [0]), slice(particle, [1])];
    const charges = add(fixed, multiply(w, movable));
    const potential = (x: Tensor) => sum(rsqrt(sum(square(subtract(x, charges)), { axes: 1 })));
    const force = negate(modes[mode](potential)(x)[1]);
    return stack([add(x, multiply(velocity, 0.1)), add(velocity, multiply(force, 0.1))]);
  });
  const cross = runs[run]((particle) => {
    const [x, velocity] = [slice(particle, [0]), slice(particle, [1])];
    const untilCrossing = negate(divide(slice(x, [1]), slice(velocity, [1])));
    return square(slice(add(x, multiply(velocity, untilCrossing)), [0]));
  });
  return (w) => {
    // Its place and its velocity.
    let particle = float64([[0, 8], [0.75, 0]]); // biome-ignore format: a vector a row
    for (;;) {
      const next = move(particle, w);
      if ((next.toTypedArray()[1] as number) <= 0) return cross(particle);
      particle = next;
    }
  };
}
