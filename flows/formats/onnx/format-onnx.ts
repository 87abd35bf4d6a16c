/** ONNX: a function of ours, as a file that other runtimes run. */

import { requireGraph } from '../../../autograd/graph/graph.ts';
import {
  fromNDArray,
  full,
  type Graph,
  type GraphValue,
  type Tensor,
  toNDArray,
} from '../../../autograd/index.ts';
import { ArgumentError, completeOptions, required, slice } from '../../../lib/index.ts';
import { requireList } from '../../checks.ts';
import { type Constants, constantsNamed } from './constants.ts';
import { type Attributes, modelBytes, type OnnxGraph, type OnnxNode, type OnnxValue } from './model.ts';
import { writeEquation } from './operators.ts';
import type { Writer } from './writer.ts';

export interface OnnxOptions {
  /** The names of the graph's inputs, in their order. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
}

/**
 * A graph as the bytes of a .onnx file (operator set 18). Shapes, the batch's size among them, are those of
 * the graph. Loops and branches stay what they are; the bodies of `checkpoint` and of operations of your own
 * are written in their place. Random draws become operations on integers, which give the same bits. Whole
 * training steps can be written.
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
  requireGraph('formatOnnx', graph);
  const inputs = namedValues('inputs', graph.inputs, named.inputs);
  const outputs = namedValues('outputs', graph.outputs, named.outputs);
  const taken = [...named.inputs, ...named.outputs];
  if (new Set(taken).size < taken.length)
    throw new ArgumentError(`formatOnnx: a name occurs twice: ${taken.join(', ')}`);

  const file = new OnnxFile();
  const nodes = writeWhole(
    file,
    graph,
    inputs.map(({ name }) => name),
    outputs,
  );
  return modelBytes({ nodes, constants: file.constants.protos, inputs, outputs });
}

/** What the graph shares with the bodies of its loops: the constants, and the names that are taken. */
class OnnxFile {
  readonly constants: Constants = constantsNamed(() => this.fresh());
  #names = 0;

  /** Begins with a colon, so that it cannot be a name of the user's. */
  fresh(): string {
    return `:${this.#names++}`;
  }
}

/** The nodes of a graph, whose inputs have these names, and whose outputs get theirs. */
function writeWhole(
  file: OnnxFile,
  graph: Graph,
  from: readonly string[],
  outputs: readonly OnnxValue[],
): readonly OnnxNode[] {
  const nodes: OnnxNode[] = [];
  writeGraph(file, nodes, graph, from).forEach((name, i) => {
    nodes.push({ operator: 'Identity', inputs: [name], outputs: [outputs[i]!.name] });
  });
  return nodes;
}

/** Adds a graph, whose inputs have these names, to the nodes; the names of its outputs. */
function writeGraph(
  file: OnnxFile,
  nodes: OnnxNode[],
  graph: Graph,
  from: readonly string[],
): readonly string[] {
  const names = new Map(graph.inputs.map(({ id }, i) => [id, from[i] as string]));
  for (const { value, tensor } of graph.constants) {
    const name = file.constants.tensor(compact(tensor));
    names.set(value.id, restored(new NodeWriter(file, nodes, value.dtype), name, value, tensor));
  }
  for (const equation of graph.equations) {
    const given = equation.inputs.map(({ id }) => names.get(id) as string);
    const [output] = equation.outputs;
    const writer = new NodeWriter(file, nodes, (output as GraphValue).dtype);
    const written = writeEquation(writer, given, equation);
    equation.outputs.forEach(({ id }, i) => {
      names.set(id, written[i] as string);
    });
  }
  return graph.outputs.map(({ id }) => names.get(id) as string);
}

class NodeWriter implements Writer {
  readonly #file: OnnxFile;
  readonly #nodes: OnnxNode[];
  readonly #dtype: Tensor['dtype'];

  constructor(file: OnnxFile, nodes: OnnxNode[], dtype: Tensor['dtype']) {
    this.#file = file;
    this.#nodes = nodes;
    this.#dtype = dtype;
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(operator, inputs, attributes, 1)[0] as string;
  }

  nodes(operator: string, inputs: readonly string[], attributes: Attributes, count: number) {
    const outputs = Array.from({ length: count }, () => this.#file.fresh());
    this.#nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  integers(values: readonly number[]): string {
    return this.#file.constants.integers(values);
  }

  number(value: number, dtype = this.#dtype): string {
    return this.#file.constants.tensor(full([], value, { dtype }));
  }

  inPlace(graph: Graph, inputs: readonly string[]): readonly string[] {
    return writeGraph(this.#file, this.#nodes, graph, inputs);
  }

  body(graph: Graph, captured: readonly string[]): OnnxGraph {
    const typed = ({ dtype, shape }: GraphValue) => ({ name: this.#file.fresh(), dtype, shape });
    const inputs = graph.inputs.slice(0, graph.inputs.length - captured.length).map(typed);
    const outputs = graph.outputs.map(typed);
    const nodes = writeWhole(this.#file, graph, [...inputs.map(({ name }) => name), ...captured], outputs);
    return { nodes, constants: [], inputs, outputs };
  }

  loopBody(graph: Graph, captured: readonly string[]): OnnxGraph {
    const { nodes, inputs, outputs, ...rest } = this.body(graph, captured);
    const scalar = (dtype: OnnxValue['dtype']) => ({ name: this.#file.fresh(), dtype, shape: [] });
    const [active] = outputs as [OnnxValue];
    const goesOn = scalar('bool');
    const again = { operator: 'Identity', inputs: [active.name], outputs: [goesOn.name] };
    return {
      ...rest,
      nodes: [...nodes, again],
      inputs: [scalar('int64'), scalar('bool'), ...inputs],
      outputs: [goesOn, ...outputs],
    };
  }
}

function namedValues(what: string, values: readonly GraphValue[], names: readonly string[]): OnnxValue[] {
  requireList('formatOnnx', `a list of names of ${what}`, names);
  const isName = (name: unknown) => typeof name === 'string' && name !== '' && !name.startsWith(':');
  if (names.length !== values.length || !names.every(isName)) {
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
