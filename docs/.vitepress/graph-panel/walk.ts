/**
 * fluxion takes an expression apart. `makeGraph` writes down its primitives. Going forward, `jvp` of one
 * primitive is a step of dual numbers. Going backward, `vjp` of one primitive is a step of the tape. This
 * file computes every number that the panel shows.
 */
import {
  add,
  type Equation,
  type Graph,
  type GraphValue,
  grad,
  jvp,
  makeGraph,
  runEquation,
  type Tensor,
  type TensorLike,
  tensor,
  vjp,
} from '../../../autograd/index.ts';
import { type Expression, ExpressionError, evaluate } from './expression.ts';
import { operationOf } from './operations.ts';

/** What an expression is a function of. */
export const variables = ['x', 'y'] as const;
export type PerVariable = Readonly<Record<(typeof variables)[number], number>>;

/** A value of the graph: a variable, a constant, or what a primitive makes of others. */
export interface Node {
  readonly id: number;
  /** x, y, v1, v2, …; null for a constant. */
  readonly name: string | null;
  readonly primal: number;
  readonly tangent: number;
  readonly made: Made | null;
}

/** How a primitive made a node. */
export interface Made {
  readonly operation: string;
  readonly inputs: readonly Node[];
  /** The derivative with respect to each input, at these inputs. */
  readonly slopes: readonly number[];
}

/** The cotangent that goes back along one edge, from a node to its input number `input`. */
export interface Delivery {
  readonly from: Node;
  readonly input: number;
  readonly to: Node;
  readonly cotangent: number;
  /** The sum that `to` has received so far, with this cotangent. */
  readonly total: number;
}

export interface Walk {
  readonly expression: Expression;
  readonly graph: Graph;
  /** Variables, constants, then operations in the order in which they run. */
  readonly nodes: readonly Node[];
  readonly output: Node;
  /** The cotangents in the order in which they are sent. */
  readonly deliveries: readonly Delivery[];
  /** The same results from one call of `jvp` and one of `grad` on the whole expression. */
  readonly whole: { readonly tangent: number; readonly gradient: PerVariable };
}

interface Dual {
  readonly primal: Tensor;
  readonly tangent: TensorLike;
}
type DualOf = (value: GraphValue) => Dual;

const mostOperations = 24;

/**
 * Evaluates and differentiates an expression in x and y step by step, in float64.
 *
 * @throws ExpressionError if the graph is too large to look at.
 */
export function walk(expression: Expression, primals: PerVariable, tangents: PerVariable): Walk {
  const fn = (x: Tensor, y: Tensor) => compute(expression, { x, y });
  const point = [scalar(primals.x), scalar(primals.y)] as const;
  const direction = [scalar(tangents.x), scalar(tangents.y)] as const;
  const graph = makeGraph(fn, point);
  if (graph.equations.length > mostOperations) {
    const count = graph.equations.length;
    throw new ExpressionError(
      `That is too large to draw: ${count} operations, where ${mostOperations} are the most.`,
    );
  }
  const duals = runForward(graph, point, direction);
  const dualOf: DualOf = ({ id }) => duals.get(id) as Dual;
  const nodes = nodesOf(graph, dualOf);
  const nodeOf = ({ id }: GraphValue) => nodes.find((node) => node.id === id) as Node;
  const [x, y] = grad(fn, { argument: [0, 1] })(...point);
  return {
    expression,
    graph,
    nodes,
    output: nodeOf(outputOf(graph)),
    deliveries: runBackward(graph, dualOf, nodeOf),
    whole: { tangent: jvp(fn, point, direction)[1].item(), gradient: { x: x.item(), y: y.item() } },
  };
}

function compute(expression: Expression, values: Readonly<Record<string, Tensor>>): Tensor {
  return evaluate(
    expression,
    (leaf) => (leaf.kind === 'number' ? scalar(leaf.value) : (values[leaf.name] as Tensor)),
    (operation, inputs) => operationOf(operation).apply(...inputs),
  );
}

/**
 * Primal and tangent of every value: one `jvp` per equation. The tangent 0 of a constant is symbolic and
 * costs nothing.
 */
function runForward(
  graph: Graph,
  point: readonly Tensor[],
  direction: readonly Tensor[],
): ReadonlyMap<number, Dual> {
  const duals = new Map<number, Dual>();
  graph.inputs.forEach(({ id }, i) => {
    duals.set(id, { primal: point[i] as Tensor, tangent: direction[i] as Tensor });
  });
  for (const { value, tensor } of graph.constants) duals.set(value.id, { primal: tensor, tangent: 0 });
  for (const equation of graph.equations) {
    const inputs = equation.inputs.map(({ id }) => duals.get(id) as Dual);
    const [[primal], [tangent]] = jvp(
      applied(equation),
      inputs.map((dual) => dual.primal),
      inputs.map((dual) => dual.tangent),
    );
    duals.set(outputOf(equation).id, { primal: primal as Tensor, tangent: tangent as Tensor });
  }
  return duals;
}

/** The tape in reverse: one `vjp` per equation. A node that receives several cotangents adds them up. */
function runBackward(graph: Graph, dualOf: DualOf, nodeOf: (value: GraphValue) => Node): readonly Delivery[] {
  const arrived = new Map<number, Tensor>([[outputOf(graph).id, scalar(1)]]);
  const constants = new Set(graph.constants.map(({ value }) => value.id));
  const deliveries: Delivery[] = [];
  for (const equation of graph.equations.toReversed()) {
    const output = outputOf(equation);
    const pulled = pullbackOf(equation, dualOf)([arrived.get(output.id) as Tensor]);
    equation.inputs.forEach((to, input) => {
      if (constants.has(to.id)) return; // The tape knows nothing of constants.
      const cotangent = pulled[input] as Tensor;
      const before = arrived.get(to.id);
      const total = before ? add(before, cotangent) : cotangent;
      arrived.set(to.id, total);
      const from = nodeOf(output);
      deliveries.push({ from, input, to: nodeOf(to), cotangent: cotangent.item(), total: total.item() });
    });
  }
  return deliveries;
}

function nodesOf(graph: Graph, dualOf: DualOf): readonly Node[] {
  const nodes = new Map<number, Node>();
  const place = (value: GraphValue, name: string | null, made: Made | null) => {
    const { primal, tangent } = dualOf(value);
    nodes.set(value.id, {
      id: value.id,
      name,
      primal: primal.item(),
      tangent: typeof tangent === 'number' ? tangent : tangent.item(),
      made,
    });
  };
  graph.inputs.forEach((value, i) => {
    place(value, variables[i] as string, null);
  });
  for (const { value } of graph.constants) place(value, null, null);
  graph.equations.forEach((equation, i) => {
    place(outputOf(equation), `v${i + 1}`, {
      operation: equation.name,
      inputs: equation.inputs.map(({ id }) => nodes.get(id) as Node),
      slopes: pullbackOf(equation, dualOf)([1]).map((slope) => slope.item()),
    });
  });
  return [...nodes.values()];
}

function pullbackOf(
  equation: Equation,
  dualOf: DualOf,
): (cotangents: readonly TensorLike[]) => readonly Tensor[] {
  const primals = equation.inputs.map((input) => dualOf(input).primal);
  return vjp(applied(equation), primals)[1];
}

function applied(equation: Equation): (...inputs: Tensor[]) => readonly Tensor[] {
  return (...inputs) => runEquation(equation, inputs);
}

function outputOf({ outputs }: Graph | Equation): GraphValue {
  return outputs[0] as GraphValue;
}

function scalar(value: number): Tensor {
  return tensor(value, { dtype: 'float64' });
}
