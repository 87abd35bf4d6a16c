/**
 * What the plane shows of a velocity field: particles on their way through it, and arrows on a grid, at the
 * same times.
 */
import { full, type Tensor, tensor } from '../../../autograd/index.ts';
import { sampleFlow, type Velocity } from '../../../flows/index.ts';
import { gridPoints } from './grid.ts';

/** Numbers of a field at each of the times, ready to be sent and drawn. */
export interface FieldView {
  /** From 0 (noise) to nearly 1 (data). */
  readonly times: readonly number[];
  /** [times, particles, 2] */
  readonly particles: Float32Array;
  /** [times, grid points, 2] */
  readonly velocities: Float32Array;
}

const frames = 24;

/**
 * Follows the noise to the latest time. `samples` are the ends of all particles; the view has only the first
 * `shown` of them.
 */
export function viewField(
  velocity: Velocity<'noiseToData'>,
  noise: Tensor,
  { latest, shown }: { readonly latest: number; readonly shown: number },
): { readonly view: FieldView; readonly samples: Tensor } {
  const times = Array.from({ length: frames + 1 }, (_, i) => (latest * i) / frames);
  const { x: samples, states } = sampleFlow(velocity, noise, { times, method: 'midpoint', trajectory: true });
  return {
    samples,
    view: {
      times,
      particles: joined(states.map((state) => state.slice([[0, shown]]))),
      velocities: joined(times.map((t) => velocity(grid, full([gridPoints.length, 1], t)))),
    },
  };
}

const grid = tensor(gridPoints.map(([x, y]) => [x, y]));

function joined(tensors: readonly Tensor[]): Float32Array {
  const each = tensors[0]?.size ?? 0;
  const values = new Float32Array(tensors.length * each);
  tensors.forEach((part, i) => {
    values.set(part.toTypedArray(), i * each);
  });
  return values;
}
