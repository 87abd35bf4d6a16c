/** What formulas are written with, whatever the language: operations on arrays, one after another. */
import type { DType, Shape } from '../../../lib/index.ts';
import type { ArrayType } from '../../core/tensor.ts';

/** A value in the text or the file that is written: its name there, and its type. */
export interface Value extends ArrayType {
  readonly name: string;
}

/** A number stands for a tensor that repeats it, of the type of the operand beside it. */
export type Operand = Value | number;

export type Direction = 'LT' | 'LE' | 'GT' | 'GE' | 'EQ' | 'NE';

/** Functions of one number, by their names in StableHLO. */
export type UnaryName =
  | 'abs'
  | 'exponential'
  | 'exponential_minus_one'
  | 'floor'
  | 'log'
  | 'log_plus_one'
  | 'logistic'
  | 'negate'
  | 'sqrt';

/** Functions of two numbers or words of 32 bits, by their names in StableHLO. */
export type BinaryName =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'atan2'
  | 'maximum'
  | 'minimum'
  | 'remainder'
  | 'or'
  | 'xor'
  | 'shift_left'
  | 'shift_right_logical';

/** Writes operations down. The two operands of an operation have one type. */
export abstract class ArrayWriter {
  /** A tensor that repeats a number. */
  abstract full(value: number, type: ArrayType): Value;
  abstract unary(name: UnaryName, x: Value): Value;
  abstract binary(name: BinaryName, a: Operand, b: Operand): Value;
  /** A mask. A comparison with NaN is false, but for NE. */
  abstract compare(direction: Direction, a: Value, b: Operand): Value;
  /** `a` where the mask is true, `b` elsewhere. One of them may be a number. */
  abstract select(mask: Value, a: Operand, b: Operand): Value;
  abstract convert(x: Value, dtype: DType): Value;
  abstract reshape(x: Value, shape: Shape): Value;
  /** The axes of x become those at the given places of the shape. */
  abstract broadcast(x: Value, shape: Shape, places: readonly number[]): Value;
  /** 0, 1, 2, … along an axis. */
  abstract iota(type: ArrayType, axis: number): Value;
  abstract slice(
    x: Value,
    starts: readonly number[],
    limits: readonly number[],
    steps: readonly number[],
  ): Value;
  abstract concatenate(parts: readonly Value[], axis: number): Value;
  /** The values, in the order that sorts the words along an axis. Equal words keep their order. */
  abstract ordered(words: Value, values: Value, axis: number): Value;

  add(a: Operand, b: Operand): Value {
    return this.binary('add', a, b);
  }

  subtract(a: Operand, b: Operand): Value {
    return this.binary('subtract', a, b);
  }

  multiply(a: Operand, b: Operand): Value {
    return this.binary('multiply', a, b);
  }

  divide(a: Operand, b: Operand): Value {
    return this.binary('divide', a, b);
  }
}
