/** What each of our primitives is in StableHLO: one operation, a few, or none, and then why. */
import { ArgumentError, type DType, formatShape, isFloating } from '../../../lib/index.ts';
import type { PrimitiveName } from '../../core/primitive.ts';
import { broadcastAxes } from '../../operations/broadcasting.ts';
import type { Direction, Value } from '../formulas/array-writer.ts';
import * as draws from '../formulas/draws.ts';
import * as formulas from '../formulas/functions.ts';
import type { Equation, Graph, GraphValue } from '../graph.ts';
import { writeLoop, writeWhile } from './loops.ts';
import * as moves from './moves.ts';
import { integers } from './text.ts';
import type { Writer } from './writer.ts';

/** Writes a graph whose inputs have these values, and returns those of its outputs. */
export function writeGraph(w: Writer, graph: Graph, inputs: readonly Value[]): readonly Value[] {
  const values = new Map<number, Value>(graph.inputs.map(({ id }, i) => [id, inputs[i] as Value]));
  const lookUp = ({ id }: GraphValue) => values.get(id) as Value;
  for (const { value, tensor } of graph.constants)
    values.set(value.id, w.constant(tensor.plainArray('formatStableHlo'), value));
  for (const equation of graph.equations) {
    const outputs = writeEquation(w, equation, equation.inputs.map(lookUp));
    equation.outputs.forEach(({ id }, i) => {
      values.set(id, outputs[i] as Value);
    });
  }
  return graph.outputs.map(lookUp);
}

/**
 * Writes an equation with these inputs, and returns its outputs.
 * @throws ArgumentError for a primitive that StableHLO has no operations for
 */
function writeEquation<K extends PrimitiveName>(
  w: Writer,
  equation: Equation<K>,
  inputs: readonly Value[],
): readonly Value[] {
  const rule: Rule<K> | Refusal = rules[equation.name];
  return typeof rule === 'function'
    ? [rule(w, inputs as Inputs, equation)].flat()
    : refuse(equation as unknown as Equation, rule);
}

/** The output, or several. */
type Rule<K extends PrimitiveName> = (
  w: Writer,
  inputs: Inputs,
  equation: Equation<K>,
) => Value | readonly Value[];

/** As many as the primitive has. */
type Inputs = readonly [Value, Value, Value, ...Value[]];

interface Refusal {
  readonly because: string;
}

function refuse({ name, inputs }: Equation, { because }: Refusal): never {
  const types = inputs.map(({ dtype, shape }) => `${dtype}${formatShape(shape)}`).join(', ');
  throw new ArgumentError(`formatStableHlo: cannot write '${name}' of ${types}: ${because}`);
}

/** An operation of StableHLO by its name there. */
const named =
  (operation: string) =>
  (w: Writer, inputs: Inputs, { outputs }: Equation): Value =>
    w.operation(operation, [...inputs], outputs[0] as GraphValue);

const formula =
  (write: (w: Writer, x: Value) => Value) =>
  (w: Writer, [x]: Inputs): Value =>
    write(w, x);

const comparison =
  (direction: Direction) =>
  (w: Writer, [a, b]: Inputs): Value =>
    w.compare(direction, a, b);

const noLu: Refusal = {
  because:
    'StableHLO has no LU factorisation; for a positive definite matrix use cholesky and triangularSolve',
};

const noFactorisation: Refusal = {
  because: 'StableHLO has no operation that factorises matrices but cholesky',
};

const rules: { readonly [K in PrimitiveName]: Rule<K> | Refusal } = {
  // Arithmetic and functions of numbers.
  add: named('add'),
  subtract: named('subtract'),
  multiply: named('multiply'),
  divide: named('divide'),
  power: named('power'),
  maximum: named('maximum'),
  minimum: named('minimum'),
  atan2: named('atan2'),
  negate: named('negate'),
  square: (w, [x]) => w.multiply(x, x),
  sqrt: named('sqrt'),
  rsqrt: named('rsqrt'),
  reciprocal: (w, [x]) => w.divide(1, x),
  abs: named('abs'),
  sign: named('sign'),
  floor: named('floor'),
  ceil: named('ceil'),
  round: named('round_nearest_even'),
  exp: named('exponential'),
  log: named('log'),
  expm1: named('exponential_minus_one'),
  log1p: named('log_plus_one'),
  sin: named('sine'),
  cos: named('cosine'),
  tan: named('tan'),
  asin: formula(formulas.asin),
  acos: formula(formulas.acos),
  atan: (w, [x]) => w.binary('atan2', x, 1),
  sinh: formula(formulas.sinh),
  cosh: formula(formulas.cosh),
  tanh: named('tanh'),
  asinh: formula(formulas.asinh),
  acosh: formula(formulas.acosh),
  atanh: formula(formulas.atanh),
  erf: formula(formulas.erf),
  erfc: formula(formulas.erfc),
  normalQuantile: formula(formulas.normalQuantile),

  // Activations and their derivatives.
  relu: (w, [x]) => w.binary('maximum', x, 0),
  sigmoid: named('logistic'),
  softplus: formula(formulas.softplus),
  silu: formula(formulas.silu),
  siluSlope: formula(formulas.siluSlope),
  gelu: formula(formulas.gelu),
  geluSlope: formula(formulas.geluSlope),

  // Masks and choices.
  less: comparison('LT'),
  lessEqual: comparison('LE'),
  greater: comparison('GT'),
  greaterEqual: comparison('GE'),
  equal: comparison('EQ'),
  notEqual: comparison('NE'),
  logicalAnd: named('and'),
  logicalOr: named('or'),
  logicalNot: named('not'),
  where: (w, [mask, a, b]) => w.select(mask, a, b),

  // Values moved, repeated and summed.
  stopGradient: (_, [x]) => x,
  cast: (w, [x], { params }) => cast(w, x, params.dtype),
  reshape: (w, [x], { params }) => w.reshape(x, params.shape),
  transpose: (w, [x], { params, outputs: [y] }) =>
    w.operation('transpose', [x], y as GraphValue, `permutation = ${integers(params.axes)}`),
  broadcastTo: (w, [x], { params: { shape } }) =>
    w.broadcast(
      x,
      shape,
      x.shape.map((_, i) => i + shape.length - x.shape.length),
    ),
  sumTo: (w, [x], { params: { shape } }) =>
    w.reshape(w.reduce('add', x, broadcastAxes(shape, x.shape), 0), shape),
  max: (w, [x], { params: { axes }, outputs: [y] }) =>
    w.reshape(w.reduce('maximum', x, axes, -Infinity), (y as GraphValue).shape),
  cumulativeSum: (w, [x], { params }) => moves.cumulativeSum(w, x, params.axis),
  concatenate: (w, inputs, { params }) => w.concatenate(inputs, params.axis),
  slice: (w, [x], { params: { starts, steps, lengths } }) => moves.slice(w, x, starts, steps, lengths),
  embed: (w, parts, { params: { shape, windows } }) =>
    parts
      .map((x, i) => moves.embed(w, x, shape, windows[i]!.starts, windows[i]!.steps))
      .reduce((sum, part) => w.add(sum, part)),
  windows: (w, [x], { params: { window, strides }, outputs: [y] }) =>
    moves.windows(w, x, window, strides, (y as GraphValue).shape),
  sumWindows: (w, [x], { params: { shape, window, strides } }) =>
    moves.sumWindows(w, x, shape, window, strides),

  // Looking up, and what is where.
  gather: (w, [x, indices]) => moves.gather(w, x, indices),
  scatterAdd: (w, [updates, indices], { outputs: [y] }) =>
    moves.scatterAdd(w, updates, indices, y as GraphValue),
  argmax: (w, [x], { params }) => moves.position(w, x, params.axis, 'maximum'),
  argmin: (w, [x], { params }) => moves.position(w, x, params.axis, 'minimum'),
  argsort: (w, [x], { params }) => moves.argsort(w, x, params.axis),

  // Matrices.
  matmul,
  triangularSolve: (w, [a, b], { params: { lower, transposed } }) => {
    const transpose = transposed ? 'TRANSPOSE' : 'NO_TRANSPOSE';
    const attributes = [
      `left_side = true, lower = ${lower}, unit_diagonal = false`,
      `transpose_a = #stablehlo<transpose ${transpose}>`,
    ].join(', ');
    return w.operation('triangular_solve', [a, b], { ...b }, attributes);
  },
  cholesky: (w, [a]) => {
    const factor = w.operation('cholesky', [a], { ...a }, 'lower = true');
    const [rows, columns] = [2, 1].map((fromEnd) =>
      w.iota({ shape: a.shape, dtype: 'int32' }, a.shape.length - fromEnd),
    );
    return w.select(w.compare('GE', rows as Value, columns as Value), factor, 0);
  },
  luFactor: noLu,
  solve: noLu,
  logAbsDeterminant: noLu,
  determinant: noLu,
  cofactors: noLu,
  qr: noFactorisation,
  eigh: noFactorisation,
  svd: noFactorisation,
  pinv: noFactorisation,
  matrixExponential: noLu,

  // Functions within functions.
  checkpoint: (w, inputs, { params }) => writeGraph(w, params.body, inputs),
  operation: (w, inputs, equation) =>
    equation.params.body
      ? writeGraph(w, equation.params.body, inputs)
      : refuse(equation as Equation, {
          because: `the value of '${equation.params.name}' looks at values, so that there is no formula to write`,
        }),
  scan: (w, inputs, { params }) => writeLoop(w, inputs, params, writeGraph),
  whileLoop: (w, inputs, { params }) => writeWhile(w, inputs, params, writeGraph),
  cond: (w, [predicate, ...inputs], { params: { onTrue, onFalse }, outputs }) => {
    const branches = [onTrue, onFalse].map((graph) =>
      w.region([], (inner) => writeGraph(inner, graph, inputs)),
    );
    return w.operations('if', [predicate as Value], outputs, '', branches.join(', '));
  },

  // Random draws.
  randomSplit: (w, [keys], { params }) => draws.split(w, keys, params.count),
  randomFoldIn: (w, [keys, data]) => draws.foldIn(w, keys, data),
  randomBits: (w, [keys], { params }) => draws.bits(w, keys, params.shape),
  randomUniform: (w, [keys], { params }) => draws.uniform(w, keys, params),
  randomIntegers: (w, [keys], { params }) => draws.integers(w, keys, params),
  randomPermutation: (w, [keys], { params }) => draws.permutation(w, keys, params.length),
};

/** An integer of a floating-point number is its remainder modulo 2³², as in JavaScript; NaN is 0. */
function cast(w: Writer, x: Value, dtype: DType): Value {
  if (dtype === 'bool') return w.compare('NE', x, 0);
  if (!isFloating(x.dtype) || isFloating(dtype)) return w.convert(x, dtype);
  const rest = w.binary('remainder', x, 2 ** 32);
  const finite = w.select(w.compare('EQ', rest, rest), rest, 0);
  return w.narrowed(finite, dtype);
}

/** Products of batches of matrices, in full precision: by default, accelerators round the factors. */
function matmul(w: Writer, [a, b]: Inputs, { outputs: [y] }: Equation<'matmul'>): Value {
  const rank = a.shape.length;
  const batch = Array.from({ length: rank - 2 }, (_, i) => i).join(', ');
  const numbers = [
    `lhs_batching_dimensions = [${batch}], rhs_batching_dimensions = [${batch}]`,
    `lhs_contracting_dimensions = [${rank - 1}], rhs_contracting_dimensions = [${rank - 2}]`,
  ].join(', ');
  const attributes = [
    `dot_dimension_numbers = #stablehlo.dot<${numbers}>`,
    'precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]',
  ].join(', ');
  return w.operation('dot_general', [a, b], y as GraphValue, attributes);
}
