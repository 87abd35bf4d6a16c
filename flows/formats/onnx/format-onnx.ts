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
import { forAnyBatch } from './any-batch.ts';
import { withSharedConstants } from './constants.ts';
import {
  type Attributes,
  modelBytes,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
} from './model.ts';
import { writeEquation } from './operators.ts';
import type { Writer } from './writer.ts';

export interface OnnxOptions {
  /** The names of the graph's inputs, in their order. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** Texts by their names, which the file's readers find as metadata. By default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A graph as the bytes of a .onnx file (operator set 18). Shapes, the batch's size among them, are those of
 * the graph. A function from the batch's size to the graph becomes a file for batches of any size: it is
 * called with three sizes, and each number that follows the size becomes a formula of it. Loops and branches
 * stay what they are; the bodies of `checkpoint` and of operations of your own are written in their place.
 * Random draws become operations on integers, which give the same bits. Whole training steps can be written.
 *
 * Source: the ONNX specification, onnx.proto and "Operator Schemas".
 * @throws ArgumentError for another number of names, a name given twice, a primitive that has no counterpart
 * there, or one that depends on the batch's size otherwise than by whole multiples of it
 * @example
 * const draw = (z: Tensor) => sampleMeanFlow(u, z, { steps: 4, scan: true }).x;
 * const graph = (batch: number) => makeGraph(draw, [zeros([batch, 2])]);
 * writeFileSync('sampler.onnx', formatOnnx(graph, { inputs: ['noise'], outputs: ['points'] }));
 */
export function formatOnnx(graph: Graph | ((batch: number) => Graph), options: OnnxOptions): Uint8Array {
  const named = completeOptions('formatOnnx', { inputs: required, outputs: required, metadata: {} }, options);
  for (const what of ['inputs', 'outputs'] as const)
    requireList('formatOnnx', `a list of names of ${what}`, named[what]);
  const taken = [...named.inputs, ...named.outputs];
  if (new Set(taken).size < taken.length)
    throw new ArgumentError(`formatOnnx: a name occurs twice: ${taken.join(', ')}`);

  const write = (one: Graph) => written(one, named);
  const whole = typeof graph === 'function' ? forAnyBatch((batch) => write(graph(batch))) : write(graph);
  return modelBytes(withSharedConstants(whole), named.metadata);
}

function written(graph: Graph, names: OnnxOptions): OnnxGraph {
  requireGraph('formatOnnx', graph);
  const inputs = namedValues('inputs', graph.inputs, names.inputs);
  const outputs = namedValues('outputs', graph.outputs, names.outputs);
  const file = new OnnxFile();
  return {
    nodes: writeWhole(file, graph, names.inputs, outputs),
    constants: file.constants,
    inputs,
    outputs,
  };
}

/** What the graph shares with the bodies of its loops: the constants, and the names that are taken. */
class OnnxFile {
  readonly constants: OnnxConstant[] = [];
  #names = 0;

  constant(source: string, values: OnnxConstant['values']): string {
    const name = this.fresh();
    this.constants.push({ source, name, values });
    return name;
  }

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
    nodes.push({ source: 'output', operator: 'Identity', inputs: [name], outputs: [outputs[i]!.name] });
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
  const readers = readersOf(graph);
  for (const { value, tensor } of graph.constants) {
    const source = readers.get(value.id) ?? 'output';
    const name = file.constant(source, compact(tensor));
    names.set(value.id, restored(new NodeWriter(file, nodes, source, value.dtype), name, value, tensor));
  }
  for (const equation of graph.equations) {
    const given = equation.inputs.map(({ id }) => names.get(id) as string);
    const [output] = equation.outputs;
    const writer = new NodeWriter(file, nodes, equation.name, (output as GraphValue).dtype);
    const written = writeEquation(writer, given, equation);
    equation.outputs.forEach(({ id }, i) => {
      names.set(id, written[i] as string);
    });
  }
  return graph.outputs.map(({ id }) => names.get(id) as string);
}

/** For each value the name of the first primitive that reads it. */
function readersOf({ equations }: Graph): ReadonlyMap<number, string> {
  return new Map(equations.toReversed().flatMap(({ name, inputs }) => inputs.map(({ id }) => [id, name])));
}

class NodeWriter implements Writer {
  readonly #file: OnnxFile;
  readonly #nodes: OnnxNode[];
  readonly #source: string;
  readonly #dtype: Tensor['dtype'];

  constructor(file: OnnxFile, nodes: OnnxNode[], source: string, dtype: Tensor['dtype']) {
    this.#file = file;
    this.#nodes = nodes;
    this.#source = source;
    this.#dtype = dtype;
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(operator, inputs, attributes, 1)[0] as string;
  }

  nodes(operator: string, inputs: readonly string[], attributes: Attributes, count: number) {
    const outputs = Array.from({ length: count }, () => this.#file.fresh());
    this.#nodes.push({ source: this.#source, operator, inputs, outputs, attributes });
    return outputs;
  }

  integers(values: readonly number[]): string {
    return this.#file.constant(this.#source, values);
  }

  number(value: number, dtype = this.#dtype): string {
    return this.#file.constant(this.#source, full([], value, { dtype }));
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
    const again = {
      source: this.#source,
      operator: 'Identity',
      inputs: [active.name],
      outputs: [goesOn.name],
    };
    return {
      ...rest,
      nodes: [...nodes, again],
      inputs: [scalar('int64'), scalar('bool'), ...inputs],
      outputs: [goesOn, ...outputs],
    };
  }
}

function namedValues(what: string, values: readonly GraphValue[], names: readonly string[]): OnnxValue[] {
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
