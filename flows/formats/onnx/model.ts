/** The messages of ONNX that a graph of ours takes, by the field numbers of onnx.proto. */
import { type Tensor, toNDArray } from '../../../autograd/index.ts';
import { type DType, flat } from '../../../lib/index.ts';
import { type Bytes, bytes, integers, join } from './protobuf.ts';

/** An attribute of a node: a whole number, a list of them, or a text. */
export type Attribute = number | readonly number[] | string;

/** One operator applied to values, which have names. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly dtype: DType;
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

/** Versions that every runtime since 2022 knows. */
const [intermediateRepresentation, operatorSet] = [8, 17];

/** A ModelProto. */
export function modelBytes(graph: OnnxGraph): Uint8Array {
  const graphProto = join(
    ...graph.nodes.map((node) => bytes(1, nodeProto(node))),
    bytes(2, 'fluxion'),
    ...graph.constants.map((constant) => bytes(5, constant)),
    ...graph.inputs.map((value) => bytes(11, valueProto(value))),
    ...graph.outputs.map((value) => bytes(12, valueProto(value))),
  );
  return join(
    integers(1, intermediateRepresentation),
    bytes(2, 'fluxion'),
    bytes(7, graphProto),
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

function nodeProto({ operator, inputs, outputs, attributes = {} }: OnnxNode): Bytes {
  return join(
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
  );
}

/** AttributeType: INT is 2, STRING is 3, INTS is 7. */
function attributeProto(name: string, value: Attribute): Bytes {
  if (typeof value === 'string') return join(bytes(1, name), bytes(4, value), integers(20, 3));
  return typeof value === 'number'
    ? join(bytes(1, name), integers(3, value), integers(20, 2))
    : join(bytes(1, name), integers(8, ...value), integers(20, 7));
}

function valueProto({ name, dtype, shape }: OnnxValue): Bytes {
  const dimensions = shape.map((size) => bytes(1, integers(1, size)));
  const tensorType = join(integers(1, elementTypes[dtype]), bytes(2, join(...dimensions)));
  return join(bytes(1, name), bytes(2, bytes(1, tensorType)));
}
