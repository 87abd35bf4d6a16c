/** ONNX's operators, as the formulas that all languages share want them. */
import type { ArrayType } from '../../../autograd/core/tensor.ts';
import {
  ArrayWriter,
  type BinaryName,
  type Direction,
  type Operand,
  type UnaryName,
  type Value,
} from '../../../autograd/graph/formulas/array-writer.ts';
import { type DType, type Shape, sameShape } from '../../../lib/index.ts';
import { atan2, expm1, log1p, sigmoid } from './functions.ts';
import { type Attributes, elementTypes, int64 } from './model.ts';
import type { OperatorWriter, Writer } from './writer.ts';

const unaryOperators = {
  abs: 'Abs',
  exponential: 'Exp',
  floor: 'Floor',
  log: 'Log',
  negate: 'Neg',
  sqrt: 'Sqrt',
} as const;

const binaryOperators = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  remainder: 'Mod',
  or: 'BitwiseOr',
  xor: 'BitwiseXor',
  shift_left: 'BitShift',
  shift_right_logical: 'BitShift',
} as const;

const shiftDirections: { readonly [K in BinaryName]?: Attributes } = {
  shift_left: { direction: 'LEFT' },
  shift_right_logical: { direction: 'RIGHT' },
};

const comparisons = {
  LT: 'Less',
  LE: 'LessOrEqual',
  GT: 'Greater',
  GE: 'GreaterOrEqual',
  EQ: 'Equal',
} as const;

/** What the operators are written to, as an `ArrayWriter`. */
export class OnnxArrays extends ArrayWriter implements OperatorWriter {
  readonly #writer: Writer;

  constructor(writer: Writer) {
    super();
    this.#writer = writer;
  }

  full(value: number, { shape, dtype }: ArrayType): Value {
    const number = this.#writer.number(value, dtype);
    return this.#node('Expand', [number, this.#writer.integers(shape)], { shape, dtype });
  }

  unary(name: UnaryName, x: Value): Value {
    if (name === 'exponential_minus_one') return expm1(this, x);
    if (name === 'log_plus_one') return log1p(this, x);
    if (name === 'logistic') return sigmoid(this, x);
    return this.#node(unaryOperators[name], [x.name], x);
  }

  binary(name: BinaryName, a: Operand, b: Operand): Value {
    const type = (typeof a === 'number' ? b : a) as Value;
    if (name === 'atan2') return atan2(this, this.#withType(a, type), this.#withType(b, type));
    const isArithmetic = name === 'add' || name === 'subtract' || name === 'multiply';
    const operands = [a, b].map((x) => this.#operand(x, type.dtype));
    // Runtimes have no arithmetic of uint32. That of int32 gives the same bits.
    if (type.dtype === 'uint32' && isArithmetic) {
      const signed = operands.map((x) => this.#cast(x, { ...type, dtype: 'int32' }).name);
      const result = this.#node(binaryOperators[name], signed, { ...type, dtype: 'int32' });
      return this.#cast(result.name, type);
    }
    return this.#node(binaryOperators[name], operands, type, shiftDirections[name] ?? {});
  }

  compare(direction: Direction, a: Value, b: Operand): Value {
    const type = { shape: a.shape, dtype: 'bool' } as const;
    const operands = [a.name, this.#operand(b, a.dtype)];
    if (direction === 'NE') return this.#node('Not', [this.#node('Equal', operands, type).name], type);
    return this.#node(comparisons[direction], operands, type);
  }

  select(mask: Value, a: Operand, b: Operand): Value {
    const type = (typeof a === 'number' ? b : a) as Value;
    const operands = [a, b].map((x) => this.#operand(x, type.dtype));
    return this.#node('Where', [mask.name, ...operands], type);
  }

  convert(x: Value, dtype: DType): Value {
    return x.dtype === dtype ? x : this.#cast(x.name, { shape: x.shape, dtype });
  }

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    // A size of 0 would mean "as before".
    const to = this.#writer.integers(shape);
    return this.#node('Reshape', [x.name, to], { shape, dtype: x.dtype }, { allowzero: 1 });
  }

  broadcast(x: Value, shape: Shape, places: readonly number[]): Value {
    const spread = this.reshape(
      x,
      shape.map((_, axis) => (places.includes(axis) ? (x.shape[places.indexOf(axis)] as number) : 1)),
    );
    return this.#node('Expand', [spread.name, this.#writer.integers(shape)], { shape, dtype: x.dtype });
  }

  iota({ shape, dtype }: ArrayType, axis: number): Value {
    const scalars = [0, shape[axis] as number, 1].map((value) => this.scalar(value));
    const range = this.#writer.node('Range', scalars);
    const type = { shape: [shape[axis] as number], dtype };
    return this.broadcast(this.#cast(range, type), shape, [axis]);
  }

  slice(x: Value, starts: readonly number[], limits: readonly number[], steps: readonly number[]): Value {
    const shape = starts.map((start, i) => Math.ceil(((limits[i] as number) - start) / (steps[i] as number)));
    const axes = [...starts.keys()];
    const lists = [starts, limits, axes, steps].map((list) => this.#writer.integers(list));
    return this.#node('Slice', [x.name, ...lists], { shape, dtype: x.dtype });
  }

  concatenate(parts: readonly Value[], axis: number): Value {
    const { shape, dtype } = parts[0] as Value;
    const length = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    const names = parts.map(({ name }) => name);
    return this.#node('Concat', names, { shape: shape.with(axis, length), dtype }, { axis });
  }

  ordered(words: Value, values: Value, axis: number): Value {
    // Runtimes sort no uint32. Of equal numbers TopK takes the first first.
    const wide = this.#writer.node('Cast', [words.name], { to: int64 });
    const length = this.#writer.integers([words.shape[axis] as number]);
    const [, order = ''] = this.#writer.nodes('TopK', [wide, length], { axis, largest: 0 }, 2);
    return this.#node('GatherElements', [values.name, order], values, { axis });
  }

  /** A whole number without axes, int64. */
  scalar(value: number): string {
    return this.#writer.node('Squeeze', [this.#writer.integers([value])]);
  }

  operator(operator: string, inputs: readonly Value[], type: ArrayType, attributes: Attributes = {}): Value {
    const names = inputs.map(({ name }) => name);
    return this.#node(operator, names, type, attributes);
  }

  #node(operator: string, inputs: readonly string[], type: ArrayType, attributes: Attributes = {}): Value {
    return {
      name: this.#writer.node(operator, inputs, attributes),
      shape: type.shape,
      dtype: type.dtype,
    };
  }

  #cast(name: string, type: ArrayType): Value {
    return this.#node('Cast', [name], type, { to: elementTypes[type.dtype] });
  }

  #operand(x: Operand, dtype: DType): string {
    return typeof x === 'number' ? this.#writer.number(x, dtype) : x.name;
  }

  #withType(x: Operand, { shape, dtype }: ArrayType): Value {
    return { name: this.#operand(x, dtype), shape, dtype };
  }
}
