/** StableHLO: a function of ours as text, which XLA compiles for CPUs, GPUs and TPUs. */
import { ArgumentError, completeOptions, type DType, required, type Shape } from '../../../lib/index.ts';
import type { Value } from '../formulas/array-writer.ts';
import type { Graph, GraphValue } from '../graph.ts';
import { writeGraph } from './rules.ts';
import { tensorType } from './text.ts';
import { Writer } from './writer.ts';

/** Names for a graph's values, and what they are for. */
export interface StableHloOptions {
  /** The names of the graph's inputs, in their order, such as the paths in a tree: `layers.0.w`. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** Which inputs have the examples of a batch along their first axis. By default none. */
  readonly batch?: readonly string[];
  /** Which inputs the caller needs no more, so that results may take over their memory. By default none. */
  readonly donate?: readonly string[];
}

/** A program as text, and what its caller must know. */
export interface StableHlo {
  /** A module of StableHLO, whose function `main` takes the inputs in their order. */
  readonly text: string;
  readonly signature: ProgramSignature;
}

/** What a program takes and gives: plain data, for a .json file. */
export interface ProgramSignature {
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramValue[];
}

/** An input or an output: its name, and its type. */
export interface ProgramValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An input, and what its caller may do with it. */
export interface ProgramInput extends ProgramValue {
  /** Whether the first axis counts the examples of a batch. */
  readonly batch: boolean;
  readonly donated: boolean;
}

/**
 * A graph as StableHLO. Shapes, the batch's size among them, are those of the graph. Random draws become
 * operations on integers, which give the same bits. Products are in full precision. The bodies of
 * `checkpoint` and of operations of your own are written in their place; loops and branches stay what they
 * are.
 *
 * An index that does not exist is an error here; there, the nearest one is taken.
 *
 * Source: the StableHLO specification.
 * @throws ArgumentError for another number of names, a name given twice or unknown, or a primitive that has
 * no counterpart there
 * @example
 * const graph = makeGraph((x: Tensor, w: Tensor) => tanh(matmul(x, w)), [x, w]);
 * const { text, signature } = formatStableHlo(graph, { inputs: ['x', 'w'], outputs: ['y'], batch: ['x'] });
 */
export function formatStableHlo(graph: Graph, options: StableHloOptions): StableHlo {
  const { inputs, outputs, batch, donate } = completeOptions(
    'formatStableHlo',
    { inputs: required, outputs: required, batch: [], donate: [] },
    options,
  );
  requireNames('inputs', inputs, graph.inputs);
  requireNames('outputs', outputs, graph.outputs);
  const stray = [...batch, ...donate].find((name) => !inputs.includes(name));
  if (stray !== undefined) throw new ArgumentError(`formatStableHlo: there is no input '${stray}'`);
  const typed = ({ shape, dtype }: GraphValue, name: string) => ({ name, shape, dtype });
  const signature = {
    inputs: graph.inputs.map((value, i) => {
      const name = inputs[i] as string;
      return { ...typed(value, name), batch: batch.includes(name), donated: donate.includes(name) };
    }),
    outputs: graph.outputs.map((value, i) => typed(value, outputs[i] as string)),
  };
  return { text: moduleText(graph, signature), signature };
}

function moduleText(graph: Graph, { inputs, outputs }: ProgramSignature): string {
  const writer = new Writer();
  const given = inputs.map((input, i): Value => ({ ...input, name: `%arg${i}` }));
  const results = writeGraph(writer, graph, given);
  const types = results.map(tensorType).join(', ');
  const parameters = inputs.map((input, i) => `    %arg${i}: ${tensorType(input)}`).join(',\n');
  return [
    ...inputs.map(({ name }, i) => `// %arg${i}: ${JSON.stringify(name)}`),
    ...outputs.map(({ name }, i) => `// result ${i}: ${JSON.stringify(name)}`),
    'module @fluxion {',
    `  func.func public @main(\n${parameters}) -> (${types}) {`,
    ...writer.lines.map((line) => `    ${line}`),
    `    "func.return"(${results.map(({ name }) => name).join(', ')}) : (${types}) -> ()`,
    '  }',
    '}',
    '',
  ].join('\n');
}

function requireNames(what: string, names: readonly string[], values: readonly GraphValue[]): void {
  if (names.length !== values.length) {
    throw new ArgumentError(
      `formatStableHlo: wanted ${values.length} names of ${what}, got ${names.length}: ${names.join(', ')}`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ArgumentError(`formatStableHlo: two ${what} have the name '${twice}'`);
}
