/** The messages of ONNX that a graph of ours takes, by the field numbers of onnx.proto. */
import { Tensor, toNDArray } from '../../../autograd/index.ts';
import { type DType, flat } from '../../../lib/index.ts';
import { type Bytes, bytes, integers, join, joinAll } from './protobuf.ts';

/** An attribute of a node: a whole number, a list of them, a text, or the body of a loop. */
export type Attribute = number | readonly number[] | string | OnnxGraph;
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator applied to values, which have names. */
export interface OnnxNode {
  /** What it is written for: the name of one of our primitives. */
  readonly source: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Attributes;
}

export interface OnnxValue {
  readonly name: string;
  readonly dtype: DType | 'int64';
  /** The size of each axis; a text names one that the file leaves open. */
  readonly shape: readonly (number | string)[];
}

/** A tensor, or a list of whole numbers, such as a shape, which ONNX wants as int64. */
export interface OnnxConstant {
  readonly source: string;
  readonly name: string;
  readonly values: Tensor | readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** TensorProto.DataType. */
export const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  float64: 11,
  int32: 6,
  uint32: 12,
  bool: 9,
};
export const int64 = 7;

/** Versions that every runtime since February 2023 knows. */
const [intermediateRepresentation, operatorSet] = [8, 18];

/** A ModelProto. The metadata are texts by their names. */
export function modelBytes(graph: OnnxGraph, metadata: Readonly<Record<string, string>>): Uint8Array {
  return join(
    integers(1, intermediateRepresentation),
    bytes(2, 'fluxion'),
    bytes(7, graphProto(graph)),
    bytes(8, join(bytes(1, ''), integers(2, operatorSet))),
    ...Object.entries(metadata).map(([name, text]) => bytes(14, join(bytes(1, name), bytes(2, text)))),
  );
}

/** A TensorProto. */
function constantProto({ name, values }: OnnxConstant): Uint8Array {
  const [shape, type] = isTensor(values)
    ? [values.shape, elementTypes[values.dtype]]
    : [[values.length], int64];
  return join(integers(1, ...shape), integers(2, type), bytes(8, name), bytes(9, bytesOf(values)));
}

/** The numbers of a constant, as ONNX keeps them. */
export function bytesOf(values: OnnxConstant['values']): Uint8Array {
  const { buffer, byteOffset, byteLength } = isTensor(values)
    ? flat(toNDArray(values))
    : BigInt64Array.from(values, BigInt);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function isTensor(values: OnnxConstant['values']): values is Tensor {
  return values instanceof Tensor;
}

/** Whether two constants have one type, one shape and one value, bit for bit. */
export function sameValues(a: OnnxConstant['values'], b: OnnxConstant['values']): boolean {
  const type = (values: OnnxConstant['values']) =>
    isTensor(values) ? `${values.dtype} ${values.shape}` : '';
  return type(a) === type(b) && sameBytes(bytesOf(a), bytesOf(b));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function graphProto({ nodes, constants, inputs, outputs }: OnnxGraph): Uint8Array {
  return joinAll([
    ...nodes.map((node) => bytes(1, nodeProto(node))),
    bytes(2, 'fluxion'),
    ...constants.map((constant) => bytes(5, constantProto(constant))),
    ...inputs.map((value) => bytes(11, valueProto(value))),
    ...outputs.map((value) => bytes(12, valueProto(value))),
  ]);
}

function nodeProto({ operator, inputs, outputs, attributes = {} }: OnnxNode): Bytes {
  return joinAll([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
  ]);
}

function attributeProto(name: string, value: Attribute): Bytes {
  const [type, field] = typedField(value);
  return join(bytes(1, name), field, integers(20, type));
}

/** The AttributeType, and the field that holds such a value. */
function typedField(value: Attribute): readonly [type: number, field: Bytes] {
  if (typeof value === 'number') return [2, integers(3, value)];
  if (typeof value === 'string') return [3, bytes(4, value)];
  return 'nodes' in value ? [5, bytes(6, graphProto(value))] : [7, integers(8, ...value)];
}

function valueProto({ name, dtype, shape }: OnnxValue): Bytes {
  const dimensions = shape.map((size) =>
    bytes(1, typeof size === 'string' ? bytes(2, size) : integers(1, size)),
  );
  const elementType = dtype === 'int64' ? int64 : elementTypes[dtype];
  const tensorType = join(integers(1, elementType), bytes(2, join(...dimensions)));
  return join(bytes(1, name), bytes(2, bytes(1, tensorType)));
}
