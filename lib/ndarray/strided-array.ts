import type { NdArray } from 'ndarray';
import type { TypedArray } from '../dtype.ts';
import { rowMajorStrides, type Shape, sizeOf } from '../shape.ts';

type Index = number | null | undefined;

/** An array with the face of scijs `ndarray`, and no code made from text. */
export class StridedArray {
  readonly data: TypedArray;
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;

  constructor(data: TypedArray, shape: Shape, stride: readonly number[], offset: number) {
    this.data = data;
    this.shape = [...shape];
    this.stride = [...stride];
    this.offset = offset;
  }

  get dtype(): string {
    return this.data[Symbol.toStringTag].slice(0, -'Array'.length).toLowerCase();
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  get dimension(): number {
    return this.shape.length;
  }

  /** The axes, that of the smallest stride first. */
  get order(): number[] {
    const length = (axis: number) => Math.abs(this.stride[axis] as number);
    return [...this.shape.keys()].sort((a, b) => length(a) - length(b));
  }

  index(...at: number[]): number {
    return this.stride.reduce((place, stride, axis) => place + stride * (at[axis] as number), this.offset);
  }

  get(...at: number[]): number {
    return this.data[this.index(...at)] as number;
  }

  set(...atAndValue: number[]): number {
    this.data[this.index(...atAndValue)] = atAndValue[this.dimension] as number;
    return atAndValue[this.dimension] as number;
  }

  /** From these indices on. An axis without a number stays whole, here and in `hi` and `step`. */
  lo(...from: Index[]): StridedArray {
    const skipped = this.shape.map((_, axis) => (isIndex(from[axis]) ? Math.trunc(from[axis]) : 0));
    const shape = this.shape.map((length, axis) => length - (skipped[axis] as number));
    return new StridedArray(this.data, shape, this.stride, this.index(...skipped));
  }

  /** As many elements along each axis. */
  hi(...lengths: Index[]): StridedArray {
    const shape = this.shape.map((length, axis) =>
      isIndex(lengths[axis]) ? Math.trunc(lengths[axis]) : length,
    );
    return new StridedArray(this.data, shape, this.stride, this.offset);
  }

  /** Every so many elements; from the end on if the step is negative. */
  step(...steps: Index[]): StridedArray {
    const by = this.shape.map((_, axis) => Math.trunc(steps[axis] ?? 1));
    const first = this.shape.map((length, axis) => ((by[axis] as number) < 0 ? length - 1 : 0));
    const shape = this.shape.map((length, axis) => Math.ceil(length / Math.abs(by[axis] as number)));
    const stride = this.stride.map((stride, axis) => stride * (by[axis] as number));
    return new StridedArray(this.data, shape, stride, this.index(...first));
  }

  /** The axes in another order; an axis that is left out stays. */
  transpose(...order: Index[]): StridedArray {
    const axes = this.shape.map((_, axis) => order[axis] ?? axis);
    const along = (lengths: readonly number[]) => axes.map((axis) => lengths[axis] as number);
    return new StridedArray(this.data, along(this.shape), along(this.stride), this.offset);
  }

  /** The part at these indices, without the axes that have one. */
  pick(...at: Index[]): StridedArray {
    const place = this.index(...this.shape.map((_, axis) => (isIndex(at[axis]) ? at[axis] : 0)));
    const left = (lengths: readonly number[]) => lengths.filter((_, axis) => !isIndex(at[axis]));
    return new StridedArray(this.data, left(this.shape), left(this.stride), place);
  }
}

/** What `ndarray` does. */
export function stridedArray(
  data: TypedArray,
  shape: Shape,
  stride: readonly number[] = rowMajorStrides(shape),
  offset = 0,
): NdArray<TypedArray> {
  return new StridedArray(data, shape, stride, offset) as unknown as NdArray<TypedArray>;
}

/** What `assign` of ndarray-ops does: writes the elements of `a` into those of `out`. */
export function assignStrided(out: NdArray<TypedArray>, a: NdArray<TypedArray>): void {
  const { data: target, shape } = out;
  const { data: source } = a;
  const last = shape.length - 1;

  function visit(axis: number, to: number, from: number): void {
    const [length, toStride, fromStride] = [shape[axis], out.stride[axis], a.stride[axis]] as [
      number,
      number,
      number,
    ];
    for (let i = 0; i < length; i++, to += toStride, from += fromStride) {
      if (axis === last) target[to] = source[from] as number;
      else visit(axis + 1, to, from);
    }
  }

  if (last < 0) target[out.offset] = source[a.offset] as number;
  else visit(0, out.offset, a.offset);
}

function isIndex(i: Index): i is number {
  return typeof i === 'number' && i >= 0;
}
