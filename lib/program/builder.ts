/** Builds programs operation by operation, and joins elementwise operations into common loops. */
import { type NDArray, view, wrap } from '../array.ts';
import { allocate, type DType } from '../dtype.ts';
import { FluxionError } from '../errors.ts';
import { paddedSizes } from '../matmul/assembly/product.ts';
import { mostTileRows } from '../matmul/assembly/tile.ts';
import { type ProductMethod, productMethod } from '../matmul/webassembly.ts';
import { rowMajorStrides, type Shape, sameShape, sizeOf } from '../shape.ts';
import { type Donation, donate } from './donation.ts';
import {
  changedPlace,
  changedStrides,
  entryOf,
  foldedStrides,
  isByColumn,
  isInOrder,
  matrixOf,
  spreadRow,
  swapLast,
  swapped,
} from './places.ts';
import {
  type Buffer,
  type Host,
  isSamePlace,
  type Kernel,
  type LoopValue,
  type Place,
  type Program,
  type Repetition,
  type Store,
} from './program.ts';
import type { ScalarName } from './scalars.ts';
import { sumScratch } from './sum-scratch.ts';

/** What a program computes at some point: an array of a shape and dtype. */
export interface Value {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * An input. Whoever runs the operations one by one may have a view here, with these strides; the program has
 * a row-major copy. `lib` chooses the order of some sums by strides, and the program takes the same order.
 */
export interface InputType extends Value {
  readonly strides?: readonly number[] | undefined;
}

/** Where a value is: everywhere the same number, in memory, or in a register of a loop. */
type Home =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'memory'; readonly place: Place; readonly kernel: number }
  | { readonly kind: 'register'; readonly loop: OpenLoop; readonly index: number; readonly kernel: number };

/** A loop that further operations may join. */
interface OpenLoop {
  readonly kind: 'loop';
  readonly shape: Shape;
  readonly values: LoopValue[];
  readonly stores: Store[];
  readonly isForVectors: boolean;
}

/** A loop with state: what it starts from, and what it goes through. */
export interface RepeatOptions {
  readonly initial: readonly Value[];
  readonly xs: readonly Value[];
  readonly length: number;
  /** Whether it goes from the last entries to the first. */
  readonly reverse: boolean;
}

// A loop with more values than this has to keep many of them in memory, and compiles slowly.
const mostValues = 160;

/**
 * Operations are added in order, each on values of before. An elementwise operation joins the last loop of
 * its shape that does not come before one of its operands, so that most values never reach memory.
 *
 * @example
 * const builder = new ProgramBuilder();
 * const x = builder.input({ shape: [4], dtype: 'float32' });
 * const program = builder.finish([builder.map('exp', 'float32', [x])], []);
 */
export class ProgramBuilder {
  readonly #buffers: Buffer[] = [];
  readonly #kernels: (Kernel | OpenLoop)[] = [];
  readonly #inputs: Place[] = [];
  readonly #constants: { readonly place: Place; readonly array: NDArray }[] = [];
  readonly #repetitions: Repetition[] = [];
  /** The first kernel of the step that is being added, which joins no loop before it. */
  #firstOfStep = 0;
  readonly #homes = new Map<Value, Home>();
  /** The strides that a value has where each operation runs alone, if it is not row-major there. */
  readonly #strides = new Map<Value, readonly number[]>();
  /** Where loops store the values that other kernels read. */
  readonly #stored = new Map<Value, Place>();

  input({ shape, dtype, strides }: InputType): Value {
    const place = this.#newPlace(shape, dtype);
    this.#inputs.push(place);
    return this.#withStrides(this.#inMemory(place, -1), strides);
  }

  /** The strides of the array that the value is where each operation runs alone. */
  stridesOf(value: Value): readonly number[] {
    return this.#strides.get(value) ?? rowMajorStrides(value.shape);
  }

  /** The value for operations that get a row-major copy of it where each runs alone. */
  inOrder(value: Value): Value {
    if (!this.#strides.has(value)) return value;
    const home = this.#homeOf(value);
    if (home.kind === 'number') return this.#add(value, home);
    const place = this.#placeOf(value);
    return isByColumn(place) ? this.#copy(value) : this.#inMemory(place, this.#kernelOf(value));
  }

  /**
   * An array that the program brings along. One that repeats a single number takes no memory, and what
   * repeats along an axis is stored once.
   */
  constant(array: NDArray, dtype: DType): Value {
    const { shape, stride, data, offset } = array;
    const isOneNumber = sizeOf(shape) > 0 && stride.every((step, axis) => step === 0 || shape[axis] === 1);
    if (isOneNumber)
      return this.#withStrides(this.number(data[offset] as number, { shape, dtype }), stride.slice());
    const repeats = shape.map((length, axis) => length > 1 && stride[axis] === 0);
    const once = shape.map((length, axis) => (repeats[axis] ? 1 : length));
    const stored = this.#newMatrices(once, dtype, isByColumn({ shape, strides: stride }));
    this.#constants.push({ place: stored, array: view(data, once, stride, offset) });
    const strides = stored.strides.map((step, axis) => (repeats[axis] ? 0 : step));
    return this.#withStrides(this.#inMemory({ ...stored, shape, strides }, -1), stride.slice());
  }

  /** An array of one number, as its dtype holds it. */
  number(number: number, { shape, dtype }: Value): Value {
    const [held = number] = allocate(1, dtype).fill(number);
    return this.#add({ shape, dtype }, { kind: 'number', number: held });
  }

  /** The number that the value repeats; undefined for any other value. */
  numberOf(value: Value): number | undefined {
    const home = this.#homeOf(value);
    return home.kind === 'number' ? home.number : undefined;
  }

  /** An elementwise operation on values of one shape. */
  map(name: ScalarName, dtype: DType, operands: readonly Value[]): Value {
    const { shape } = operands[0] as Value;
    const isForVectors = [dtype, ...operands.map((operand) => operand.dtype)].every(fitsVectors);
    const { loop, kernel } =
      this.#loopWithSilu(name, operands) ?? this.#loopFor(shape, isForVectors, operands);
    const indices = operands.map((operand) => this.#inLoop(loop, operand));
    const index = loop.values.push({ kind: 'operation', dtype, name, operands: indices }) - 1;
    return this.#add({ shape, dtype }, { kind: 'register', loop, index, kernel });
  }

  /**
   * The value seen in another way. `change` gets an array and returns a view of it; if it cannot, since it
   * needs row-major order, it gets a copy. Null if it returns no view of that either.
   */
  view(value: Value, result: Value, change: (array: NDArray) => NDArray): Value | null {
    const seen = this.#view(value, result, change);
    const strides = this.#strides.get(value) ?? rowMajorStrides(value.shape);
    return seen && this.#withStrides(seen, changedStrides({ ...value, strides }, change));
  }

  #view(value: Value, result: Value, change: (array: NDArray) => NDArray): Value | null {
    const home = this.#homeOf(value);
    if (home.kind === 'number') return this.#add(result, home);
    const place = this.#placeOf(value);
    const direct = changedPlace(place, this.#lengthOf(place), change);
    if (direct) return this.#inMemory(direct, this.#kernelOf(value));
    if (isInOrder(place)) return null;
    const copied = this.#copy(value);
    const changed = changedPlace(this.#placeOf(copied), sizeOf(value.shape), change);
    return changed && this.#inMemory(changed, this.#kernelOf(copied));
  }

  /** The sum over `count` neighbouring axes, of which `first` is the first. */
  sum(value: Value, first: number, count: number, shape: Shape): Value {
    const { dtype } = value;
    const axes = [
      value.shape.slice(0, first),
      value.shape.slice(first, first + count),
      value.shape.slice(first + count),
    ];
    const [before, length, after] = axes.map(sizeOf) as [number, number, number];
    const direct = this.#isStored(value) ? foldedStrides(this.#placeOf(value), first, count) : null;
    const input = direct ? this.#placeOf(value) : this.#rowMajorPlaceOf(value);
    const strides = direct ?? [length * after, after];
    const output = this.#newPlace(shape, dtype);
    const scratch = this.#newScratch('float64', sumScratch(length, after));
    const kernel =
      this.#kernels.push({ kind: 'sum', before, length, after, strides, input, output, scratch }) - 1;
    return this.#inMemory(output, kernel);
  }

  /**
   * Matrix products over the last two axes, by the method of `lib.matmul`. The axes before them are equal.
   */
  product(left: Value, right: Value): Value {
    const strides = [left, right].map((operand) => this.stridesOf(operand)) as [number[], number[]];
    const { isTransposed, asDots } = methodOf(
      { shape: left.shape, strides: strides[0] },
      { shape: right.shape, strides: strides[1] },
    );
    const places = [this.#placeOf(left), this.#placeOf(right)] as const;
    const found = methodOf(...places);
    const isFitting = found.isTransposed === isTransposed && found.asDots === asDots;
    const [a, b] = isFitting ? places : ([this.#laidOut(left), this.#laidOut(right)] as const);
    if (!isTransposed) return this.#product(a, b, asDots, left);
    const transposed = this.#product(swapped(b), swapped(a), asDots, right);
    return this.#inMemory(swapped(this.#placeOf(transposed)), this.#kernelOf(transposed));
  }

  /** Values written side by side into one array: each at an offset along the axis. */
  join(parts: readonly Value[], axis: number, { shape, dtype }: Value): Value {
    const whole = this.#newPlace(shape, dtype);
    let [start, kernel] = [0, -1];
    for (const part of parts) {
      const offset = start * (whole.strides[axis] as number);
      kernel = Math.max(kernel, this.#store(part, { ...whole, shape: part.shape, offset }));
      start += part.shape[axis] as number;
    }
    return this.#inMemory(whole, kernel);
  }

  /**
   * Zeros, into parts of which the values are written. Each of `parts` gets an array and returns a view of
   * it. The parts do not overlap.
   */
  embed(
    values: readonly Value[],
    { shape, dtype }: Value,
    parts: readonly ((array: NDArray) => NDArray)[],
  ): Value {
    const whole = this.#newPlace(shape, dtype);
    this.#store(this.number(0, { shape, dtype }), whole);
    let kernel = -1;
    values.forEach((value, i) => {
      const part = parts[i] as (array: NDArray) => NDArray;
      const place = changedPlace(whole, this.#lengthOf(whole), part);
      if (!place) throw new FluxionError('embed: wanted a view of the whole, got a copy');
      // Behind the zeros, and so not where the value is computed.
      const loop = this.#newLoop(value.shape, fitsVectors(dtype));
      kernel = this.#kernels.push(loop) - 1;
      loop.stores.push({ value: this.#inLoop(loop, value), place });
    });
    return this.#inMemory(whole, kernel);
  }

  /** A step in JavaScript. */
  host(
    name: string,
    inputs: readonly Value[],
    results: readonly Value[],
    run: Host['run'],
  ): readonly Value[] {
    const sources = inputs.map((input) => this.#placeOf(input));
    const outputs = results.map(({ shape, dtype }) => this.#newPlace(shape, dtype));
    const kernel = this.#kernels.push({ kind: 'host', name, inputs: sources, outputs, run }) - 1;
    return outputs.map((place) => this.#inMemory(place, kernel));
  }

  /**
   * A step that runs `length` times, once for each entry of the `xs` along their first axis. `add` adds its
   * operations: from carries and entries to the next carries, and ys. Returns the last carries, and the ys of
   * all steps along a new first axis.
   */
  repeat(
    { initial, xs, length, reverse }: RepeatOptions,
    add: (inputs: readonly Value[]) => readonly Value[],
  ): readonly Value[] {
    const carries = initial.map((value) => this.#placeOf(this.#copy(value)));
    const entries = xs.map((x) => this.#entryOf(x, reverse));
    const first = this.#kernels.length;
    this.#firstOfStep = first;
    const outputs = add([...carries.map((place) => this.#inMemory(place, first - 1)), ...entries]);
    const wholes = outputs.slice(carries.length).map((y) => {
      const whole = this.#newPlace([length, ...y.shape], y.dtype);
      this.#store(y, entryOf(whole, reverse));
      return whole;
    });
    this.#carry(outputs.slice(0, carries.length), carries, first);
    this.#firstOfStep = 0;
    const end = this.#kernels.length;
    if (first < end) this.#repetitions.push({ first, end, count: length });
    return [...carries, ...wholes].map((place) => this.#inMemory(place, end - 1));
  }

  /** The program that computes these outputs. A donated input's memory becomes that of an output. */
  finish(outputs: readonly Value[], donations: readonly Donation[]): Program {
    const places = outputs.map((output, i) => {
      const place = this.#rowMajorPlaceOf(output);
      // The program overwrites a donated input; another output that shows it needs memory of its own.
      const isOverwritten = donations.some(
        (donation) => donation.output !== i && this.#inputs[donation.input]?.buffer === place.buffer,
      );
      return isOverwritten ? this.#placeOf(this.#copy(output)) : place;
    });
    const program = {
      buffers: this.#buffers,
      kernels: this.#kernels.map(closed),
      inputs: this.#inputs,
      constants: this.#constants,
      outputs: places,
      repetitions: this.#repetitions,
    };
    return donate(program, donations);
  }

  #entryOf(x: Value, reverse: boolean): Value {
    const home = this.#homeOf(x);
    if (home.kind === 'number') return this.#add({ ...x, shape: x.shape.slice(1) }, home);
    return this.#inMemory(entryOf(this.#placeOf(x), reverse), this.#kernelOf(x));
  }

  /** Ends a step: the next carries are where the carries were. So a step is a program that donates them. */
  #carry(next: readonly Value[], carries: readonly Place[], first: number): void {
    const outputs = next.map((value) => this.#rowMajorPlaceOf(value));
    const step: Program = {
      buffers: this.#buffers,
      kernels: this.#kernels.slice(first).map(closed),
      inputs: carries,
      constants: this.#constants,
      outputs,
      repetitions: [],
    };
    const { buffers, kernels } = donate(
      step,
      carries.map((_, i) => ({ input: i, output: i })),
    );
    this.#kernels.splice(first, this.#kernels.length, ...kernels);
    this.#buffers.splice(0, this.#buffers.length, ...buffers);
  }

  #product(left: Place, right: Place, asDots: boolean, like: Value): Value {
    const { dtype } = like;
    const [rows, depth] = left.shape.slice(-2) as [number, number];
    const columns = right.shape.at(-1) as number;
    const batch = left.shape.slice(0, -2);
    // Scalar products read the lines of the left operand as vectors.
    const isInLines = !asDots || (left.strides.at(-1) as number) === 1;
    const lines = isInLines ? left : this.#copyPlace(left);
    const sizes = paddedSizes(dtype as 'float32' | 'float64', rows, columns, depth);
    const width = spreadRow(sizes.paddedColumns, dtype);
    const buffer = this.#newBuffer(dtype, (sizeOf(batch) * rows + mostTileRows) * width);
    const strides = [...rowMajorStrides(batch).map((stride) => stride * rows * width), width, 1];
    const output = { buffer, shape: [...batch, rows, columns], dtype, offset: 0, strides };
    const scratch = this.#newScratch(dtype, sizes.packed);
    const kernel = this.#kernels.push({ kind: 'product', left: lines, right, output, asDots, scratch }) - 1;
    return this.#inMemory(output, kernel);
  }

  /**
   * A place where the value's matrices lie by row or by column, as they do where each operation runs alone.
   */
  #laidOut(value: Value): Place {
    const place = this.#placeOf(value);
    const wanted = isByColumn({ shape: value.shape, strides: this.stridesOf(value) });
    if (isByColumn(place) === wanted) return place;
    const copied = this.#newMatrices(value.shape, value.dtype, wanted);
    this.#store(value, copied);
    return copied;
  }

  /** The last loop of this shape that does not come before an operand, or a new one. */
  #loopFor(
    shape: Shape,
    isForVectors: boolean,
    operands: readonly Value[],
  ): { readonly loop: OpenLoop; readonly kernel: number } {
    const first = Math.max(this.#firstOfStep, ...operands.map((operand) => this.#firstUseOf(operand)));
    for (let kernel = this.#kernels.length - 1; kernel >= first; kernel--) {
      const loop = this.#kernels[kernel] as Kernel | OpenLoop;
      if (!isOpen(loop) || loop.values.length >= mostValues) continue;
      if (loop.isForVectors === isForVectors && sameShape(loop.shape, shape)) return { loop, kernel };
    }
    const loop = this.#newLoop(shape, isForVectors);
    return { loop, kernel: this.#kernels.push(loop) - 1 };
  }

  /** For a slope, the loop that computes silu of the same number, and so most of its slope. */
  #loopWithSilu(name: ScalarName, [x]: readonly Value[]) {
    if (name !== 'siluSlope') return undefined;
    const home = this.#homeOf(x as Value);
    if (home.kind !== 'register' || home.kernel < this.#firstOfStep) return undefined;
    const { loop, index, kernel } = home;
    const hasSilu = loop.values.some(
      (value) => value.kind === 'operation' && value.name === 'silu' && value.operands[0] === index,
    );
    return hasSilu && loop.isForVectors && loop.values.length < mostValues ? { loop, kernel } : undefined;
  }

  /** The first kernel that may use the value: the loop that computes it, or the one behind its kernel. */
  #firstUseOf(value: Value): number {
    const home = this.#homeOf(value);
    if (home.kind === 'number') return 0;
    return home.kind === 'register' ? home.kernel : home.kernel + 1;
  }

  /** The number of a value in a loop: it is there, or the loop loads it. */
  #inLoop(loop: OpenLoop, value: Value): number {
    const home = this.#homeOf(value);
    if (home.kind === 'register' && home.loop === loop) return home.index;
    const wanted: LoopValue =
      home.kind === 'number'
        ? { kind: 'number', dtype: value.dtype, number: home.number }
        : { kind: 'load', dtype: value.dtype, place: this.#placeOf(value) };
    const known = loop.values.findIndex((other) => isSameSource(other, wanted));
    return known >= 0 ? known : loop.values.push(wanted) - 1;
  }

  /** Writes a value to a place, and returns the kernel that does it. */
  #store(value: Value, place: Place): number {
    const home = this.#homeOf(value);
    if (home.kind === 'register' && home.kernel >= this.#firstOfStep) {
      home.loop.stores.push({ value: home.index, place });
      return home.kernel;
    }
    const { loop, kernel } = this.#loopFor(value.shape, fitsVectors(value.dtype), [value]);
    loop.stores.push({ value: this.#inLoop(loop, value), place });
    return kernel;
  }

  #copy(value: Value): Value {
    const place = this.#newPlace(value.shape, value.dtype);
    return this.#inMemory(place, this.#store(value, place));
  }

  #copyPlace(place: Place): Place {
    // Whatever wrote the place came before, so the copy may stand at the end.
    return this.#placeOf(this.#copy(this.#inMemory(place, this.#kernels.length - 1)));
  }

  /** Where the value is in memory. A loop that keeps it in a register stores it from now on. */
  #placeOf(value: Value): Place {
    const home = this.#homeOf(value);
    if (home.kind === 'memory') return home.place;
    const { shape, dtype } = value;
    if (home.kind === 'number') {
      const single = this.#newPlace([], dtype);
      this.#constants.push({ place: single, array: wrap(allocate(1, dtype).fill(home.number), []) });
      const place = { ...single, shape, strides: shape.map(() => 0) };
      this.#homes.set(value, { kind: 'memory', place, kernel: -1 });
      return place;
    }
    return this.#stored.get(value) ?? this.#storeAt(value, home, this.#newSpreadPlace(shape, dtype));
  }

  #storeAt(value: Value, { loop, index }: Extract<Home, { kind: 'register' }>, place: Place): Place {
    loop.stores.push({ value: index, place });
    this.#stored.set(value, place);
    return place;
  }

  /** Whether the value is in memory already. */
  #isStored(value: Value): boolean {
    return this.#homeOf(value).kind !== 'register' || this.#stored.has(value);
  }

  #rowMajorPlaceOf(value: Value): Place {
    const home = this.#homeOf(value);
    if (home.kind === 'register' && !this.#isStored(value))
      return this.#storeAt(value, home, this.#newPlace(value.shape, value.dtype));
    const place = this.#placeOf(value);
    return isInOrder(place) ? place : this.#placeOf(this.#copy(value));
  }

  #kernelOf(value: Value): number {
    const home = this.#homeOf(value);
    return home.kind === 'number' ? -1 : home.kernel;
  }

  #newLoop(shape: Shape, isForVectors: boolean): OpenLoop {
    return { kind: 'loop', shape, values: [], stores: [], isForVectors };
  }

  #newPlace(shape: Shape, dtype: DType): Place {
    const buffer = this.#newBuffer(dtype, sizeOf(shape));
    return { buffer, shape, dtype, offset: 0, strides: rowMajorStrides(shape) };
  }

  /** Matrices that lie by column, or else by row. */
  #newMatrices(shape: Shape, dtype: DType, byColumn: boolean): Place {
    if (byColumn) return swapped(this.#newPlace(swapLast(shape), dtype));
    const place = this.#newPlace(shape, dtype);
    if (!isByColumn(place)) return place;
    // A single column that is to lie by row: its rows are two numbers apart.
    const rows = shape.slice(0, -1);
    const strides = [...rowMajorStrides(rows).map((stride) => 2 * stride), 1];
    return { ...place, buffer: this.#newBuffer(dtype, 2 * sizeOf(rows)), strides };
  }

  /** A place whose rows are a little farther apart where their distance would be unfortunate. */
  #newSpreadPlace(shape: Shape, dtype: DType): Place {
    const width = shape.at(-1) ?? 1;
    const spread = spreadRow(width, dtype);
    if (shape.length < 2 || spread === width) return this.#newPlace(shape, dtype);
    const rows = shape.slice(0, -1);
    const strides = [...rowMajorStrides(rows).map((stride) => stride * spread), 1];
    return { buffer: this.#newBuffer(dtype, sizeOf(rows) * spread), shape, dtype, offset: 0, strides };
  }

  #newBuffer(dtype: DType, length: number): number {
    return this.#buffers.push({ dtype, length }) - 1;
  }

  #lengthOf({ buffer }: Place): number {
    return (this.#buffers[buffer] as Buffer).length;
  }

  #newScratch(dtype: DType, length: number): number {
    return this.#buffers.push({ dtype, length, isScratch: true }) - 1;
  }

  #withStrides(value: Value, strides: readonly number[] | undefined): Value {
    if (strides) this.#strides.set(value, strides);
    return value;
  }

  #inMemory(place: Place, kernel: number): Value {
    return this.#add({ shape: place.shape, dtype: place.dtype }, { kind: 'memory', place, kernel });
  }

  #add(value: Value, home: Home): Value {
    const added = { shape: value.shape, dtype: value.dtype };
    this.#homes.set(added, home);
    return added;
  }

  #homeOf(value: Value): Home {
    const home = this.#homes.get(value);
    if (!home) throw new FluxionError('ProgramBuilder: got a value of another program');
    return home;
  }
}

function methodOf(
  left: Pick<Place, 'shape' | 'strides'>,
  right: Pick<Place, 'shape' | 'strides'>,
): ProductMethod {
  const [rows, depth] = left.shape.slice(-2) as [number, number];
  return productMethod(matrixOf(left), matrixOf(right), {
    rows,
    depth,
    columns: right.shape.at(-1) as number,
  });
}

function isOpen(kernel: Kernel | OpenLoop): kernel is OpenLoop {
  return 'isForVectors' in kernel;
}

function closed(kernel: Kernel | OpenLoop): Kernel {
  if (!isOpen(kernel)) return kernel;
  const { shape, values, stores } = kernel;
  return { kind: 'loop', shape, values, stores };
}

function fitsVectors(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'bool';
}

/** Whether two values of a loop are the same number, or come from the same place. */
function isSameSource(a: LoopValue, b: LoopValue): boolean {
  if (a.dtype !== b.dtype) return false;
  if (a.kind === 'number' && b.kind === 'number') return Object.is(a.number, b.number);
  return a.kind === 'load' && b.kind === 'load' && isSamePlace(a.place, b.place);
}
