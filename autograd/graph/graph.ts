/** A function written down as a list of primitives. */
import { ArgumentError, describe, formatShape } from '../../lib/index.ts';
import type { Primitive, PrimitiveName, PrimitiveParams } from '../core/primitive.ts';
import type { ArrayType, Tensor } from '../core/tensor.ts';

/** A value in a graph: its number, and its type. */
export interface GraphValue extends ArrayType {
  readonly id: number;
}

/**
 * One primitive applied to values: one type for each primitive, told apart by `name`. Parameters are plain
 * data, but for the graphs within checkpoints, loops, branches and a user's `operation`, and the functions of
 * the latter.
 */
export type Equation<K extends PrimitiveName = PrimitiveName> = {
  readonly [Name in K]: {
    readonly name: Name;
    readonly primitive: Primitive<Name>;
    readonly params: PrimitiveParams[Name];
    readonly inputs: readonly GraphValue[];
    readonly outputs: readonly GraphValue[];
  };
}[K];

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

/** A graph of these parts, which prints itself. */
export function graphOf(parts: Omit<Graph, 'toString'>): Graph {
  return { ...parts, toString: () => formatGraph(parts) };
}

/** Throws an ArgumentError unless `graph` is one. */
export function requireGraph(operation: string, graph: Graph): void {
  if (Array.isArray(graph?.equations) && [graph.inputs, graph.constants, graph.outputs].every(Array.isArray))
    return;
  throw new ArgumentError(`${operation}: wanted a graph, such as makeGraph(fn, [x]), got ${describe(graph)}`);
}

/** The graph as readable text, one line per primitive. */
export function formatGraph(graph: Omit<Graph, 'toString'>): string {
  const name = ({ id }: GraphValue) => `%${id}`;
  const typed = (value: GraphValue) => `${name(value)}: ${value.dtype}${formatShape(value.shape)}`;
  const lines = graph.equations.flatMap(({ name: primitive, params, inputs, outputs }) => {
    const entries = Object.entries(params).filter(([, entry]) => typeof entry !== 'function');
    const options = entries.flatMap(([key, entry]) =>
      isGraph(entry) ? [] : [`${key}=${JSON.stringify(entry)}`],
    );
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

/** Whether a parameter is itself a function written down: that of a checkpoint, a step or a branch. */
function isGraph(entry: unknown): entry is Graph {
  return typeof entry === 'object' && entry !== null && 'equations' in entry;
}
