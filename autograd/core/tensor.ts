import {
  ArgumentError,
  copy,
  type DType,
  flat,
  formatArray,
  formatShape,
  isRowMajor,
  LevelError,
  type NDArray,
  type Nested,
  type Shape,
  ShapeError,
  scalarOf,
  sizeOf,
  type TypedArray,
  toNested,
} from '../../lib/index.ts';

/** What is known of an array without its values. Shape rules map the inputs' types to the outputs'. */
export interface ArrayType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The type of a tensor, without the tensor. */
export function typeOf({ shape, dtype }: ArrayType): ArrayType {
  return { shape, dtype };
}

/** Engines put this text into the error that they throw when a tensor is cloned. */
const howToSend = Symbol('a tensor: send toTransferable(x), and read it with fromTransferable');

/**
 * An immutable n-dimensional array that can be differentiated.
 *
 * A tensor is either plain (`PlainTensor`, an array and nothing else) or a `Box`. A box also carries what a
 * transform in progress needs to know of it, such as its tangent or its place on a tape. Operations treat the
 * two alike, and so can you.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).multiply(2).sum().item(); // 20
 */
export abstract class Tensor implements ArrayType {
  /** The lengths of the axes; `[]` for a scalar. */
  abstract readonly shape: Shape;
  /** The type of the entries, by default float32. */
  abstract readonly dtype: DType;

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of entries. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether there are values to look at: `vmap` and `makeGraph` hide them. Ask before a check of values. */
  abstract readonly hasValues: boolean;

  /** The array below all boxes, not a copy: only read it. LevelError where there are no values. */
  abstract plainArray(operation: string): NDArray;

  /** The value of a one-element tensor as a number, a constant for every derivative; else ShapeError. */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError(`item: wanted one element, got shape ${formatShape(this.shape)}`);
    return scalarOf(this.plainArray('item'));
  }

  /** The values as nested JS arrays (a number if the shape is `[]`). */
  toArray(): Nested {
    return toNested(this.plainArray('toArray'));
  }

  /** What `JSON.stringify` writes: the values as nested arrays, with null for NaN and ±∞. */
  toJSON(): Nested {
    return toNested(this.plainArray('JSON.stringify'));
  }

  /** A copy of the values in row-major order. */
  toTypedArray(): TypedArray {
    return flat(this.plainArray('toTypedArray')).slice();
  }

  /** The values as text, rounded, with the dtype and the shape. */
  toString(): string {
    return formatArray(this.plainArray('toString'));
  }

  /**
   * Returns text where JavaScript wants text, as in a template. Throws an ArgumentError where JavaScript
   * wants a number (`a < b`, `2 * a`), or takes either (`a + 1`, `a == 1`): it would join or compare texts.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      "JavaScript's operators take no tensors: use add(a, b), multiply(a, b), less(a, b) and their like, or item() for the number; " +
        'in a text, String(a)',
    );
  }

  /** What `console.log` shows in Node: the values, or the type alone where there are no values to look at. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    try {
      return this.toString();
    } catch (error) {
      if (error instanceof LevelError) return `Tensor ${this.dtype} ${formatShape(this.shape)}`;
      throw error;
    }
  }

  /**
   * Own and not cloneable: without it, `structuredClone` and `postMessage` would drop the values silently.
   */
  protected readonly refusesCloning = howToSend;
}

/** A tensor that no transform is watching. */
export class PlainTensor extends Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Null for a tensor that is in the memory of a compiled function, and for one that was donated. */
  #array: NDArray | null;
  #resident: NDArray | null = null;

  constructor(array: NDArray, type: ArrayType) {
    super();
    this.#array = array;
    this.shape = type.shape;
    this.dtype = type.dtype;
  }

  /**
   * A tensor in memory that a compiled function overwrites at its next call. Whoever reads the tensor gets a
   * copy; the compiled function calls `moveOut` before that call.
   */
  static resident(memory: NDArray, type: ArrayType): PlainTensor {
    const tensor = new PlainTensor(memory, type);
    tensor.#array = null;
    tensor.#resident = memory;
    return tensor;
  }

  get hasValues(): boolean {
    return true;
  }

  /** The strides of its array; undefined if the values lie in row-major order. */
  get strides(): readonly number[] | undefined {
    return this.#array && !isRowMajor(this.#array) ? this.#array.stride.slice() : undefined;
  }

  override plainArray(operation: string): NDArray {
    return this.#array ?? this.#copyOut(operation);
  }

  /** Gives a resident tensor an array of its own. */
  moveOut(): void {
    if (this.#resident) this.plainArray('compile');
    this.#resident = null;
  }

  /** The tensor's memory belongs to somebody else from now on, so nobody may read the tensor. */
  donate(): void {
    this.#array = null;
    this.#resident = null;
  }

  #copyOut(operation: string): NDArray {
    if (!this.#resident) {
      throw new LevelError(
        `${operation}: got a tensor that was donated to a call of a compiled function; use what that call returned, ` +
          'or take the argument out of `donate`',
      );
    }
    this.#array = copy(this.#resident);
    return this.#array;
  }
}

/** A tensor or a JS number. The number takes the dtype of the tensors beside it. */
export type TensorLike = Tensor | number;

/**
 * What an elementwise operation takes: nested lists, too, as a tensor of the dtype of the tensors beside
 * them.
 */
export type Operand = TensorLike | readonly Nested[];

/** A tangent or cotangent. `null` is a symbolic zero: rules skip it, so it never becomes 0·∞ = NaN. */
export type MaybeZero = Tensor | null;

/**
 * A cotangent that is zero outside of a part of its tensor. A tape collects the parts of one tensor, and asks
 * any of them for the sum of all. So n reads of a tensor cost one array of its size, and not n.
 */
export interface PartialCotangent<Place = unknown> {
  readonly values: Tensor;
  readonly place: Place;
  /** The sum of parts of one kind, those with this same function. */
  addUp(parts: readonly PartialCotangent<Place>[]): Tensor;
}

/** What a reverse rule answers for an input. */
export type Cotangent = MaybeZero | PartialCotangent;
