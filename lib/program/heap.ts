/** The memory of a running program, seen as arrays. */
import { type NDArray, view } from '../array.ts';
import { arrayAt, type TypedArray } from '../dtype.ts';
import { type Expression, i32 } from '../wasm/instructions.ts';
import { bytesOf, threadBytes } from './memory.ts';
import type { Buffer, Place, Program } from './program.ts';

/** A program's buffers as typed arrays, which all lie in one block of memory. */
export interface Heap {
  readonly buffers: readonly Buffer[];
  readonly arrays: readonly TypedArray[];
  readonly addresses: readonly number[];
}

/** Lays the buffers out in the memory, at these addresses. */
export function layOut(program: Program, memory: ArrayBuffer, addresses: readonly number[]): Heap {
  const arrays = program.buffers.map(({ dtype, length }, i) =>
    arrayAt(memory, addresses[i] as number, dtype, length),
  );
  return { buffers: program.buffers, arrays, addresses };
}

/** An array of a place at a step: a view, whose numbers change whenever the program runs. */
export function viewOf(
  { arrays }: Heap,
  { buffer, shape, strides, offset, perStep = 0 }: Place,
  step = 0,
): NDArray {
  return view(arrays[buffer] as TypedArray, shape, strides, offset + step * perStep);
}

/** The address of a place's first element, in bytes. */
export function addressOf({ addresses }: Heap, { buffer, offset, dtype }: Place): number {
  return (addresses[buffer] as number) + offset * bytesOf[dtype];
}

/** The address at a step of a repetition. */
export function addressAt(heap: Heap, place: Place, step: Expression<'i32'>): Expression<'i32'> {
  const start = i32.const(addressOf(heap, place));
  const { perStep = 0, dtype } = place;
  return perStep === 0 ? start : i32.add(start, i32.mul(step, i32.const(perStep * bytesOf[dtype])));
}

/** The address of a thread's part of scratch memory, in bytes. */
export function scratchOf(
  { addresses, buffers }: Heap,
  buffer: number,
  thread: Expression<'i32'>,
): Expression<'i32'> {
  const bytes = threadBytes(buffers[buffer] as Buffer);
  return i32.add(i32.const(addresses[buffer] as number), i32.mul(thread, i32.const(bytes)));
}
