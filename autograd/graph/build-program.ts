import { LevelError } from '../../lib/index.ts';
import {
  type Donation,
  type InputType,
  type Program,
  ProgramBuilder,
  type Value,
} from '../../lib/program/index.ts';
import { PlainTensor, type Tensor } from '../core/tensor.ts';
import type { Graph, GraphValue } from './graph.ts';
import { lower } from './lowering.ts';

/**
 * The program that computes a graph, with the outputs that take over the memory of inputs. `strides` are
 * those of the inputs that are views in another order than the row-major one, where nothing is compiled.
 * @example buildProgram(simplify(graph), []);
 */
export function buildProgram(
  graph: Graph,
  donations: readonly Donation[],
  strides: readonly InputType['strides'][] = [],
): Program {
  const builder = new ProgramBuilder();
  const inputs = graph.inputs.map((type, i) => builder.input({ ...type, strides: strides[i] }));
  return builder.finish(addGraph(graph, inputs, builder), donations);
}

/** Adds a graph to a program: from the values of its inputs to those of its outputs. */
function addGraph(graph: Graph, inputs: readonly Value[], builder: ProgramBuilder): readonly Value[] {
  const values = new Map<number, Value>();
  const bind = (places: readonly GraphValue[], bound: readonly Value[]) => {
    places.forEach(({ id }, i) => {
      values.set(id, bound[i] as Value);
    });
  };
  const lookUp = ({ id }: GraphValue) => values.get(id) as Value;
  bind(graph.inputs, inputs);
  for (const { value, tensor } of graph.constants)
    bind([value], [builder.constant(arrayOf(tensor), tensor.dtype)]);
  for (const equation of graph.equations)
    bind(equation.outputs, lower(equation, equation.inputs.map(lookUp), builder, { buildProgram, addGraph }));
  return graph.outputs.map(lookUp);
}

function arrayOf(tensor: Tensor) {
  if (tensor instanceof PlainTensor) return tensor.plainArray('compile');
  throw new LevelError('compile: wanted plain tensors as constants, got one that a transform watches');
}
