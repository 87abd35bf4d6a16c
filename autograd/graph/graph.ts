/** Tracing: a level whose values have a type but no numbers, so that running a function writes it down. */
import {
  ArgumentError,
  DTypeError,
  formatShape,
  LevelError,
  type NDArray,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { Box, Level } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import { apply, type Primitive } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';
import { mapLeaves, requireArgumentList, type TensorTrees, treeLeaves } from '../trees.ts';

/** A value in a graph: its number, and its type. */
export interface GraphValue extends ArrayType {
  readonly id: number;
}

/** One primitive applied to values. Its parameters are plain data. */
export interface Equation {
  readonly primitive: string;
  readonly params: unknown;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Applies the primitive, with the same parameters, to other tensors. */
  readonly replay: (inputs: readonly Tensor[]) => readonly Tensor[];
}

/** A function written down as primitives: what it computes, for arguments of certain types. */
export interface Graph {
  readonly inputs: readonly GraphValue[];
  /** Tensors that the function brought along. */
  readonly constants: readonly { readonly value: GraphValue; readonly tensor: Tensor }[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly GraphValue[];
  /** The graph as readable text, one line per primitive. */
  toString(): string;
}

/**
 * Writes a function down as the list of its primitives, with shapes, for arguments like the given ones.
 * The function runs once, on tensors that have a type but no values.
 *
 * @throws LevelError if the function looks at a value.
 * @example
 * console.log(String(makeGraph((x: Tensor) => sin(x).multiply(2), [tensor([1, 2])])));
 */
export function makeGraph<A extends readonly unknown[]>(
  fn: (...args: TensorTrees<A>) => unknown,
  args: readonly [...A],
): Graph {
  requireFunction('makeGraph', fn);
  requireArgumentList('makeGraph', args);
  const level = new TraceLevel();
  try {
    const boxed = mapLeaves('makeGraph', (leaf) => level.input(toTensor('makeGraph', leaf)), args) as TensorTrees<A>;
    const result = fn(...boxed);
    return level.finish(treeLeaves(result).map((leaf) => toTensor('makeGraph', leaf)));
  } finally {
    level.live = false;
  }
}

/**
 * Runs a graph on tensors of its inputs' types, and optionally on others in place of its constants.
 *
 * @throws ArgumentError for another number of tensors, ShapeError or DTypeError for one of another type.
 * @example runGraph(makeGraph(fn, [x]), [other]);
 */
export function runGraph(
  graph: Graph,
  inputs: readonly Tensor[],
  constants: readonly Tensor[] = graph.constants.map(({ tensor }) => tensor),
): readonly Tensor[] {
  const values = new Map<number, Tensor>();
  const bind = (places: readonly GraphValue[], tensors: readonly Tensor[]) => {
    places.forEach(({ id }, i) => {
      values.set(id, tensors[i] as Tensor);
    });
  };
  const lookUp = ({ id }: GraphValue) => values.get(id) as Tensor;
  const places = [...graph.inputs, ...graph.constants.map(({ value }) => value)];
  const given = [...inputs, ...constants];
  requireTypes(places, given);
  bind(places, given);
  for (const equation of graph.equations) bind(equation.outputs, equation.replay(equation.inputs.map(lookUp)));
  return graph.outputs.map(lookUp);
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

  override plainArray(operation: string): NDArray {
    throw new LevelError(`${operation}: a tensor that is being traced has a shape but no values`);
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

  process<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
    const outputs = primitive.shape(inputs, params).map((type) => this.#value(type));
    const values = inputs.map((x) => this.#valueOf(x));
    const replay = (others: readonly Tensor[]) => apply(primitive, others, params);
    this.#equations.push({ primitive: primitive.name, params, inputs: values, outputs, replay });
    return outputs.map((value) => new Traced(this, value));
  }

  finish(results: readonly Tensor[]): Graph {
    const outputs = results.map((x) => this.#valueOf(x));
    const constants = [...this.#constants].map(([tensor, value]) => ({ value, tensor }));
    const graph = { inputs: this.#inputs, constants, equations: this.#equations, outputs };
    return { ...graph, toString: () => formatGraph(graph) };
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

function formatGraph(graph: Pick<Graph, 'inputs' | 'constants' | 'equations' | 'outputs'>): string {
  const name = ({ id }: GraphValue) => `%${id}`;
  const typed = (value: GraphValue) => `${name(value)}: ${value.dtype}${formatShape(value.shape)}`;
  const lines = graph.equations.flatMap(({ primitive, params, inputs, outputs }) => {
    const entries = Object.entries(params as object);
    const options = entries.flatMap(([key, entry]) => (isGraph(entry) ? [] : [`${key}=${JSON.stringify(entry)}`]));
    const within = entries.flatMap(([, entry]) => (isGraph(entry) ? formatGraph(entry).split('\n') : []));
    return [
      `  ${outputs.map(typed).join(', ')} = ${primitive}(${[...inputs.map(name), ...options].join(', ')})`,
      ...within.map((line) => `    ${line}`),
    ];
  });
  const constants = graph.constants.map(({ value }) => `  ${typed(value)} = constant`);
  return [
    `(${graph.inputs.map(typed).join(', ')}) →`,
    ...constants,
    ...lines,
    `  → ${graph.outputs.map(name).join(', ')}`,
  ].join('\n');
}

/** Whether a parameter is itself a function written down: that of a checkpoint, or of a loop's step. */
function isGraph(entry: unknown): entry is Graph {
  return typeof entry === 'object' && entry !== null && 'equations' in entry;
}
