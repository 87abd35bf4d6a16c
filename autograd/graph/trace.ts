/** Tracing: a level whose values have a type but no numbers, so that running a function writes it down. */
import { LevelError, type NDArray, requireFunction } from '../../lib/index.ts';
import { Box, Level } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import type { Primitive, PrimitiveName, PrimitiveParams } from '../core/primitive.ts';
import type { ArrayType, Tensor, TensorLike } from '../core/tensor.ts';
import {
  type ArgumentList,
  dtypeOfNumbers,
  flatten,
  type Listed,
  type ListOrTensor,
  requireArgumentList,
  type TensorTrees,
} from '../trees.ts';
import { type Equation, type Graph, type GraphValue, graphOf } from './graph.ts';

/**
 * Writes a function down as the list of its primitives, with shapes, for arguments like the given ones. The
 * function runs once, on tensors that have a type but no values. A number is a float64 scalar if one of the
 * tensors is float64, else a float32 scalar.
 *
 * @throws LevelError if the function looks at a value.
 * @example
 * console.log(String(makeGraph((x: Tensor) => sin(x).multiply(2), [tensor([1, 2])])));
 */
export function makeGraph<A extends ListOrTensor>(
  fn: (...args: TensorTrees<Listed<A>>) => unknown,
  args: ArgumentList<A>,
): Graph {
  requireFunction('makeGraph', fn);
  requireArgumentList('makeGraph', args);
  const level = new TraceLevel();
  try {
    const { leaves, rebuild } = flatten('makeGraph', args);
    const dtype = dtypeOfNumbers(leaves);
    const asTensor = (leaf: TensorLike) => toTensor('makeGraph', leaf, dtype);
    const result = fn(
      ...(rebuild(leaves.map((leaf) => level.input(asTensor(leaf)))) as TensorTrees<Listed<A>>),
    );
    return level.finish(flatten('makeGraph', result).leaves.map(asTensor));
  } finally {
    level.live = false;
  }
}

class Traced extends Box {
  readonly level: Level;
  readonly value: GraphValue;

  constructor(level: Level, value: GraphValue) {
    super();
    this.level = level;
    this.value = value;
  }

  get shape() {
    return this.value.shape;
  }

  get dtype() {
    return this.value.dtype;
  }

  get hasValues() {
    return false;
  }

  override plainArray(operation: string): NDArray {
    throw new LevelError(
      `${operation}: looks at a value, which is not there while the function is traced (written down as a graph); ` +
        'return it, or name the argument in `static` if compile traces the function',
    );
  }
}

class TraceLevel extends Level {
  readonly name = 'makeGraph';
  readonly #inputs: GraphValue[] = [];
  readonly #constants = new Map<Tensor, GraphValue>();
  readonly #equations: Equation[] = [];
  #next = 0;

  input(type: ArrayType): Tensor {
    const value = this.#value(type);
    this.#inputs.push(value);
    return new Traced(this, value);
  }

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const outputs = primitive.shape(inputs, params).map((type) => this.#value(type));
    const values = inputs.map((x) => this.#valueOf(x));
    const equation: Equation<K> = { name: primitive.name, primitive, params, inputs: values, outputs };
    // The compiler does not see that an equation of some primitive is one of the union.
    this.#equations.push(equation as unknown as Equation);
    return outputs.map((value) => new Traced(this, value));
  }

  finish(results: readonly Tensor[]): Graph {
    const outputs = results.map((x) => this.#valueOf(x));
    const constants = [...this.#constants].map(([tensor, value]) => ({ value, tensor }));
    return graphOf({ inputs: this.#inputs, constants, equations: this.#equations, outputs });
  }

  #valueOf(x: Tensor): GraphValue {
    if (x instanceof Traced && x.level === this) return x.value;
    const known = this.#constants.get(x) ?? this.#value(x);
    this.#constants.set(x, known);
    return known;
  }

  #value({ shape, dtype }: ArrayType): GraphValue {
    return { id: this.#next++, shape, dtype };
  }
}
