/** ONNX: a function of ours, as a file that other runtimes run. */
import {
  fromNDArray,
  full,
  type Graph,
  type GraphValue,
  type Tensor,
  toNDArray,
} from '../../../autograd/index.ts';
import { ArgumentError, completeOptions, required, slice } from '../../../lib/index.ts';
import { integersProto, modelBytes, type OnnxNode, type OnnxValue, tensorProto } from './model.ts';
import { type Writer, writeEquation } from './operators.ts';

export interface OnnxOptions {
  /** The names of the graph's inputs, in their order. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
}

/**
 * A graph as the bytes of a .onnx file (operator set 17). Shapes, the batch's size among them, are those of
 * the graph.
 *
 * Source: the ONNX specification, onnx.proto and "Operator Schemas".
 * @throws ArgumentError for another number of names, a name given twice, or a primitive that has no
 * counterpart there
 * @example
 * const graph = makeGraph((z: Tensor, r: Tensor, t: Tensor) => network.apply(parameters, z, r, t), [z, r, t]);
 * writeFileSync('velocity.onnx', formatOnnx(graph, { inputs: ['z', 'r', 't'], outputs: ['u'] }));
 */
export function formatOnnx(graph: Graph, options: OnnxOptions): Uint8Array {
  const named = completeOptions('formatOnnx', { inputs: required, outputs: required }, options);
  const inputs = namedValues('inputs', graph.inputs, named.inputs);
  const outputs = namedValues('outputs', graph.outputs, named.outputs);
  const taken = [...named.inputs, ...named.outputs];
  if (new Set(taken).size < taken.length)
    throw new ArgumentError(`formatOnnx: a name occurs twice: ${taken.join(', ')}`);

  const nodes: OnnxNode[] = [];
  const constants: Uint8Array[] = [];
  // Names of ours begin with a colon, so that they cannot be among the user's.
  const fresh = () => `:${nodes.length}.${constants.length}`;
  const writer = (dtype: Tensor['dtype']): Writer => ({
    node(operator, from, attributes = {}) {
      return this.nodes(operator, from, attributes, 1)[0] as string;
    },
    nodes(operator, from, attributes, count) {
      const name = fresh();
      const outputs = [name, ...Array.from({ length: count - 1 }, (_, i) => `${name}.${i + 1}`)];
      nodes.push({ operator, inputs: from, outputs, attributes });
      return outputs;
    },
    integers(values) {
      const name = fresh();
      constants.push(integersProto(name, values));
      return name;
    },
    number(value) {
      const name = fresh();
      constants.push(tensorProto(name, full([], value, { dtype })));
      return name;
    },
  });

  const names = new Map(graph.inputs.map(({ id }, i) => [id, inputs[i]!.name]));
  for (const { value, tensor } of graph.constants) {
    const name = fresh();
    constants.push(tensorProto(name, compact(tensor)));
    names.set(value.id, restored(writer(value.dtype), name, value, tensor));
  }
  for (const equation of graph.equations) {
    const from = equation.inputs.map(({ id }) => names.get(id) as string);
    // Primitives with several outputs have no rules.
    const [output] = equation.outputs as readonly [GraphValue];
    names.set(output.id, writeEquation(writer(output.dtype), from, equation));
  }
  graph.outputs.forEach(({ id }, i) => {
    nodes.push({ operator: 'Identity', inputs: [names.get(id) as string], outputs: [outputs[i]!.name] });
  });
  return modelBytes({ nodes, constants, inputs, outputs });
}

function namedValues(what: string, values: readonly GraphValue[], names: readonly string[]): OnnxValue[] {
  if (names.length !== values.length || names.some((name) => name === '' || name.startsWith(':'))) {
    throw new ArgumentError(
      `formatOnnx: wanted ${values.length} names of ${what}, got [${names.join(', ')}]`,
    );
  }
  return values.map(({ dtype, shape }, i) => ({ name: names[i] as string, dtype, shape }));
}

/** A constant without what broadcasting repeats in it: a bias is written once, not once for each sample. */
function compact(tensor: Tensor): Tensor {
  const array = toNDArray(tensor);
  const kept = tensor.shape.map((size, i) => (array.stride[i] === 0 ? Math.min(size, 1) : size));
  const zerosLike = kept.map(() => 0);
  return fromNDArray(
    slice(
      array,
      zerosLike,
      kept,
      kept.map(() => 1),
    ),
  );
}

function restored(writer: Writer, name: string, { shape }: GraphValue, tensor: Tensor): string {
  const isWhole = compact(tensor).size === tensor.size;
  return isWhole ? name : writer.node('Expand', [name, writer.integers(shape)]);
}
