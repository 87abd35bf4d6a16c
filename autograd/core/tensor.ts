import {
  ArgumentError,
  type DType,
  flat,
  formatArray,
  formatShape,
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

/** What is known of an array without looking at its values. Shape rules map these to these. */
export interface ArrayType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The type of a tensor, without the tensor. */
export function typeOf({ shape, dtype }: ArrayType): ArrayType {
  return { shape, dtype };
}

/**
 * An immutable n-dimensional array that can be differentiated.
 *
 * A tensor is either plain (`PlainTensor`, an array and nothing else) or a `Box`: a tensor that also carries
 * what some transform in progress wants to know of it, such as its tangent or its place on a tape.
 * The operations do not tell the two apart, and neither need you.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).multiply(2).sum().item(); // 20
 */
export abstract class Tensor implements ArrayType {
  abstract readonly shape: Shape;
  abstract readonly dtype: DType;

  /**
   * The array beneath every box: shared, not copied, so read only. Throws where there are no values to look
   * at.
   */
  abstract plainArray(operation: string): NDArray;

  /**
   * Whether there are values to look at: not where `vmap` or `makeGraph` hides them. For checks that only
   * values can fail.
   */
  abstract readonly hasValues: boolean;

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** The value of a one-element tensor as a number; a constant, whatever is being differentiated. */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError(`item: wanted one element, got shape ${formatShape(this.shape)}`);
    return scalarOf(this.plainArray('item'));
  }

  /** The values as nested JS arrays (a number if the shape is `[]`). */
  toArray(): Nested {
    return toNested(this.plainArray('toArray'));
  }

  /** A copy of the values in row-major order. */
  toTypedArray(): TypedArray {
    return flat(this.plainArray('toTypedArray')).slice();
  }

  toString(): string {
    return formatArray(this.plainArray('toString'));
  }

  /**
   * Text where JavaScript wants text, as in a template. An error where it wants a number, as in `a < b` or
   * `2 * a`, or takes either, as in `a + 1` or `a == 1`: those would join or compare texts.
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
}

/** A tensor that no transform is watching. */
export class PlainTensor extends Tensor {
  readonly array: NDArray;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(array: NDArray, type: ArrayType) {
    super();
    this.array = array;
    this.shape = type.shape;
    this.dtype = type.dtype;
  }

  get hasValues(): boolean {
    return true;
  }

  override plainArray(): NDArray {
    return this.array;
  }
}

/** Wherever a tensor is accepted, so is a JS number: it adopts the dtype of the tensors it meets. */
export type TensorLike = Tensor | number;

/** A tangent or cotangent; `null` is a symbolic zero, so that 0·∞ cannot make a NaN out of nothing. */
export type MaybeZero = Tensor | null;
