/** What depends on what in a graph: on which inputs an output depends, at all or with a derivative. */
import { isFloating } from '../../lib/index.ts';
import { isDifferentiable, type PrimitiveName } from '../core/primitive.ts';
import type { Equation, Graph, GraphValue } from './graph.ts';

/** Whether any dependence counts, or only one that a derivative passes along. */
export type Dependence = 'any' | 'differentiable';

/** Which outputs of a graph without constants depend on the marked inputs. */
export function dependents(
  graph: Graph,
  marked: readonly boolean[],
  dependence: Dependence,
): readonly boolean[] {
  const found = new Set(graph.inputs.filter((_, i) => marked[i]).map(({ id }) => id));
  for (const equation of graph.equations) {
    if (!equation.inputs.some(({ id }, i) => found.has(id) && passes(equation, i, dependence))) continue;
    for (const { id } of equation.outputs) found.add(id);
  }
  return graph.outputs.map((value) => found.has(value.id) && counts(value, dependence));
}

/** Which inputs the marked outputs of a graph without constants depend on. */
export function dependedOn(
  graph: Graph,
  marked: readonly boolean[],
  dependence: Dependence,
): readonly boolean[] {
  const found = new Set(
    graph.outputs.filter((value, i) => marked[i] && counts(value, dependence)).map(({ id }) => id),
  );
  for (const equation of graph.equations.toReversed()) {
    if (!equation.outputs.some((value) => found.has(value.id) && counts(value, dependence))) continue;
    equation.inputs.forEach(({ id }, i) => {
      if (passes(equation, i, dependence)) found.add(id);
    });
  }
  return graph.inputs.map((value) => found.has(value.id) && counts(value, dependence));
}

function passes<K extends PrimitiveName>(
  { primitive, inputs }: Equation<K>,
  input: number,
  dependence: Dependence,
): boolean {
  return (
    dependence === 'any' ||
    (isDifferentiable(primitive, input) && counts(inputs[input] as GraphValue, dependence))
  );
}

/** Integers and masks have no derivative. */
function counts({ dtype }: GraphValue, dependence: Dependence): boolean {
  return dependence === 'any' || isFloating(dtype);
}
