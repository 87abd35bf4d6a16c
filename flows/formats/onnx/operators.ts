/** What each of our primitives is in ONNX: one operator, or a few. */
import type { Equation } from '../../../autograd/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { type Attribute, elementTypes } from './model.ts';

/** Where a primitive's operators are written to. */
export interface Writer {
  /** Adds a node; its output gets a name, which is returned. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Adds a constant list of whole numbers. */
  integers(values: readonly number[]): string;
  /** Adds a number, a constant of the equation's dtype. */
  number(value: number): string;
}

/** Writes an equation with inputs of these names, and returns the name of its output. */
export type Rule = (writer: Writer, inputs: readonly string[], equation: Equation) => string;

/**
 * The rule of a primitive.
 * @throws ArgumentError if there is none
 */
export function ruleOf(primitive: string): Rule {
  const rule = Object.hasOwn(rules, primitive) ? rules[primitive] : undefined;
  if (rule !== undefined) return rule;
  throw new ArgumentError(`formatOnnx: there is no ONNX operator for '${primitive}' here`);
}

/** The same operator under another name. */
const named =
  (operator: string): Rule =>
  (writer, inputs) =>
    writer.node(operator, inputs);

const rules: Readonly<Record<string, Rule>> = {
  add: named('Add'),
  subtract: named('Sub'),
  multiply: named('Mul'),
  divide: named('Div'),
  power: named('Pow'),
  maximum: named('Max'),
  minimum: named('Min'),
  negate: named('Neg'),
  exp: named('Exp'),
  log: named('Log'),
  sin: named('Sin'),
  cos: named('Cos'),
  tan: named('Tan'),
  tanh: named('Tanh'),
  sigmoid: named('Sigmoid'),
  relu: named('Relu'),
  softplus: named('Softplus'),
  sqrt: named('Sqrt'),
  reciprocal: named('Reciprocal'),
  abs: named('Abs'),
  sign: named('Sign'),
  floor: named('Floor'),
  ceil: named('Ceil'),
  erf: named('Erf'),
  less: named('Less'),
  lessEqual: named('LessOrEqual'),
  greater: named('Greater'),
  greaterEqual: named('GreaterOrEqual'),
  equal: named('Equal'),
  where: named('Where'),
  matmul: named('MatMul'),
  stopGradient: named('Identity'),
  silu: (writer, [x = '']) => writer.node('Mul', [x, writer.node('Sigmoid', [x])]),
  // x·(1 + erf(x/√2))/2
  gelu(writer, [x = '']) {
    const erf = writer.node('Erf', [writer.node('Mul', [x, writer.number(Math.SQRT1_2)])]);
    const half = writer.node('Mul', [x, writer.number(0.5)]);
    return writer.node('Mul', [half, writer.node('Add', [erf, writer.number(1)])]);
  },
  erfc: (writer, [x = '']) => writer.node('Sub', [writer.number(1), writer.node('Erf', [x])]),
  square: (writer, [x = '']) => writer.node('Mul', [x, x]),
  rsqrt: (writer, [x = '']) => writer.node('Reciprocal', [writer.node('Sqrt', [x])]),
  cast: (writer, inputs, { outputs }) => writer.node('Cast', inputs, { to: elementTypes[outputs[0]!.dtype] }),
  gather: (writer, inputs, { params }) => {
    const { axis = 0 } = (params ?? {}) as { axis?: number };
    return writer.node('Gather', inputs, { axis });
  },
  concatenate: (writer, inputs, { params }) => {
    return writer.node('Concat', inputs, { axis: (params as { axis: number }).axis });
  },
  transpose: (writer, inputs, { params }) => {
    return writer.node('Transpose', inputs, { perm: (params as { axes: readonly number[] }).axes });
  },
  reshape: (writer, inputs, equation) => reshaped(writer, inputs[0] as string, equation.outputs[0]!.shape),
  broadcastTo: (writer, [x = ''], { outputs }) => writer.node('Expand', [x, writer.integers(outputs[0]!.shape)]),
  sumTo(writer, [x = ''], { inputs, outputs }) {
    const [from, to] = [inputs[0]!.shape, outputs[0]!.shape];
    const missing = from.length - to.length;
    const axes = [...from.keys()].filter((i) => i < missing || from[i] !== to[i - missing]);
    const sum = axes.length === 0 ? x : writer.node('ReduceSum', [x, writer.integers(axes)], { keepdims: 1 });
    return reshaped(writer, sum, to);
  },
  max: (writer, [x = ''], { params, outputs }) => {
    const largest = writer.node('ReduceMax', [x], { axes: (params as { axes: readonly number[] }).axes, keepdims: 1 });
    return reshaped(writer, largest, outputs[0]!.shape);
  },
  slice(writer, [x = ''], { params }) {
    const { starts, steps, lengths } = params as Record<'starts' | 'steps' | 'lengths', readonly number[]>;
    return sliced(writer, x, starts, steps, lengths);
  },
  embed(writer, [x = ''], { params, inputs }) {
    const { shape, starts, steps } = params as Record<'shape' | 'starts' | 'steps', readonly number[]>;
    if (steps.some((step) => step !== 1)) {
      throw new ArgumentError("formatOnnx: 'embed' is a padding in ONNX only with steps of 1");
    }
    const after = shape.map((size, i) => size - (starts[i] as number) - (inputs[0]!.shape[i] as number));
    return writer.node('Pad', [x, writer.integers([...starts, ...after]), writer.number(0)]);
  },
  /** Every place of the window is a strided slice; side by side they are what the windows see. */
  windows(writer, [x = ''], { params, inputs, outputs }) {
    const { window, strides } = params as Record<'window' | 'strides', readonly number[]>;
    const shape = outputs[0]!.shape;
    const [batch = 0, channels = 0] = [inputs[0]!.shape[0], inputs[0]!.shape.at(-1)];
    const places = shape.slice(1, 1 + window.length);
    const steps = [1, ...strides, 1];
    const seen = placesOf(window).map((offset) => {
      const part = sliced(writer, x, [0, ...offset, 0], steps, [batch, ...places, channels]);
      return reshaped(writer, part, [batch, ...places, 1, channels]);
    });
    return reshaped(writer, writer.node('Concat', seen, { axis: 1 + window.length }), shape);
  },
};

function reshaped(writer: Writer, x: string, shape: readonly number[]): string {
  // A size of 0 would mean "as before".
  return writer.node('Reshape', [x, writer.integers(shape)], { allowzero: 1 });
}

function sliced(
  writer: Writer,
  x: string,
  starts: readonly number[],
  steps: readonly number[],
  lengths: readonly number[],
): string {
  // The end lies one step beyond the last element; before the beginning ONNX wants it far below, as −1 counts from the end.
  const ends = lengths.map((length, i) => {
    const end = (starts[i] as number) + length * (steps[i] as number);
    return end < 0 ? -(2 ** 31) : end;
  });
  const axes = [...starts.keys()];
  return writer.node('Slice', [x, ...[starts, ends, axes, steps].map((values) => writer.integers(values))]);
}

/** All places in a box of these sizes, the last index running fastest. */
function placesOf([size, ...rest]: readonly number[]): readonly (readonly number[])[] {
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, i) => placesOf(rest).map((place) => [i, ...place])).flat();
}
