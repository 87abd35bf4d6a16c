/** How each primitive becomes part of a program. */
import * as lib from '../../lib/index.ts';
import {
  assign,
  type Donation,
  type InputType,
  type LoadedProgram,
  loadProgram,
  multipliesInWebAssembly,
  type Program,
  type ProgramBuilder,
  type ScalarName,
  tooManyToCopy,
  type Value,
} from '../../lib/program/index.ts';
import type { PrimitiveName } from '../core/primitive.ts';
import { broadcastAxes } from '../operations/broadcasting.ts';
import type { Equation, Graph } from './graph.ts';
import { withoutInvariants } from './invariants.ts';
import { simplify } from './simplify.ts';

/** Adds an equation to a program: from the values of its inputs to those of its outputs. */
type Lowering<K extends PrimitiveName> = (
  equation: Equation<K>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  lowerGraph: LowerGraph,
) => readonly Value[];

/** What becomes of a graph, for a loop's step: a program, or a part of one. */
interface LowerGraph {
  readonly buildProgram: (
    graph: Graph,
    donations: readonly Donation[],
    strides: readonly InputType['strides'][],
  ) => Program;
  readonly addGraph: (graph: Graph, inputs: readonly Value[], program: ProgramBuilder) => readonly Value[];
}

/**
 * A row for every primitive. `map` rows join loops, `view` rows cost nothing, and `host` rows run the
 * primitive's own `evaluate` in JavaScript, between the parts of the program.
 */
// biome-ignore format: a row a line
export const lowerings: { readonly [K in PrimitiveName]: Lowering<K> } = {
  // Functions of one number.
  cast: map('cast'), negate: map('negate'), abs: map('abs'), square: map('square'), sign: map('sign'),
  reciprocal: map('reciprocal'), sqrt: map('sqrt'), rsqrt: map('rsqrt'),
  floor: map('floor'), ceil: map('ceil'), round: map('round'),
  exp: map('exp'), log: map('log'), expm1: map('expm1'), log1p: map('log1p'),
  sin: map('sin'), cos: map('cos'), tan: map('tan'), asin: map('asin'), acos: map('acos'), atan: map('atan'),
  sinh: map('sinh'), cosh: map('cosh'), tanh: map('tanh'),
  asinh: map('asinh'), acosh: map('acosh'), atanh: map('atanh'),
  sigmoid: map('sigmoid'), silu: map('silu'), siluSlope: map('siluSlope'), relu: map('relu'),
  softplus: map('softplus'), gelu: map('gelu'), geluSlope: map('geluSlope'),
  erf: map('erf'), erfc: map('erfc'), normalQuantile: map('normalQuantile'),
  // Functions of two numbers, and choices by a mask.
  add: map('add'), subtract: map('subtract'), multiply: map('multiply'), divide: map('divide'),
  power: map('power'), maximum: map('maximum'), minimum: map('minimum'), atan2: map('atan2'),
  less: map('less'), lessEqual: map('lessEqual'), greater: map('greater'), greaterEqual: map('greaterEqual'),
  equal: map('equal'), notEqual: map('notEqual'),
  logicalAnd: map('logicalAnd'), logicalOr: map('logicalOr'), logicalNot: map('logicalNot'), where: map('where'),
  // Other ways to look at the same memory.
  broadcastTo: view, reshape: view, transpose: view, slice: view, windows,
  // Memory filled part by part.
  concatenate: ({ params, outputs }, inputs, program) => [program.join(inputs, params.axis, outputs[0] as Value)],
  embed,
  // Sums and products.
  sumTo: (equation, [x], program) => sumTo(equation, x as Value, program),
  matmul: (equation, inputs, program) => matmul(equation, inputs as readonly [Value, Value], program),
  // Everything that JavaScript computes on arrays in the program's memory.
  stopGradient: (_, inputs) => inputs,
  max: host, argmax: host, argmin: host, argsort: host, cumulativeSum: host,
  gather: host, scatterAdd: host, sumWindows: host,
  determinant: host, cofactors: host, luFactor: host, solve: host, logAbsDeterminant: host, triangularSolve: host, cholesky: host,
  qr: host, eigh: host, svd: host, pinv: host, matrixExponential: host,
  randomBits: host, randomUniform: host, randomIntegers: host, randomPermutation: host,
  randomSplit: host, randomFoldIn: host,
  checkpoint: host, operation, scan, cond, whileLoop,
};

/** Adds an equation by the row of its primitive. */
export function lower<K extends PrimitiveName>(
  equation: Equation<K>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  lowerGraph: LowerGraph,
): readonly Value[] {
  return (lowerings[equation.name] as Lowering<K>)(equation, inputs, program, lowerGraph);
}

/** An elementwise operation. */
function map(name: ScalarName) {
  return ({ outputs }: Equation, inputs: readonly Value[], program: ProgramBuilder): readonly Value[] => [
    program.map(name, (outputs[0] as Value).dtype, inputs),
  ];
}

/**
 * The primitive's `evaluate` returns a view: the program reads the same memory with its strides. Where it
 * must copy (it has no elements, for instance), the copy is a step in JavaScript.
 */
function view(equation: Equation, [x]: readonly Value[], program: ProgramBuilder): readonly Value[] {
  const evaluate = evaluatorOf(equation);
  const change = (array: lib.NDArray) => evaluate([array])[0] as lib.NDArray;
  const seen = program.view(x as Value, equation.outputs[0] as Value, change);
  return seen ? [seen] : host(equation, [x as Value], program);
}

/**
 * Sliding windows are a view, too, though `evaluate` copies it: along an axis, a window moves by the axis's
 * stride.
 */
function windows(
  { params, outputs }: Equation<'windows'>,
  [x]: readonly Value[],
  program: ProgramBuilder,
): readonly Value[] {
  const result = outputs[0] as Value;
  const slide = ({ data, stride, offset }: lib.NDArray) => {
    const within = stride.slice(1, -1);
    const places = within.map((step, axis) => step * (params.strides[axis] as number));
    const strides = [stride[0] as number, ...places, ...within, stride.at(-1) as number];
    return lib.view(data, result.shape, strides, offset);
  };
  return [program.inOrder(program.view(x as Value, result, slide) as Value)];
}

/**
 * Parts that do not overlap are written one by one. Others that cover most of the whole are added up in
 * order; JavaScript adds up what is small.
 */
function embed(
  equation: Equation<'embed'>,
  parts: readonly Value[],
  program: ProgramBuilder,
): readonly Value[] {
  const { shape, windows } = equation.params;
  const places = parts.map((part, i) => {
    const { starts, steps } = windows[i] as lib.Placement;
    return (whole: lib.NDArray) => lib.slice(whole, starts, endsOf(starts, steps, part.shape), steps);
  });
  const result = equation.outputs[0] as Value;
  if (parts.length === 1) return [program.embed(parts, result, places)];
  const ones = parts.map((part) => lib.broadcastTo(lib.full([], 1, 'float32'), part.shape));
  const axes = shape.map((_, axis) => axis);
  const isEmpty = lib.sizeOf(shape) === 0;
  const isDisjoint = !isEmpty && lib.scalarOf(lib.max(lib.embed(ones, shape, windows), axes)) <= 1;
  const covered = parts.reduce((sum, part) => sum + lib.sizeOf(part.shape), 0);
  const coversMost = 2 * covered >= parts.length * lib.sizeOf(shape);
  if (!isDisjoint && !coversMost) return host(equation as Equation, parts, program);
  if (!isDisjoint) {
    const wholes = parts.map((part, i) => program.embed([part], result, places.slice(i, i + 1)));
    return [wholes.reduce((sum, whole) => program.map('add', result.dtype, [sum, whole]), program.number(0, result))]; // biome-ignore format: one line
  }
  // The sum with zero makes negative zeros positive, as it does in JavaScript.
  const sums = parts.map((part) => program.map('add', part.dtype, [part, program.number(0, part)]));
  return [program.embed(sums, result, places)];
}

function host(equation: Equation, inputs: readonly Value[], program: ProgramBuilder): readonly Value[] {
  return program.host(equation.name, inputs, equation.outputs, evaluatorOf(equation));
}

/**
 * An operation of the user's that is no graph. It sees its arrays in the order in which it sees them eagerly.
 */
function operation(equation: Equation<'operation'>, inputs: readonly Value[], program: ProgramBuilder) {
  const strides = inputs.map((value) => program.stridesOf(value));
  const evaluate = evaluatorOf(equation);
  return program.host(equation.name, inputs, equation.outputs, (arrays) =>
    evaluate(arrays.map((array, i) => withStrides(array, strides[i] as readonly number[]))),
  );
}

function withStrides(array: lib.NDArray, strides: readonly number[]): lib.NDArray {
  if (sameNumbers(array.stride, strides)) return array;
  const steps = strides.map((stride, axis) => stride * ((array.shape[axis] as number) - 1));
  const before = steps.reduce((sum, step) => sum - Math.min(step, 0), 0);
  const after = steps.reduce((sum, step) => sum + Math.max(step, 0), 0);
  const data = lib.allocate(before + after + 1, lib.dtypeOf(array));
  const target = lib.view(data, array.shape, strides, before);
  assign(target, array);
  return target;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.every((number, i) => number === b[i]);
}

/**
 * A step without steps in JavaScript, and without a loop of its own, is a repetition in the program. What is
 * the same in each step comes before it.
 */
function scan(
  equation: Equation<'scan'>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  lowerGraph: LowerGraph,
): readonly Value[] {
  const { body, carries, xs, length, reverse } = equation.params;
  const { before, step } = withoutInvariants(simplify(body), carries + xs);
  // `evaluate` runs the step on row-major arrays.
  const captured = inputs.slice(carries + xs).map((value) => program.inOrder(value));
  const varying = inputs.slice(0, carries + xs);
  const fixed = [...captured, ...lowerGraph.addGraph(before, captured, program)];
  const carried = Array.from({ length: carries }, (_, i) => ({ input: i, output: i }));
  const strides = [...varying.map(() => undefined), ...fixed.map((value) => program.stridesOf(value))];
  const stepProgram = lowerGraph.buildProgram(step, carried, strides);
  const isNative =
    stepProgram.repetitions.length === 0 && stepProgram.kernels.every(({ kind }) => kind !== 'host');
  if (!isNative) return repeatedByJavaScript(equation, [...varying, ...fixed], program, stepProgram);
  const [initial, entries] = [inputs.slice(0, carries), inputs.slice(carries, carries + xs)];
  return program.repeat({ initial, xs: entries, length, reverse }, (own) =>
    lowerGraph.addGraph(step, [...own, ...fixed], program),
  );
}

/**
 * The step is a program of its own, whose carries stay in its memory. JavaScript runs it once for each step,
 * and copies the entries of xs and ys. The program gets its memory when the loop first runs.
 */
function repeatedByJavaScript(
  { params, outputs }: Equation<'scan'>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  stepProgram: Program,
): readonly Value[] {
  const { carries, xs, length, reverse } = params;
  let loaded: LoadedProgram | undefined;
  const run: Evaluate = (arrays) => {
    loaded ??= loadProgram(stepProgram);
    const step = loaded;
    const place = (i: number) => step.inputs[i] as lib.NDArray;
    const isSliced = (i: number) => i >= carries && i < carries + xs;
    arrays.forEach((array, i) => {
      if (!isSliced(i)) assign(place(i), array);
    });
    const ys = outputs.slice(carries).map(({ shape, dtype }) => lib.full(shape, 0, dtype));
    for (let k = 0; k < length; k++) {
      const i = reverse ? length - 1 - k : k;
      for (let x = carries; x < carries + xs; x++) assign(place(x), entryAt(arrays[x] as lib.NDArray, i));
      step.run();
      ys.forEach((y, j) => {
        assign(entryAt(y, i), step.outputs[carries + j] as lib.NDArray);
      });
    }
    return [...outputs.slice(0, carries).map((_, i) => place(i)), ...ys];
  };
  return program.host('scan', inputs, outputs, run);
}

/**
 * Each branch is a program of its own, which gets its memory when it first runs. JavaScript runs the one that
 * the predicate chooses.
 */
function cond(
  { params, outputs }: Equation<'cond'>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  { buildProgram }: LowerGraph,
): readonly Value[] {
  const strides = inputs.slice(1).map((value) => program.stridesOf(value));
  const branches = [params.onFalse, params.onTrue].map((graph) => {
    const branch = buildProgram(simplify(graph), [], strides);
    let loaded: LoadedProgram | undefined;
    return (arrays: readonly lib.NDArray[]) => {
      loaded ??= loadProgram(branch);
      for (const [i, array] of arrays.entries()) assign(loaded.inputs[i] as lib.NDArray, array);
      loaded.run();
      return loaded.outputs;
    };
  }) as [Evaluate, Evaluate];
  return program.host('cond', inputs, outputs, ([predicate, ...arrays]) =>
    branches[lib.scalarOf(predicate as lib.NDArray) === 0 ? 0 : 1](arrays),
  );
}

/** The step is a program of its own, whose carries stay in its memory. JavaScript runs it again and again. */
function whileLoop(
  { params: { step, carries }, outputs }: Equation<'whileLoop'>,
  inputs: readonly Value[],
  program: ProgramBuilder,
  { buildProgram, addGraph }: LowerGraph,
): readonly Value[] {
  const { before, step: varying } = withoutInvariants(simplify(step), carries);
  // `evaluate` runs the step on row-major arrays.
  const captured = inputs.slice(carries).map((value) => program.inOrder(value));
  const fixed = [...captured, ...addGraph(before, captured, program)];
  const carried = Array.from({ length: carries }, (_, i) => ({ input: i, output: i }));
  const strides = [...carried.map(() => undefined), ...fixed.map((value) => program.stridesOf(value))];
  const stepProgram = buildProgram(varying, carried, strides);
  let loaded: LoadedProgram | undefined;
  const run: Evaluate = (arrays) => {
    loaded ??= loadProgram(stepProgram);
    const { inputs: places } = loaded;
    arrays.forEach((array, i) => {
      assign(places[i] as lib.NDArray, array);
    });
    while (lib.scalarOf(places[0] as lib.NDArray) !== 0) loaded.run();
    return places.slice(0, carries);
  };
  return program.host('whileLoop', [...inputs.slice(0, carries), ...fixed], outputs, run);
}

/** Entry i along the first axis: a view. */
function entryAt({ data, shape, stride, offset }: lib.NDArray, i: number): lib.NDArray {
  return lib.view(data, shape.slice(1), stride.slice(1), offset + i * (stride[0] as number));
}

type Evaluate = (inputs: readonly lib.NDArray[]) => readonly lib.NDArray[];

function evaluatorOf<K extends PrimitiveName>({ primitive, params }: Equation<K>): Evaluate {
  return (inputs) => primitive.evaluate(inputs, params);
}

/** Sums over neighbouring axes run in the program; `lib.sum` first moves other axes, and so do we. */
function sumTo(equation: Equation<'sumTo'>, x: Value, program: ProgramBuilder): readonly Value[] {
  const result = equation.outputs[0] as Value;
  const axes = broadcastAxes(result.shape, x.shape);
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const areNeighbours = axes.every((axis, i) => axis === (axes[0] as number) + i);
  if (lib.sizeOf(x.shape) === 0) return host(equation as Equation, [x], program);
  const repeated = axes.filter((axis) => (x.shape[axis] as number) > 1 && program.stridesOf(x)[axis] === 0);
  if (repeated.length > 0 && lib.sizeOf(x.shape) >= tooManyToCopy)
    return host(equation as Equation, [repeatedAlong(x, repeated, program)], program);
  if (areNeighbours) return [program.sum(x, axes[0] ?? 0, axes.length, result.shape)];
  const order = [...kept, ...axes];
  const moved = { shape: order.map((axis) => x.shape[axis] as number), dtype: x.dtype };
  const turned = program.view(x, moved, (a) => lib.transpose(a, order)) as Value;
  return [program.sum(turned, kept.length, axes.length, result.shape)];
}

/** A view that shows that the value is the same along these axes: `lib.sum` then multiplies. */
function repeatedAlong(x: Value, axes: readonly number[], program: ProgramBuilder): Value {
  const strided = ({ data, shape, stride, offset }: lib.NDArray) =>
    lib.view(data, shape, stride.map((step, axis) => (axes.includes(axis) ? 0 : step)), offset); // biome-ignore format: one line
  return program.view(x, x, strided) as Value;
}

/** Products that `lib.matmul` computes in WebAssembly run in the program; the others stay with it. */
function matmul(
  equation: Equation<'matmul'>,
  [left, right]: readonly [Value, Value],
  program: ProgramBuilder,
): readonly Value[] {
  const [rows, depth] = left.shape.slice(-2) as [number, number];
  const size = { rows, depth, columns: right.shape.at(-1) as number };
  // No kernel writes empty sums: of no products, the memory would keep what it held before.
  const isEmpty = depth === 0 || lib.sizeOf((equation.outputs[0] as Value).shape) === 0;
  if (isEmpty || !multipliesInWebAssembly(size)) return host(equation as Equation, [left, right], program);
  return [program.product(left, right)];
}

function endsOf(starts: readonly number[], steps: readonly number[], lengths: lib.Shape): readonly number[] {
  return starts.map((start, axis) => start + (lengths[axis] as number) * (steps[axis] as number));
}
