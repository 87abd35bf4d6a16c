/** Where the text of a program is written to, operation by operation. */
import { type DType, isFloating, type NDArray, type Shape, sameShape } from '../../../lib/index.ts';
import type { ArrayType } from '../../core/tensor.ts';
import { ArrayWriter, type Direction, type Operand, type Value } from '../formulas/array-writer.ts';
import { denseText, integers, numberText, tensorType, tensorTypeOf } from './text.ts';

/**
 * Writes operations in MLIR's generic form, in which all look alike: "name"(inputs) ({region}) {attributes}.
 */
export class Writer extends ArrayWriter {
  readonly lines: string[] = [];
  readonly #names: { next: number };

  constructor(names = { next: 0 }) {
    super();
    this.#names = names;
  }

  /** An operation with one result. */
  operation(name: string, inputs: readonly Value[], output: ArrayType, attributes = '', region = ''): Value {
    return this.operations(name, inputs, [output], attributes, region)[0] as Value;
  }

  /** An operation with several results. */
  operations(
    name: string,
    inputs: readonly Value[],
    outputs: readonly ArrayType[],
    attributes = '',
    region = '',
  ): readonly Value[] {
    const results = outputs.map((type) => this.#fresh(type));
    const types = (list: readonly ArrayType[]) => list.map(tensorType).join(', ');
    const parts = [
      `${namesOf(results)} = "stablehlo.${name}"(${namesOf(inputs)})`,
      ...(region && [`(${region})`]),
      ...(attributes && [`{${attributes}}`]),
      `: (${types(inputs)}) -> (${types(outputs)})`,
    ];
    this.lines.push(parts.join(' '));
    return results;
  }

  /** A part of an operation that is a function itself: what it makes of its arguments, it returns. */
  region(types: readonly ArrayType[], write: (writer: Writer, inputs: readonly Value[]) => readonly Value[]) {
    const inner = new Writer(this.#names);
    const inputs = types.map((type) => this.#fresh(type));
    const results = write(inner, inputs);
    const head = `^bb0(${inputs.map((value) => `${value.name}: ${tensorType(value)}`).join(', ')}):`;
    const last = `"stablehlo.return"(${namesOf(results)}) : (${results.map(tensorType).join(', ')}) -> ()`;
    return `{\n${[head, ...inner.lines, last].map((line) => `      ${line}`).join('\n')}\n    }`;
  }

  /** An array's elements. */
  constant(array: NDArray, type: ArrayType): Value {
    return this.#constant(denseText(array, type), type);
  }

  full(value: number, { shape, dtype }: ArrayType): Value {
    return this.#constant(`dense<${numberText(value, dtype)}>`, { shape, dtype });
  }

  unary(name: string, x: Value): Value {
    return this.operation(name, [x], typeOf(x));
  }

  binary(name: string, a: Operand, b: Operand): Value {
    const type = typeOf((typeof a === 'number' ? b : a) as Value);
    const inputs = [a, b].map((x) => (typeof x === 'number' ? this.full(x, type) : x));
    return this.operation(name, inputs, type);
  }

  compare(direction: Direction, a: Value, b: Operand): Value {
    const kind = isFloating(a.dtype) ? 'FLOAT' : a.dtype === 'int32' ? 'SIGNED' : 'UNSIGNED';
    const attributes = [
      `comparison_direction = #stablehlo<comparison_direction ${direction}>`,
      `compare_type = #stablehlo<comparison_type ${kind}>`,
    ].join(', ');
    const inputs = [a, typeof b === 'number' ? this.full(b, a) : b];
    return this.operation('compare', inputs, { shape: a.shape, dtype: 'bool' }, attributes);
  }

  select(mask: Value, a: Operand, b: Operand): Value {
    const type = typeOf((typeof a === 'number' ? b : a) as Value);
    const [yes, no] = [a, b].map((x) => (typeof x === 'number' ? this.full(x, type) : x));
    return this.operation('select', [mask, yes as Value, no as Value], type);
  }

  convert(x: Value, dtype: DType): Value {
    return x.dtype === dtype ? x : this.operation('convert', [x], { shape: x.shape, dtype });
  }

  /** An integer of 32 bits: the low ones of a 64-bit integer. */
  narrowed(x: Value, dtype: DType): Value {
    const wide = tensorTypeOf(x.shape, 'i64');
    const name = `%${this.#names.next++}`;
    this.lines.push(`${name} = "stablehlo.convert"(${x.name}) : (${tensorType(x)}) -> ${wide}`);
    const result = this.#fresh({ shape: x.shape, dtype });
    this.lines.push(`${result.name} = "stablehlo.convert"(${name}) : (${wide}) -> ${tensorType(result)}`);
    return result;
  }

  reshape(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.operation('reshape', [x], { shape, dtype: x.dtype });
  }

  broadcast(x: Value, shape: Shape, places: readonly number[]): Value {
    const attributes = `broadcast_dimensions = ${integers(places)}`;
    return this.operation('broadcast_in_dim', [x], { shape, dtype: x.dtype }, attributes);
  }

  iota(type: ArrayType, axis: number): Value {
    return this.operation('iota', [], type, `iota_dimension = ${axis} : i64`);
  }

  /** What an operation with two operands, such as a sum, makes of the elements along some axes. */
  reduce(name: string, x: Value, axes: readonly number[], initial: number): Value {
    const scalar = { shape: [], dtype: x.dtype };
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    const region = this.combining(name, x.dtype);
    const inputs = [x, this.full(initial, scalar)];
    const attributes = `dimensions = ${integers(axes)}`;
    return this.operation('reduce', inputs, { shape, dtype: x.dtype }, attributes, region);
  }

  /** The region of a reduction: an operation with two operands, on scalars. */
  combining(name: string, dtype: DType): string {
    const scalar = { shape: [], dtype };
    return this.region([scalar, scalar], (inner, [a, b]) => [inner.binary(name, a as Value, b as Value)]);
  }

  /** The values, in the order that sorts the keys along an axis. Equal keys keep their order. */
  sortedBy(
    keys: Value,
    values: Value,
    axis: number,
    isBefore: (writer: Writer, a: Value, b: Value) => Value,
  ): Value {
    const scalars = [keys, keys, values, values].map(({ dtype }) => ({ shape: [], dtype }));
    const region = this.region(scalars, (inner, [a, b]) => [isBefore(inner, a as Value, b as Value)]);
    const attributes = `dimension = ${axis} : i64, is_stable = true`;
    const types = [keys, values].map(typeOf);
    return this.operations('sort', [keys, values], types, attributes, region)[1] as Value;
  }

  ordered(words: Value, values: Value, axis: number): Value {
    return this.sortedBy(words, values, axis, (inner, a, b) => inner.compare('LT', a, b));
  }

  slice(x: Value, starts: readonly number[], limits: readonly number[], steps: readonly number[]): Value {
    const shape = starts.map((start, i) =>
      Math.max(0, Math.ceil(((limits[i] as number) - start) / (steps[i] as number))),
    );
    const attributes = [
      `start_indices = ${integers(starts)}`,
      `limit_indices = ${integers(limits)}`,
      `strides = ${integers(steps)}`,
    ].join(', ');
    return this.operation('slice', [x], { shape, dtype: x.dtype }, attributes);
  }

  concatenate(parts: readonly Value[], axis: number): Value {
    const { shape, dtype } = parts[0] as Value;
    const length = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    return this.operation(
      'concatenate',
      parts,
      { shape: shape.with(axis, length), dtype },
      `dimension = ${axis} : i64`,
    );
  }

  #constant(text: string, type: ArrayType): Value {
    return this.operation('constant', [], type, `value = ${text} : ${tensorType(type)}`);
  }

  #fresh({ shape, dtype }: ArrayType): Value {
    return { name: `%${this.#names.next++}`, shape, dtype };
  }
}

function typeOf({ shape, dtype }: ArrayType): ArrayType {
  return { shape, dtype };
}

function namesOf(values: readonly Value[]): string {
  return values.map(({ name }) => name).join(', ');
}
