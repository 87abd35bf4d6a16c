/** What is the same in each step of a loop. */
import { type Graph, type GraphValue, graphOf } from './graph.ts';

/**
 * Splits a step into what uses none of its first `varying` inputs, and the rest. `before` is a function of
 * the other inputs, and its outputs are further inputs of `step`.
 *
 * @example const { before, step } = withoutInvariants(body, carries + xs);
 */
export function withoutInvariants(
  body: Graph,
  varying: number,
): { readonly before: Graph; readonly step: Graph } {
  const changing = new Set(body.inputs.slice(0, varying).map(({ id }) => id));
  for (const { inputs, outputs } of body.equations) {
    if (inputs.some(({ id }) => changing.has(id))) for (const { id } of outputs) changing.add(id);
  }
  const isFixed = ({ outputs: [first] }: Graph['equations'][number]) =>
    !changing.has((first as GraphValue).id);
  const fixed = body.equations.filter(isFixed);
  const others = body.equations.filter((equation) => !isFixed(equation));
  const used = new Set([...others.flatMap(({ inputs }) => inputs), ...body.outputs].map(({ id }) => id));
  const handedOn = fixed.flatMap(({ outputs }) => outputs.filter(({ id }) => used.has(id)));
  return {
    before: graphOf({
      inputs: body.inputs.slice(varying),
      constants: body.constants,
      equations: fixed,
      outputs: handedOn,
    }),
    step: graphOf({ ...body, inputs: [...body.inputs, ...handedOn], equations: others }),
  };
}
