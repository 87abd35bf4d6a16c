/** What writes an ONNX graph down, node by node. */
import type { ArrayType } from '../../../autograd/core/tensor.ts';
import type { ArrayWriter, Value } from '../../../autograd/graph/formulas/array-writer.ts';
import type { Graph } from '../../../autograd/index.ts';
import type { DType } from '../../../lib/index.ts';
import type { Attributes, OnnxGraph } from './model.ts';

/** Where a primitive's operators are written to. */
export interface Writer {
  /** Adds a node; its output gets a name, which is returned. */
  node(operator: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
  ): readonly string[];
  /** Adds a constant list of whole numbers. */
  integers(values: readonly number[]): string;
  /** Adds a number, a constant; by default of the dtype of the equation's first output. */
  number(value: number, dtype?: DType): string;
  /** Adds all nodes of a graph. */
  inPlace(graph: Graph, inputs: readonly string[]): readonly string[];
  /** A graph as an attribute; the last of its inputs are values from outside. */
  body(graph: Graph, captured: readonly string[]): OnnxGraph;
  /** As `body`, for a Loop: it also gets the number of the step, and gives first whether there is another. */
  loopBody(graph: Graph, captured: readonly string[]): OnnxGraph;
}

/** What the formulas of all languages are written with, and those of ONNX alone. */
export interface OperatorWriter extends ArrayWriter {
  /** An operator of one output by its name in ONNX. */
  operator(operator: string, inputs: readonly Value[], type: ArrayType, attributes?: Attributes): Value;
}
