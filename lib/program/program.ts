/**
 * Programs as plain data: buffers, and kernels that fill them one after another. A program knows no tensors.
 * Whoever builds one has decided every shape. A backend runs it in memory that it lays out once.
 */
import type { NDArray } from '../array.ts';
import type { DType } from '../dtype.ts';
import { type Shape, sameShape } from '../shape.ts';
import type { ScalarName } from './scalars.ts';

export interface Program {
  readonly buffers: readonly Buffer[];
  readonly kernels: readonly Kernel[];
  /** Where each input lies, in row-major order from the start of its buffer. */
  readonly inputs: readonly Place[];
  /** Arrays that the program brings along. */
  readonly constants: readonly { readonly place: Place; readonly array: NDArray }[];
  readonly outputs: readonly Place[];
  /** Parts of the list of kernels that run several times, in order; none is within another. */
  readonly repetitions: readonly Repetition[];
}

/** The kernels from `first` to before `end` run `count` times. */
export interface Repetition {
  readonly first: number;
  readonly end: number;
  readonly count: number;
}

/** Memory for `length` numbers; if it is scratch memory, for each thread. */
export interface Buffer {
  readonly dtype: DType;
  readonly length: number;
  readonly isScratch?: boolean;
}

/** An array in a buffer: element (i, j, …) is number offset + i·strides[0] + j·strides[1] + … of it. */
export interface Place {
  readonly buffer: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly offset: number;
  readonly strides: readonly number[];
  /** In a repetition: how many numbers farther on the array is at each step than at the one before. */
  readonly perStep?: number;
}

export type Kernel = Loop | Sum | Product | Host;

/** Elementwise operations at every index of a shape, in one pass. */
export interface Loop {
  readonly kind: 'loop';
  readonly shape: Shape;
  /** In order: an operation uses values before it, by their number in this list. */
  readonly values: readonly LoopValue[];
  readonly stores: readonly Store[];
}

/** What a loop has at each index: a number from memory, a constant, or an operation's result. */
export type LoopValue =
  | { readonly kind: 'load'; readonly dtype: DType; readonly place: Place }
  | { readonly kind: 'number'; readonly dtype: DType; readonly number: number }
  | {
      readonly kind: 'operation';
      readonly dtype: DType;
      readonly name: ScalarName;
      readonly operands: readonly number[];
    };

export interface Store {
  readonly value: number;
  readonly place: Place;
}

/**
 * The sum over the middle axis of [before, length, after], in the order of `lib.sum`. The input is row-major.
 */
export interface Sum {
  readonly kind: 'sum';
  readonly before: number;
  readonly length: number;
  readonly after: number;
  /** Element (i, j, k) of the input is number i·strides[0] + j·strides[1] + k from its first one. */
  readonly strides: readonly [before: number, length: number];
  readonly input: Place;
  readonly output: Place;
  /** A float64 buffer for partial sums. */
  readonly scratch: number;
}

/** Matrix products over the last two axes of places whose other axes are equal. */
export interface Product {
  readonly kind: 'product';
  readonly left: Place;
  readonly right: Place;
  /** Its rows are whole tiles, `strides[rank − 2]` apart. */
  readonly output: Place;
  /** Whether to compute scalar products of lines: those of either operand lie side by side. */
  readonly asDots: boolean;
  /** A buffer for packed blocks of the right operand. */
  readonly scratch: number;
}

/** A step in JavaScript, on arrays that are views of the memory. Its results are copied there. */
export interface Host {
  readonly kind: 'host';
  readonly name: string;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  readonly run: (inputs: readonly NDArray[]) => readonly NDArray[];
}

/** The buffers that a kernel reads. @example readsOf(kernel); // [0, 3] */
export function readsOf(kernel: Kernel): readonly number[] {
  switch (kernel.kind) {
    case 'loop':
      return kernel.values.flatMap((value) => (value.kind === 'load' ? [value.place.buffer] : []));
    case 'sum':
      return [kernel.input.buffer];
    case 'product':
      return [kernel.left.buffer, kernel.right.buffer];
    case 'host':
      return kernel.inputs.map(({ buffer }) => buffer);
  }
}

/** The buffers that a kernel writes, with those for its own use. */
export function writesOf(kernel: Kernel): readonly number[] {
  switch (kernel.kind) {
    case 'loop':
      return kernel.stores.map(({ place }) => place.buffer);
    case 'sum':
    case 'product':
      return [kernel.output.buffer, kernel.scratch];
    case 'host':
      return kernel.outputs.map(({ buffer }) => buffer);
  }
}

/** Whether two places are the same elements in the same order. */
export function isSamePlace(a: Place, b: Place): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    (a.perStep ?? 0) === (b.perStep ?? 0) &&
    sameShape(a.shape, b.shape) &&
    a.strides.every((stride, axis) => stride === b.strides[axis] || a.shape[axis] === 1)
  );
}
