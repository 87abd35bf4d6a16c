/** A user's own differentiable operation: a function that comes with its derivative. */
import {
  ArgumentError,
  completeOptions,
  describe,
  formatShape,
  LevelError,
  required,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import { Box } from '../core/level.ts';
import { plain, toTensor } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import { type ArrayType, type Tensor, type TensorLike, typeOf } from '../core/tensor.ts';
import type { Graph } from '../graph/graph.ts';
import { makeGraph } from '../graph/trace.ts';
import { vmap } from '../levels/batching.ts';
import { vjp } from '../levels/reverse.ts';
import { cast } from '../operations/cast.ts';
import { batchAll, zerosOf } from '../operations/operands.ts';

/** An operation from tensors to one tensor, with one of its derivative rules, or both. */
export interface OperationDefinition {
  /** For error messages and graphs. */
  readonly name: string;
  /** The value. It may use nothing but its arguments and constants. */
  readonly value: (...inputs: Tensor[]) => Tensor;
  /**
   * The output's shape and dtype, from the inputs'. By default the value is traced to find out, which not
   * every value allows.
   */
  readonly shape?: (...inputs: ArrayType[]) => ArrayType;
  /**
   * Jv: from all inputs' tangents to the output's. Linear in the tangents, and written in differentiable
   * operations.
   */
  readonly forward?: (tangents: readonly Tensor[], inputs: readonly Tensor[], output: Tensor) => Tensor;
  /**
   * Jᵀw: from the output's cotangent to each input's. Linear in the cotangent, and written in differentiable
   * operations.
   */
  readonly reverse?: (cotangent: Tensor, inputs: readonly Tensor[], output: Tensor) => readonly Tensor[];
}

/**
 * A function with a derivative of your own: for a more stable formula, an implicit function, or a
 * straight-through estimate.
 *
 * One rule is enough for both modes: being linear, it is transposed for the other. With none, the function is
 * differentiated as it stands.
 *
 * @throws ArgumentError for an unknown key or a missing value; ShapeError if a rule's result is not of the
 * shape that it is a tangent or cotangent for; LevelError (when called) if the value uses a tensor that is
 * being differentiated but is not an argument.
 * @example
 * const roundStraightThrough = defineOperation({ name: 'roundStraightThrough', value: round, forward: ([t]) => t });
 */
export function defineOperation(
  definition: OperationDefinition,
): (...inputs: readonly TensorLike[]) => Tensor {
  const { name, value, shape, forward, reverse } = completeOptions(
    'defineOperation',
    { name: required, value: required, shape: undefined, forward: undefined, reverse: undefined },
    definition,
  );
  if (typeof value !== 'function') {
    throw new ArgumentError(`defineOperation: wanted a function as 'value', got ${describe(value)}`);
  }
  const rules = completeRules(forward, reverse);
  if (rules === null) return (...inputs) => value(...inputs.map((x) => toTensor(name, x)));
  const complete = { name, value, ...rules, ...(shape && { shape }) };
  const bodies = new Map<string, Graph | null>();
  return (...inputs) => {
    const tensors = inputs.map((x) => toTensor(name, x));
    return applyOne(operationPrimitive, tensors, withBody(complete, tensors, bodies));
  };
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    operation: CompleteDefinition;
  }
}

/** A definition with both rules, and its value as a graph. */
interface CompleteDefinition extends Omit<OperationDefinition, keyof Rules>, Rules {
  /**
   * The value for inputs of these types, written down; null if it looks at values, and runs on the host
   * alone.
   */
  readonly body: Graph | null;
}

type Rules = Required<Pick<OperationDefinition, 'forward' | 'reverse'>>;

// All operations of users are this primitive: which of them it is, is its parameter.
const operationPrimitive: Primitive<'operation'> = definePrimitive({
  name: 'operation',
  label: ({ name }) => name,
  shape: (types, params) =>
    params.shape
      ? [typeOf(params.shape(...types))]
      : (params.body ?? makeGraph(params.value, types.map(zerosOf))).outputs,
  evaluate: (arrays, { name, value }) => [
    requirePlain(name, toTensor(name, value(...arrays.map(plain)))).plainArray(name),
  ],
  forward(tangents, at) {
    const { name, forward } = at.params;
    const dense = tangents.map((t, i) => t ?? zerosOf(at.inputType(i)));
    const tangent = forward(dense, inputsOf(at), at.output(0));
    return [ofType(name, "the forward rule's tangent", tangent, at.outputType(0))];
  },
  reverse: {
    needs: () => ({ inputs: 'all', outputs: 'all' }),
    pull([w], at, wanted) {
      const { name, reverse } = at.params;
      const pulled = reverse(w as Tensor, inputsOf(at), at.output(0));
      requireCount(name, pulled, at.inputCount);
      return pulled.map((cotangent, i) =>
        wanted[i] ? ofType(name, `the reverse rule's cotangent ${i}`, cotangent, at.inputType(i)) : null,
      );
    },
  },
  // The batched operation is one with a rule of its own: the same rules, batched.
  batch: (inputs, batched, size, { name, value, forward, reverse }) => {
    const whole = { name, value: vmap(value), forward: vmap(forward), reverse: vmap(reverse) };
    const all = batchAll(inputs, batched, size);
    return [applyOne(operationPrimitive, all, withBody(whole, all))];
  },
});

/** The definition, with a body that is traced when somebody first asks for it: the value may be expensive. */
function withBody(
  definition: Omit<CompleteDefinition, 'body'>,
  types: readonly ArrayType[],
  known = new Map<string, Graph | null>(),
): CompleteDefinition {
  return {
    ...definition,
    get body() {
      const key = types.map(({ shape, dtype }) => `${dtype}${formatShape(shape)}`).join();
      const body = known.has(key) ? (known.get(key) ?? null) : bodyOf(definition.value, types);
      known.set(key, body);
      return body;
    },
  };
}

/** The value written down for inputs of these types; null if it looks at values, which no graph has. */
function bodyOf(value: OperationDefinition['value'], types: readonly ArrayType[]): Graph | null {
  try {
    return makeGraph(value, types.map(zerosOf));
  } catch (error) {
    if (error instanceof LevelError) return null;
    throw error;
  }
}

/** The given rule, and its transpose in place of a missing one. */
function completeRules(
  forward: OperationDefinition['forward'],
  reverse: OperationDefinition['reverse'],
): Rules | null {
  if (forward) {
    const transposed: Rules['reverse'] = (w, inputs, output) =>
      vjp((...tangents: Tensor[]) => forward(tangents, inputs, output), inputs.map(zerosOf))[1](w);
    return { forward, reverse: reverse ?? transposed };
  }
  if (!reverse) return null;
  const transposed: Rules['forward'] = (tangents, inputs, output) =>
    vjp((w: Tensor) => reverse(w, inputs, output), [zerosOf(output)])[1](tangents)[0];
  return { forward: transposed, reverse };
}

function inputsOf(at: Point<unknown>): readonly Tensor[] {
  return Array.from({ length: at.inputCount }, (_, i) => at.input(i));
}

/** What a rule gave, cast to the dtype that it is for; its shape must be right. */
function ofType(name: string, what: string, given: TensorLike, { shape, dtype }: ArrayType): Tensor {
  const result = toTensor(name, given, dtype);
  if (sameShape(result.shape, shape)) return cast(result, dtype);
  throw new ShapeError(
    `${name}: wanted ${what} to have shape ${formatShape(shape)}, got ${formatShape(result.shape)}`,
  );
}

function requireCount(name: string, cotangents: readonly Tensor[], count: number): void {
  if (Array.isArray(cotangents) && cotangents.length === count) return;
  throw new ArgumentError(
    `${name}: the reverse rule must return a list with a cotangent for each of ${count} inputs, got ${describe(cotangents)}`,
  );
}

function requirePlain(name: string, output: Tensor): Tensor {
  if (!(output instanceof Box)) return output;
  throw new LevelError(
    `${name}: its value uses a tensor that is being differentiated or batched but is not an argument; pass it as one`,
  );
}
