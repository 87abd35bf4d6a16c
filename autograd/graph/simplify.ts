/** Makes a graph shorter without changing a bit of what it computes. */
import { formatShape, sameShape } from '../../lib/index.ts';
import { untracedKey } from '../core/compiling.ts';
import { PlainTensor, type Tensor } from '../core/tensor.ts';
import { dependents } from './dependencies.ts';
import { type Equation, type Graph, type GraphValue, graphOf } from './graph.ts';
import { runEquation } from './run-graph.ts';

/**
 * The same function with fewer equations. In this order, for each equation: the body of a checkpoint or of a
 * user's operation takes its place; what changes nothing vanishes (`stopGradient`, a reshape to the same
 * shape); what uses constants alone is computed now; what an equation before it computes is not computed
 * again. At the end, what no output needs vanishes.
 *
 * @throws LevelError for a random draw whose key is a constant: it would give the same numbers at every call.
 * @example String(simplify(makeGraph(step, [state, batch])));
 */
export function simplify(graph: Graph): Graph {
  const simplifier = new Simplifier();
  for (const { value, tensor } of graph.constants) simplifier.addConstant(value, tensor);
  simplifier.addAll(graph.equations);
  return withoutDead(simplifier.finish(graph));
}

class Simplifier {
  readonly #equations: Equation[] = [];
  /** The value that stands for another one, by number. */
  readonly #names = new Map<number, GraphValue>();
  readonly #constants = new Map<number, { readonly value: GraphValue; readonly tensor: Tensor }>();
  readonly #known = new Map<string, readonly GraphValue[]>();
  /** Values of bodies have numbers of their own; here they get new ones, above all others. */
  #next = 2 ** 31;

  addConstant(value: GraphValue, tensor: Tensor): void {
    this.#constants.set(value.id, { value, tensor });
  }

  addAll(equations: readonly Equation[]): void {
    for (const equation of equations) this.#add({ ...equation, inputs: equation.inputs.map(this.#nameOf) });
  }

  finish({ inputs, outputs }: Graph): Graph {
    const constants = [...this.#constants.values()];
    return graphOf({ inputs, constants, equations: this.#equations, outputs: outputs.map(this.#nameOf) });
  }

  readonly #nameOf = (value: GraphValue): GraphValue => this.#names.get(value.id) ?? value;

  readonly #isConstant = ({ id }: GraphValue): boolean => this.#constants.has(id);

  #add(equation: Equation): void {
    const body = bodyOf(equation);
    for (const { graph, inputs } of partsOf(equation)) this.#requireKeys(graph, inputs);
    if (body) this.#inline(equation, body);
    else if (isIdentity(equation)) this.#rename(equation.outputs, equation.inputs);
    else if (equation.inputs.every(this.#isConstant)) this.#fold(equation);
    else this.#addOnce(equation);
  }

  #rename(values: readonly GraphValue[], names: readonly GraphValue[]): void {
    values.forEach(({ id }, i) => {
      this.#names.set(id, names[i] as GraphValue);
    });
  }

  #inline({ inputs, outputs }: Equation, body: Graph): void {
    const names = new Map<number, GraphValue>(body.inputs.map(({ id }, i) => [id, inputs[i] as GraphValue]));
    const rename = (value: GraphValue): GraphValue => {
      const name = names.get(value.id) ?? { ...value, id: this.#next++ };
      names.set(value.id, name);
      return this.#nameOf(name);
    };
    for (const { value, tensor } of body.constants) {
      const name = rename(value);
      this.addConstant(name, tensor);
    }
    for (const equation of body.equations)
      this.#add({
        ...equation,
        inputs: equation.inputs.map(rename),
        outputs: equation.outputs.map(rename),
      } as Equation);
    this.#rename(outputs, body.outputs.map(rename));
  }

  #fold(equation: Equation): void {
    if (equation.name.startsWith('random')) throw untracedKey();
    const tensors = equation.inputs.map(({ id }) => this.#constants.get(id)?.tensor as Tensor);
    runEquation(equation, tensors).forEach((tensor, i) => {
      this.addConstant(equation.outputs[i] as GraphValue, tensor);
    });
  }

  /** As #fold does, for the draws of a branch, and those of a loop in its first step. */
  #requireKeys(body: Graph, inputs: readonly GraphValue[]): void {
    const drawn = body.equations.filter(({ name }) => name.startsWith('random'));
    const outputs = drawn.map((equation) => equation.outputs[0] as GraphValue);
    const varying = inputs.map((value) => !this.#isConstant(value));
    if (dependents({ ...body, outputs }, varying, 'any').includes(false)) throw untracedKey();
  }

  #addOnce(equation: Equation): void {
    const key = signatureOf(equation, ({ id }) => numberOf(this.#constants.get(id)?.tensor) ?? `%${id}`);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known) {
      this.#rename(equation.outputs, known);
      return;
    }
    if (key !== undefined) this.#known.set(key, equation.outputs);
    this.#equations.push(equation);
  }
}

/** The graph that an equation stands for, if it stands for one. */
function bodyOf(equation: Equation): Graph | null {
  if (equation.name === 'checkpoint') return equation.params.body;
  return equation.name === 'operation' ? equation.params.body : null;
}

/** The graphs within an equation that stay there, with the inputs that they get at first. */
function partsOf({
  name,
  params,
  inputs,
}: Equation): readonly { graph: Graph; inputs: Equation['inputs'] }[] {
  if (name === 'scan') return [{ graph: params.body, inputs }];
  if (name === 'whileLoop') return [{ graph: params.step, inputs }];
  const branches = name === 'cond' ? [params.onTrue, params.onFalse] : [];
  return branches.map((graph) => ({ graph, inputs: inputs.slice(1) }));
}

function isIdentity({ name, inputs, outputs }: Equation): boolean {
  const [x, y] = [inputs[0], outputs[0]];
  if (name === 'stopGradient') return true;
  if (x === undefined || y === undefined || !sameShape(x.shape, y.shape)) return false;
  if (name === 'cast') return x.dtype === y.dtype;
  return name === 'reshape' || name === 'broadcastTo' || name === 'sumTo';
}

/**
 * A text that is the same for equations that compute the same; undefined for those with functions, or with a
 * body that may have some.
 */
function signatureOf(
  { name, params, inputs }: Equation,
  nameOf: (value: GraphValue) => string | number,
): string | undefined {
  if (['operation', 'scan', 'cond', 'whileLoop'].includes(name)) return undefined;
  const sources = inputs.map((value) => `${nameOf(value)}${value.dtype}${formatShape(value.shape)}`);
  // JSON has no infinities, which the params of a draw may be.
  const options = JSON.stringify(params, (_, entry) => (typeof entry === 'number' ? String(entry) : entry));
  return `${name} ${sources.join()} ${options}`;
}

/** The number that a constant repeats, so that two constants of one number are the same. */
function numberOf(tensor: Tensor | undefined): string | undefined {
  if (!(tensor instanceof PlainTensor) || tensor.size === 0) return undefined;
  const { data, stride, shape, offset } = tensor.plainArray('compile');
  const isOne = stride.every((step, axis) => step === 0 || shape[axis] === 1);
  if (!isOne) return undefined;
  const number = data[offset] as number;
  return Object.is(number, -0) ? '−0' : String(number);
}

/**
 * The graph without the equations and constants that no output needs.
 * @example withoutDead(graphOf({ ...graph, outputs: [first] }));
 */
export function withoutDead(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ id }) => id));
  const live: Equation[] = [];
  for (const equation of [...graph.equations].reverse()) {
    if (!equation.outputs.some(({ id }) => needed.has(id))) continue;
    for (const { id } of equation.inputs) needed.add(id);
    live.push(equation);
  }
  const constants = graph.constants.filter(({ value }) => needed.has(value.id));
  return graphOf({ ...graph, constants, equations: live.reverse() });
}
