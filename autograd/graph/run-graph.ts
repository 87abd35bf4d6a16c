import { ArgumentError, DTypeError, describe, formatShape, ShapeError, sameShape } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import type { PrimitiveName } from '../core/primitive.ts';
import { type ArrayType, Tensor } from '../core/tensor.ts';
import { type Equation, type Graph, type GraphValue, requireGraph } from './graph.ts';

/**
 * Runs a graph on tensors of its inputs' types, and optionally on others in place of its constants.
 *
 * @throws ArgumentError for another number of tensors, ShapeError or DTypeError for one of another type.
 * @example runGraph(makeGraph(fn, [x]), [other]);
 */
export function runGraph(
  graph: Graph,
  inputs: readonly Tensor[],
  constants?: readonly Tensor[],
): readonly Tensor[] {
  requireGraph('runGraph', graph);
  const brought = constants ?? graph.constants.map(({ tensor }) => tensor);
  requireTensorList('runGraph', inputs);
  requireTensorList('runGraph', brought);
  const values = new Map<number, Tensor>();
  const bind = (places: readonly GraphValue[], tensors: readonly Tensor[]) => {
    places.forEach(({ id }, i) => {
      values.set(id, tensors[i] as Tensor);
    });
  };
  const lookUp = ({ id }: GraphValue) => values.get(id) as Tensor;
  const places = [...graph.inputs, ...graph.constants.map(({ value }) => value)];
  const given = [...inputs, ...brought];
  requireTypes(places, given);
  bind(places, given);
  for (const equation of graph.equations)
    bind(equation.outputs, runEquation(equation, equation.inputs.map(lookUp)));
  return graph.outputs.map(lookUp);
}

/**
 * Applies an equation's primitive, with its parameters, to other tensors.
 * @example runEquation(graph.equations[0], [x]);
 */
export function runEquation<K extends PrimitiveName>(
  equation: Equation<K>,
  inputs: readonly Tensor[],
): readonly Tensor[] {
  if (typeof equation?.primitive?.evaluate !== 'function' || !Array.isArray(equation.inputs))
    throw new ArgumentError(`runEquation: wanted an equation of a graph, got ${describe(equation)}`);
  requireTensorList('runEquation', inputs);
  if (inputs.length !== equation.inputs.length) {
    throw new ArgumentError(`runEquation: wanted ${equation.inputs.length} inputs, got ${inputs.length}`);
  }
  const { primitive, params } = equation;
  return apply(primitive, inputs, params);
}

function requireTensorList(operation: string, given: readonly Tensor[]): void {
  if (Array.isArray(given) && given.every((x) => x instanceof Tensor)) return;
  const stray = Array.isArray(given) ? given.find((x) => !(x instanceof Tensor)) : given;
  throw new ArgumentError(`${operation}: wanted a list of tensors, got ${describe(stray)}`);
}

function requireTypes(wanted: readonly ArrayType[], given: readonly Tensor[]): void {
  if (given.length !== wanted.length) {
    throw new ArgumentError(`runGraph: wanted ${wanted.length} inputs and constants, got ${given.length}`);
  }
  given.forEach((x, i) => {
    const { shape, dtype } = wanted[i] as ArrayType;
    const types = `${dtype}${formatShape(shape)}, got ${x.dtype}${formatShape(x.shape)}`;
    if (!sameShape(x.shape, shape)) throw new ShapeError(`runGraph: input ${i}: wanted ${types}`);
    if (x.dtype !== dtype) throw new DTypeError(`runGraph: input ${i}: wanted ${types}`);
  });
}
