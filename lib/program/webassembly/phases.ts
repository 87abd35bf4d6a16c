/**
 * Which kernels may run at the same time on several threads. Each thread takes a share of every kernel's
 * rows. Between two phases the threads wait for each other. Within a phase, a thread needs only what it has
 * computed itself. The phases of a repetition are its own.
 */
import { rowUnit } from '../../matmul/assembly/tile.ts';
import { type Kernel, type Place, type Program, readsOf, writesOf } from '../program.ts';
import { importsOf } from './imports.ts';

/** A kernel's rows are divided among the threads; a kernel with one row runs on the first thread. */
export function rowsOf(kernel: Kernel): number {
  switch (kernel.kind) {
    case 'loop':
      return importsOf(kernel).length > 0 ? 1 : (kernel.shape[0] ?? 1);
    case 'product': {
      const [first, ...rest] = kernel.output.shape as [number, ...number[]];
      // The last tile of a matrix may reach into the next matrix, which must then be the same thread's.
      return rest.length === 1 || (rest.at(-2) as number) % rowUnit === 0 ? first : 1;
    }
    case 'sum':
      return kernel.before > 1 ? kernel.before : kernel.after;
    case 'host':
      return 1;
  }
}

/**
 * The phase of each kernel: the first in which everything that it waits for is there.
 * @example phasesOf(program); // [0, 0, 1]
 */
export function phasesOf({
  kernels,
  buffers,
  repetitions,
}: Pick<Program, 'kernels' | 'buffers' | 'repetitions'>): readonly number[] {
  const phases: number[] = [];
  const uses: Use[][] = buffers.map(() => []);
  let least = 0;
  for (const [i, kernel] of kernels.entries()) {
    const own = usesOf(kernel, i);
    if (repetitions.some(({ first, end }) => i === first || i === end)) least = Math.max(-1, ...phases) + 1;
    let phase = least;
    for (const use of own) {
      for (const other of uses[use.buffer] as Use[]) {
        if (!use.writes && !other.writes) continue;
        const apart = isInOwnRows(use, other) ? 0 : 1;
        phase = Math.max(phase, (phases[other.kernel] as number) + apart);
      }
    }
    phases.push(phase);
    for (const use of own) (uses[use.buffer] as Use[]).push(use);
  }
  return phases;
}

/**
 * How a kernel uses a buffer: its row i lies between i·rowStride and (i + 1)·rowStride, if that is known,
 * from where the step of a repetition begins.
 */
interface Use {
  readonly kernel: number;
  readonly buffer: number;
  readonly writes: boolean;
  readonly rows: number;
  readonly rowStride: number | null;
  readonly perStep: number;
}

/** Whether each thread finds its share of both uses in the same rows of the buffer. */
function isInOwnRows(a: Use, b: Use): boolean {
  return a.rows === b.rows && a.rowStride !== null && a.rowStride === b.rowStride && a.perStep === b.perStep;
}

function usesOf(kernel: Kernel, index: number): readonly Use[] {
  const rows = rowsOf(kernel);
  const use = (place: Place, writes: boolean, isByRow = true): Use => ({
    kernel: index,
    buffer: place.buffer,
    writes,
    rows,
    rowStride: isByRow && rows > 1 ? rowStrideOf(place) : null,
    perStep: place.perStep ?? 0,
  });
  switch (kernel.kind) {
    case 'loop':
      return [
        ...kernel.values.flatMap((value) => (value.kind === 'load' ? [use(value.place, false)] : [])),
        ...kernel.stores.map(({ place }) => use(place, true)),
      ];
    case 'product': {
      const isBatch = kernel.output.shape.length > 2;
      return [use(kernel.left, false), use(kernel.right, false, isBatch), use(kernel.output, true)];
    }
    case 'sum':
      return [use(kernel.input, false, kernel.before > 1 && isByFirstAxis(kernel)), use(kernel.output, true)];
    case 'host': {
      const whole = { kernel: index, rows, rowStride: null, perStep: 0 };
      return [
        ...readsOf(kernel).map((buffer) => ({ ...whole, buffer, writes: false })),
        ...writesOf(kernel).map((buffer) => ({ ...whole, buffer, writes: true })),
      ];
    }
  }
}

/** Whether the rows of a sum are those of its input's first axis. */
function isByFirstAxis({ before, input }: Extract<Kernel, { kind: 'sum' }>): boolean {
  return before === input.shape[0];
}

/** The distance of rows along the first axis; null unless each row lies between two multiples of it. */
function rowStrideOf({ shape, strides, offset }: Place): number | null {
  const [rowStride = 0] = strides;
  const extent = shape.reduce(
    (sum, length, axis) => (axis === 0 ? sum : sum + (length - 1) * (strides[axis] as number)),
    0,
  );
  const isForward = strides.every((stride) => stride >= 0);
  return isForward && rowStride > 0 && offset + extent < rowStride ? rowStride : null;
}
