/** The messages of ONNX that a graph of ours takes, by the field numbers of onnx.proto. */
import { type Tensor, toNDArray } from '../../../autograd/index.ts';
import { type DType, flat } from '../../../lib/index.ts';
import { type Bytes, bytes, integers, join, joinAll } from './protobuf.ts';

/** An attribute of a node: a whole number, a list of them, a text, or the body of a loop. */
export type Attribute = number | readonly number[] | string | OnnxGraph;
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator applied to values, which have names. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Attributes;
}

export interface OnnxValue {
  readonly name: string;
  readonly dtype: DType | 'int64';
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly Uint8Array[];
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

/** A ModelProto. */
export function modelBytes(graph: OnnxGraph): Uint8Array {
  return join(
    integers(1, intermediateRepresentation),
    bytes(2, 'fluxion'),
    bytes(7, graphProto(graph)),
    bytes(8, join(bytes(1, ''), integers(2, operatorSet))),
  );
}

/** A TensorProto of a tensor's values, in the shape given (by default its own). */
export function tensorProto(name: string, tensor: Tensor): Uint8Array {
  const values = flat(toNDArray(tensor));
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return join(
    integers(1, ...tensor.shape),
    integers(2, elementTypes[tensor.dtype]),
    bytes(8, name),
    bytes(9, raw),
  );
}

/** A TensorProto of whole numbers, such as a shape, which ONNX wants as int64. */
export function integersProto(name: string, values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(8 * values.length);
  const view = new DataView(raw.buffer);
  values.forEach((value, i) => {
    view.setBigInt64(8 * i, BigInt(value), true);
  });
  return join(integers(1, values.length), integers(2, int64), bytes(8, name), bytes(9, raw));
}

function graphProto({ nodes, constants, inputs, outputs }: OnnxGraph): Uint8Array {
  return joinAll([
    ...nodes.map((node) => bytes(1, nodeProto(node))),
    bytes(2, 'fluxion'),
    ...constants.map((constant) => bytes(5, constant)),
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
  const dimensions = shape.map((size) => bytes(1, integers(1, size)));
  const elementType = dtype === 'int64' ? int64 : elementTypes[dtype];
  const tensorType = join(integers(1, elementType), bytes(2, join(...dimensions)));
  return join(bytes(1, name), bytes(2, bytes(1, tensorType)));
}
