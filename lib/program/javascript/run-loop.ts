/** Loops in plain JavaScript: the readable reference for what a loop means. */
import type { DType } from '../../dtype.ts';
import { sizeOf } from '../../shape.ts';
import type { Heap } from '../heap.ts';
import type { Loop, LoopValue, Place } from '../program.ts';
import { numberScalars } from './number-scalars.ts';

/** How each dtype holds a number. The loops of `lib/elementwise` round when they store into typed arrays. */
const roundTo: Readonly<Record<DType, (x: number) => number>> = {
  float32: Math.fround,
  float64: (x) => x,
  int32: (x) => x | 0,
  uint32: (x) => x >>> 0,
  bool: (x) => Number(x !== 0),
};

/**
 * A function that runs the loop once, at a step of the repetition that it is in. At each index it computes
 * every value in turn, and then stores some.
 * @example const run = javascriptLoop(loop, heap); run(0);
 */
export function javascriptLoop({ shape, values, stores }: Loop, heap: Heap): (step: number) => void {
  const size = sizeOf(shape);
  const results = new Array<number>(values.length).fill(0);
  return (step) => {
    const cursors = new Map<Place, Cursor>();
    const cursorOf = (place: Place) => {
      const cursor = { position: place.offset + step * (place.perStep ?? 0), strides: place.strides };
      cursors.set(place, cursor);
      return cursor;
    };
    const computations = values.map((value, i) => computationOf(value, i, results, heap, cursorOf));
    const writes = stores.map(({ value, place }) => {
      const [array, cursor] = [heap.arrays[place.buffer] as Float64Array, cursorOf(place)];
      return () => {
        array[cursor.position] = results[value] as number;
      };
    });
    const index = shape.map(() => 0);
    for (let count = 0; count < size; count++) {
      for (const compute of computations) compute();
      for (const write of writes) write();
      advance(index, shape, [...cursors.values()]);
    }
  };
}

/** A place's element at the current index. */
interface Cursor {
  position: number;
  readonly strides: readonly number[];
}

function computationOf(
  value: LoopValue,
  i: number,
  results: number[],
  heap: Heap,
  cursorOf: (place: Place) => Cursor,
): () => void {
  if (value.kind === 'number') {
    results[i] = value.number;
    return () => {};
  }
  if (value.kind === 'load') {
    const [array, cursor] = [heap.arrays[value.place.buffer] as Float64Array, cursorOf(value.place)];
    return () => {
      results[i] = array[cursor.position] as number;
    };
  }
  const compute = numberScalars[value.name] as (...numbers: readonly (number | undefined)[]) => number;
  const round = roundTo[value.dtype];
  const [a = 0, b = 0, c = 0] = value.operands;
  return () => {
    results[i] = round(compute(results[a], results[b], results[c]));
  };
}

/** Moves on to the next index in row-major order, and all cursors with it. */
function advance(index: number[], shape: readonly number[], cursors: readonly Cursor[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] as number;
    const next = (index[axis] as number) + 1;
    const isEnd = next === length;
    index[axis] = isEnd ? 0 : next;
    for (const cursor of cursors)
      cursor.position += (cursor.strides[axis] as number) * (isEnd ? 1 - length : 1);
    if (!isEnd) return;
  }
}
