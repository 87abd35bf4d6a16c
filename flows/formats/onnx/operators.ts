/** What each of our primitives is in ONNX: one operator, a few, or none, and then why. */
import type { Equation, Graph, GraphValue, PrimitiveName } from '../../../autograd/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { type Attributes, elementTypes, int64, type OnnxGraph } from './model.ts';

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
  /** Adds a number, a constant of the dtype of the equation's first output. */
  number(value: number): string;
  /** Adds all nodes of a graph. */
  inPlace(graph: Graph, inputs: readonly string[]): readonly string[];
  /** A graph as an attribute; the last of its inputs are values from outside. */
  body(graph: Graph, captured: readonly string[]): OnnxGraph;
  /** As `body`, for a Loop: it also gets the number of the step, and gives first whether there is another. */
  loopBody(graph: Graph, captured: readonly string[]): OnnxGraph;
}

/**
 * Writes an equation with inputs of these names, and returns the names of its outputs.
 * @throws ArgumentError for a primitive that ONNX has no operators for
 */
export function writeEquation<K extends PrimitiveName>(
  writer: Writer,
  inputs: readonly string[],
  equation: Equation<K>,
): readonly string[] {
  const rule: Rule<K> | Refusal = rules[equation.name];
  return typeof rule === 'function' ? [rule(writer, inputs, equation)].flat() : refuse(equation, rule);
}

/** The name of the output, or the names of several. */
type Rule<K extends PrimitiveName> = (
  writer: Writer,
  inputs: readonly string[],
  equation: Equation<K>,
) => string | readonly string[];

/** Why a primitive cannot be written. */
interface Refusal {
  readonly because: string;
}

function refuse({ name }: { readonly name: string }, { because }: Refusal): never {
  throw new ArgumentError(`formatOnnx: cannot write '${name}': ${because}`);
}

/** The same operator under another name. */
const named =
  (operator: string) =>
  (writer: Writer, inputs: readonly string[]): string =>
    writer.node(operator, inputs);

const noFactorisations: Refusal = {
  because: 'ONNX has no factorisations of matrices, and no linear systems',
};

const noKeys: Refusal = { because: 'ONNX draws no random numbers from keys; make the noise an argument' };

const rules: { readonly [K in PrimitiveName]: Rule<K> | Refusal } = {
  // Arithmetic and functions of numbers.
  add: named('Add'),
  subtract: named('Sub'),
  multiply: named('Mul'),
  divide: named('Div'),
  power: named('Pow'),
  maximum: named('Max'),
  minimum: named('Min'),
  negate: named('Neg'),
  square: (writer, [x = '']) => writer.node('Mul', [x, x]),
  sqrt: named('Sqrt'),
  rsqrt: (writer, [x = '']) => writer.node('Reciprocal', [writer.node('Sqrt', [x])]),
  reciprocal: named('Reciprocal'),
  abs: named('Abs'),
  sign: named('Sign'),
  floor: named('Floor'),
  ceil: named('Ceil'),
  round: named('Round'),
  exp: named('Exp'),
  log: named('Log'),
  // eˣ − 1 = tanh(x/2)·(eˣ + 1), which keeps its digits near 0.
  expm1(writer, [x = '']) {
    const tanh = writer.node('Tanh', [writer.node('Mul', [x, writer.number(0.5)])]);
    return writer.node('Mul', [tanh, writer.node('Add', [writer.node('Exp', [x]), writer.number(1)])]);
  },
  log1p: writeLog1p,
  sin: named('Sin'),
  cos: named('Cos'),
  tan: named('Tan'),
  asin: named('Asin'),
  acos: named('Acos'),
  atan: named('Atan'),
  atan2: {
    because: 'ONNX has no such operator, and a composition of others would not see the sign of a zero',
  },
  sinh: named('Sinh'),
  cosh: named('Cosh'),
  tanh: named('Tanh'),
  asinh: named('Asinh'),
  acosh: named('Acosh'),
  atanh: named('Atanh'),
  erf: named('Erf'),
  erfc: (writer, [x = '']) => writer.node('Sub', [writer.number(1), writer.node('Erf', [x])]),

  // Activations and their derivatives.
  relu: named('Relu'),
  sigmoid: named('Sigmoid'),
  softplus: named('Softplus'),
  silu: (writer, [x = '']) => writer.node('Mul', [x, writer.node('Sigmoid', [x])]),
  // σ·(1 + x·(1 − σ))
  siluSlope(writer, [x = '']) {
    const one = writer.number(1);
    const sigmoid = writer.node('Sigmoid', [x]);
    const rest = writer.node('Mul', [x, writer.node('Sub', [one, sigmoid])]);
    return writer.node('Mul', [sigmoid, writer.node('Add', [one, rest])]);
  },
  gelu: (writer, [x = '']) => writer.node('Mul', [x, writeNormalDistribution(writer, x)]),
  // Φ + x·φ, with the normal density φ
  geluSlope(writer, [x = '']) {
    const exponent = writer.node('Mul', [writer.node('Mul', [x, x]), writer.number(-0.5)]);
    const scaled = writer.node('Mul', [x, writer.number(1 / Math.sqrt(2 * Math.PI))]);
    const density = writer.node('Mul', [scaled, writer.node('Exp', [exponent])]);
    return writer.node('Add', [writeNormalDistribution(writer, x), density]);
  },

  // Masks and choices.
  less: named('Less'),
  lessEqual: named('LessOrEqual'),
  greater: named('Greater'),
  greaterEqual: named('GreaterOrEqual'),
  equal: named('Equal'),
  notEqual: (writer, inputs) => writer.node('Not', [writer.node('Equal', inputs)]),
  logicalAnd: named('And'),
  logicalOr: named('Or'),
  logicalNot: named('Not'),
  where: named('Where'),

  // Values moved, repeated and summed.
  stopGradient: named('Identity'),
  cast: (writer, inputs, { params }) => writer.node('Cast', inputs, { to: elementTypes[params.dtype] }),
  concatenate: (writer, inputs, { params }) => writer.node('Concat', inputs, { axis: params.axis }),
  transpose: (writer, inputs, { params }) => writer.node('Transpose', inputs, { perm: params.axes }),
  reshape: (writer, [x = ''], { params }) => reshaped(writer, x, params.shape),
  broadcastTo: (writer, [x = ''], { params }) => writer.node('Expand', [x, writer.integers(params.shape)]),
  sumTo(writer, [x = ''], { inputs, params }) {
    const [from, to] = [inputs[0]!.shape, params.shape];
    const missing = from.length - to.length;
    const axes = [...from.keys()].filter((i) => i < missing || from[i] !== to[i - missing]);
    const sum = axes.length === 0 ? x : writer.node('ReduceSum', [x, writer.integers(axes)], { keepdims: 1 });
    return reshaped(writer, sum, to);
  },
  max: (writer, [x = ''], { params, outputs }) => {
    const largest = writer.node('ReduceMax', [x], { axes: params.axes, keepdims: 1 });
    return reshaped(writer, largest, outputs[0]!.shape);
  },
  cumulativeSum(writer, [x = ''], { params }) {
    return writer.node('CumSum', [x, reshaped(writer, writer.integers([params.axis]), [])]);
  },
  slice: (writer, [x = ''], { params: { starts, steps, lengths } }) =>
    sliced(writer, x, starts, steps, lengths),
  embed(writer, parts, { params: { shape, windows }, inputs }) {
    const wholes = parts.map((x, i) => embedded(writer, x, inputs[i]!.shape, { shape, ...windows[i]! }));
    return wholes.length === 1 ? wholes[0]! : writer.node('Sum', wholes);
  },
  // Every place of the window is a strided slice; side by side they are what the windows see.
  windows(writer, [x = ''], { params: { window, strides }, inputs, outputs }) {
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
  // And back: what each place of the window has seen is put where it saw it, and added up.
  sumWindows(writer, [w = ''], { params: { window, strides, shape }, inputs }) {
    const places = inputs[0]!.shape.slice(1, 1 + window.length);
    const [batch = 0, channels = 0] = [shape[0], shape.at(-1)];
    const flat = reshaped(writer, w, [batch, ...places, window.reduce((a, b) => a * b, 1), channels]);
    const [ones, zeros] = [places.map(() => 1), places.map(() => 0)];
    const parts = placesOf(window).map((offset, i) => {
      const part = sliced(
        writer,
        flat,
        [0, ...zeros, i, 0],
        [1, ...ones, 1, 1],
        [batch, ...places, 1, channels],
      );
      const box = { shape, starts: [0, ...offset, 0], steps: [1, ...strides, 1] };
      const seen = [batch, ...places, channels];
      return embedded(writer, reshaped(writer, part, seen), seen, box);
    });
    return writer.node('Sum', parts);
  },

  // Looking up, and what is where.
  gather: (writer, inputs) => writer.node('Gather', inputs, { axis: 0 }),
  scatterAdd(writer, [updates = '', indices = ''], { inputs, outputs }) {
    const zeros = writer.node('Expand', [writer.number(0), writer.integers(outputs[0]!.shape)]);
    const places = writer.node('Cast', [reshaped(writer, indices, [...inputs[1]!.shape, 1])], { to: int64 });
    return writer.node('ScatterND', [zeros, places, updates], { reduction: 'add' });
  },
  argmax: (writer, inputs, { params }) => writePosition(writer, 'ArgMax', inputs, params.axis),
  argmin: (writer, inputs, { params }) => writePosition(writer, 'ArgMin', inputs, params.axis),
  argsort(writer, [x = ''], { params, inputs }) {
    const length = writer.integers([inputs[0]!.shape[params.axis] as number]);
    const [, positions = ''] = writer.nodes('TopK', [x, length], { axis: params.axis, largest: 0 }, 2);
    return writer.node('Cast', [positions], { to: elementTypes.int32 });
  },

  // Matrices.
  matmul: named('MatMul'),
  determinant: noFactorisations,
  cofactors: noFactorisations,
  luFactor: noFactorisations,
  solve: noFactorisations,
  logAbsDeterminant: noFactorisations,
  triangularSolve: noFactorisations,
  cholesky: noFactorisations,

  // Functions within functions.
  checkpoint: (writer, inputs, { params }) => writer.inPlace(params.body, inputs),
  scan(writer, inputs, { params: { body, carries, xs, length, reverse } }) {
    // Runtimes refuse a loop over nothing.
    if (length === 0)
      return [...inputs.slice(0, carries), ...body.outputs.slice(carries).map((y) => zeroRows(writer, y))];
    const given = carries + xs;
    // A Scan counts its steps by its xs: without any, it gets zeros that nobody reads.
    const unread = xs > 0 ? [] : [{ id: -1, shape: [], dtype: 'float32' as const }];
    const zeros = unread.map((x) => zeroRows(writer, x, length));
    const step = { ...body, inputs: body.inputs.toSpliced(given, 0, ...unread) };
    const attributes = {
      body: writer.body(step, inputs.slice(given)),
      num_scan_inputs: xs + unread.length,
      scan_input_directions: [...zeros, ...inputs.slice(carries, given)].map(() => Number(reverse)),
      scan_output_directions: body.outputs.slice(carries).map(() => Number(reverse)),
    };
    return writer.nodes('Scan', [...inputs.slice(0, given), ...zeros], attributes, body.outputs.length);
  },
  whileLoop(writer, inputs, { params: { step, carries } }) {
    const attributes = { body: writer.loopBody(step, inputs.slice(carries)) };
    const [active = ''] = inputs;
    return writer.nodes('Loop', ['', active, ...inputs.slice(0, carries)], attributes, carries);
  },
  cond(writer, [predicate = '', ...inputs], { params: { onTrue, onFalse }, outputs }) {
    const attributes = {
      then_branch: writer.body(onTrue, inputs),
      else_branch: writer.body(onFalse, inputs),
    };
    return writer.nodes('If', [predicate], attributes, outputs.length);
  },
  operation: (writer, inputs, equation) =>
    equation.params.body
      ? writer.inPlace(equation.params.body, inputs)
      : refuse(equation, { because: 'its value looks at values, so that there is no formula to write' }),

  // Random draws.
  randomSplit: noKeys,
  randomFoldIn: noKeys,
  randomBits: noKeys,
  randomUniform: noKeys,
  randomIntegers: noKeys,
  randomPermutation: noKeys,
  normalQuantile: { because: 'ONNX has no inverse of the error function' },
};

/** A list of so many such entries, all zeros; by default the ys of no steps. */
function zeroRows(writer: Writer, { shape, dtype }: Omit<GraphValue, 'id'>, length = 0): string {
  const zero = writer.node('Cast', [writer.number(0)], { to: elementTypes[dtype] });
  return writer.node('Expand', [zero, writer.integers([length, ...shape])]);
}

/** log(1 + x), near 0 by Kahan's correction: with u the rounded 1 + x, log(u)·x/(u − 1). */
function writeLog1p(writer: Writer, [x = '']: readonly string[]): string {
  const one = writer.number(1);
  const u = writer.node('Add', [one, x]);
  const log = writer.node('Log', [u]);
  const corrected = writer.node('Div', [writer.node('Mul', [log, x]), writer.node('Sub', [u, one])]);
  const isSmall = writer.node('Equal', [u, one]);
  const isLarge = writer.node('Greater', [x, one]);
  return writer.node('Where', [isLarge, log, writer.node('Where', [isSmall, x, corrected])]);
}

/** The normal distribution function Φ(x) = (1 + erf(x/√2))/2. */
function writeNormalDistribution(writer: Writer, x: string): string {
  const erf = writer.node('Erf', [writer.node('Mul', [x, writer.number(Math.SQRT1_2)])]);
  return writer.node('Mul', [writer.node('Add', [erf, writer.number(1)]), writer.number(0.5)]);
}

function writePosition(writer: Writer, operator: string, inputs: readonly string[], axis: number): string {
  return writer.node('Cast', [writer.node(operator, inputs, { axis, keepdims: 0 })], {
    to: elementTypes.int32,
  });
}

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
  // The end lies one step beyond the last element; before the beginning ONNX wants it far below, as −1 counts
  // from the end.
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

/** Where an array is put into zeros: along each axis from `starts`, every `steps`. */
interface Box {
  readonly shape: readonly number[];
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}

/** ONNX pads around an array only: so each entry first gets a padding of its own, as long as its step. */
function embedded(
  writer: Writer,
  x: string,
  lengths: readonly number[],
  { shape, starts, steps }: Box,
): string {
  const sizes = steps.map(Math.abs);
  const isBackwards = steps.some((step) => step < 0);
  const lastIndices = lengths.map((length, i) => ((steps[i] as number) < 0 ? length - 1 : 0));
  const forward = isBackwards ? sliced(writer, x, lastIndices, steps.map(Math.sign), lengths) : x;
  const spread = sizes.every((size) => size === 1) ? forward : spreadOut(writer, forward, lengths, sizes);
  const before = starts.map((start, i) =>
    (steps[i] as number) < 0 ? start + (steps[i] as number) * ((lengths[i] as number) - 1) : start,
  );
  // Negative where an entry's own padding is cut off again.
  const after = shape.map(
    (size, i) => size - (before[i] as number) - (lengths[i] as number) * (sizes[i] as number),
  );
  return writer.node('Pad', [spread, writer.integers([...before, ...after]), writer.number(0)]);
}

/** Each entry, and behind it zeros, along every axis up to the next multiple of its size. */
function spreadOut(writer: Writer, x: string, lengths: readonly number[], sizes: readonly number[]): string {
  const single = reshaped(
    writer,
    x,
    lengths.flatMap((length) => [length, 1]),
  );
  const before = lengths.flatMap(() => [0, 0]);
  const after = sizes.flatMap((size) => [0, size - 1]);
  const padded = writer.node('Pad', [single, writer.integers([...before, ...after]), writer.number(0)]);
  return reshaped(
    writer,
    padded,
    lengths.map((length, i) => length * (sizes[i] as number)),
  );
}
