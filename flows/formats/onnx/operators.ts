/** What each of our primitives is in ONNX: one operator, a few, or none, and then why. */
import type { BinaryName, Value } from '../../../autograd/graph/formulas/array-writer.ts';
import * as draws from '../../../autograd/graph/formulas/draws.ts';
import * as formulas from '../../../autograd/graph/formulas/functions.ts';
import type { Equation, GraphValue, PrimitiveName } from '../../../autograd/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { atan, cast, erf, gelu, sigmoid, tan } from './functions.ts';
import { elementTypes, int64 } from './model.ts';
import { OnnxArrays } from './onnx-arrays.ts';
import type { Writer } from './writer.ts';

/**
 * Writes an equation with inputs of these names, and returns the names of its outputs.
 * @throws ArgumentError for a primitive that ONNX has no operators for
 */
export function writeEquation<K extends PrimitiveName>(
  writer: Writer,
  inputs: readonly string[],
  equation: Equation<K>,
): readonly string[] {
  if (equation.outputs.every(({ shape }) => shape.includes(0)))
    return equation.outputs.map((y) => empty(writer, y));
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

/** A formula of an equation's inputs, with their types. */
const formula =
  <P>(write: (w: OnnxArrays, inputs: Inputs, params: P) => Value) =>
  (writer: Writer, inputs: readonly string[], equation: Typed<P>): string => {
    const values = inputs.map((name, i) => ({ ...(equation.inputs[i] as GraphValue), name }));
    return write(new OnnxArrays(writer), values as unknown as Inputs, equation.params).name;
  };

interface Typed<P> {
  readonly inputs: readonly GraphValue[];
  readonly params: P;
}

/** As many as the primitive has. */
type Inputs = readonly [Value, Value, ...Value[]];

const ofOne = (write: (w: OnnxArrays, x: Value) => Value) => formula<unknown>((w, [x]) => write(w, x));

const arithmetic = (name: BinaryName) => formula<unknown>((w, [a, b]) => w.binary(name, a, b));

const rules: { readonly [K in PrimitiveName]: Rule<K> | Refusal } = {
  // Arithmetic and functions of numbers.
  add: arithmetic('add'),
  subtract: arithmetic('subtract'),
  multiply: arithmetic('multiply'),
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
  expm1: ofOne((w, x) => w.unary('exponential_minus_one', x)),
  log1p: ofOne((w, x) => w.unary('log_plus_one', x)),
  sin: named('Sin'),
  cos: named('Cos'),
  tan: ofOne(tan),
  asin: ofOne(formulas.asin),
  acos: ofOne(formulas.acos),
  atan: ofOne(atan),
  atan2: arithmetic('atan2'),
  sinh: ofOne(formulas.sinh),
  cosh: ofOne(formulas.cosh),
  tanh: named('Tanh'),
  asinh: ofOne(formulas.asinh),
  acosh: ofOne(formulas.acosh),
  atanh: ofOne(formulas.atanh),
  erf: ofOne(erf),
  erfc: ofOne(formulas.erfc),
  normalQuantile: ofOne(formulas.normalQuantile),

  // Activations and their derivatives.
  relu: named('Relu'),
  sigmoid: ofOne(sigmoid),
  softplus: ofOne(formulas.softplus),
  silu: ofOne(formulas.silu),
  siluSlope: ofOne(formulas.siluSlope),
  gelu: ofOne(gelu),
  geluSlope: ofOne(formulas.geluSlope),

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
  cast: formula((w, [x], { dtype }) => cast(w, x, dtype)),
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
    const largest = writer.node('ReduceMax', [x, writer.integers(params.axes)], { keepdims: 1 });
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
  qr: noFactorisations,
  eigh: noFactorisations,
  svd: noFactorisations,
  pinv: noFactorisations,
  matrixExponential: noFactorisations,

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
  randomSplit: formula((w, [keys], { count }) => draws.split(w, keys, count)),
  randomFoldIn: formula((w, [keys, data]) => draws.foldIn(w, keys, data)),
  randomBits: formula((w, [keys], { shape }) => draws.bits(w, keys, shape)),
  randomUniform: formula((w, [keys], params) => draws.uniform(w, keys, params)),
  randomIntegers: formula((w, [keys], params) => draws.integers(w, keys, params)),
  randomPermutation: formula((w, [keys], { length }) => draws.permutation(w, keys, length)),
};

/** A list of so many such entries, all zeros; by default the ys of no steps. */
function zeroRows(writer: Writer, { shape, dtype }: Omit<GraphValue, 'id'>, length = 0): string {
  const zero = writer.number(0, dtype);
  return writer.node('Expand', [zero, writer.integers([length, ...shape])]);
}

/** A tensor without elements. Runtimes refuse many operators on such. */
function empty(writer: Writer, { shape, dtype }: GraphValue): string {
  return writer.node('Expand', [writer.number(0, dtype), writer.integers(shape)]);
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
