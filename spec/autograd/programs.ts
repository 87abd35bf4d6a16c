/**
 * Random programs: a list of instructions, each of which applies an operation to values computed before it.
 * Any numbers are a valid program, so that fast-check can shrink a failing one to its shortest.
 */
import fc from 'fast-check';
import type { Shape, Tensor } from '../../autograd/index.ts';
import * as f from '../../autograd/index.ts';
import { broadcastShapes, formatShape, sizeOf } from '../../lib/index.ts';
import { sampleTensor } from './numbers.ts';

export interface Program {
  readonly fn: (...inputs: Tensor[]) => Tensor;
  readonly inputs: readonly Tensor[];
  /** Another draw of the inputs, and tangents for them. */
  readonly draw: (seed: number) => readonly Tensor[];
  /** The program as text, which fast-check prints. */
  readonly toString: () => string;
}

/** What an operation is given: two values, and a number to choose axes and lengths by. */
type Operation = (x: Tensor, y: Tensor, choice: number) => Tensor;

interface Instruction {
  readonly operation: number;
  /** Which value is the second operand; the first is the latest. */
  readonly operand: number;
  readonly choice: number;
}

const shapes: readonly Shape[] = [[], [3], [2, 3], [3, 1], [1, 4], [2, 2], [2, 1, 3]];
const largest = 48;

// Each is bounded, or grows slowly, so that no program loses its digits. Unbounded functions get a bounded
// argument.
const between = (low: number, high: number, x: Tensor) =>
  f.add(f.multiply(f.sin(x), (high - low) / 2), (low + high) / 2);
const bounded = (x: Tensor) => f.tanh(x);

// biome-ignore format: an operation a line
const smooth: Readonly<Record<string, Operation>> = {
  sin: (x) => f.sin(x),
  cos: (x) => f.cos(x),
  tan: (x) => f.tan(bounded(x)),
  tanh: (x) => f.tanh(x),
  sigmoid: (x) => f.sigmoid(x),
  silu: (x) => f.silu(x),
  softplus: (x) => f.softplus(x),
  gelu: (x, _, choice) => f.gelu(x, { approximate: choice % 2 === 0 }),
  erf: (x) => f.erf(x),
  erfc: (x) => f.erfc(x),
  exp: (x) => f.exp(bounded(x)),
  expm1: (x) => f.expm1(bounded(x)),
  log: (x) => f.log(between(0.4, 3, x)),
  log1p: (x) => f.log1p(between(-0.5, 2, x)),
  sqrt: (x) => f.sqrt(between(0.3, 3, x)),
  rsqrt: (x) => f.rsqrt(between(0.4, 3, x)),
  square: (x) => f.square(bounded(x)),
  reciprocal: (x) => f.reciprocal(between(0.6, 3, x)),
  sinh: (x) => f.sinh(bounded(x)),
  cosh: (x) => f.cosh(bounded(x)),
  asinh: (x) => f.asinh(x),
  acosh: (x) => f.acosh(between(1.5, 3, x)),
  atanh: (x) => f.atanh(between(-0.7, 0.7, x)),
  asin: (x) => f.asin(between(-0.8, 0.8, x)),
  acos: (x) => f.acos(between(-0.8, 0.8, x)),
  atan: (x) => f.atan(x),
  negate: (x) => f.negate(x),

  add: (x, y) => f.add(...fitting(x, y)),
  subtract: (x, y) => f.subtract(...fitting(x, y)),
  multiply: (x, y) => f.multiply(...fitting(x, bounded(y))),
  multiplyItself: (x) => f.multiply(bounded(x), bounded(x)),
  divide: (x, y) => f.divide(...fitting(x, between(0.6, 3, y))),
  power: (x, y) => f.power(...fitting(between(0.5, 2, x), bounded(y))),
  logAddExp: (x, y) => f.logAddExp(...fitting(x, y)),

  sum: (x, _, choice) => f.sum(bounded(x), someAxes(x, choice)),
  mean: (x, _, choice) => f.mean(x, someAxes(x, choice)),
  variance: (x, _, choice) => f.variance(bounded(x), someAxes(x, choice)),
  norm: (x, _, choice) => f.norm(between(0.5, 2, x), someAxes(x, choice)),
  product: (x, _, choice) => f.product(between(0.5, 1.4, x), someAxes(x, choice)),
  logSumExp: (x, _, choice) => f.logSumExp(x, someAxes(x, choice)),
  softmax: (x, _, choice) => (x.rank === 0 ? x : f.softmax(x, { axis: choice % x.rank })),
  layerNorm: (x) => (x.rank === 0 ? x : f.layerNorm(x, { epsilon: 0.1 })),
  cumulativeSum: (x, _, choice) => (x.rank === 0 ? x : f.cumulativeSum(bounded(x), { axis: choice % x.rank })),

  matmul: (x, y) => product(x, y),
  einsum: (x, y) => (x.rank === 2 && y.rank === 2 ? f.einsum('ij,kl->jk', bounded(x), bounded(y)) : x),
  solve: (x) => (x.rank < 2 ? x : f.solve(positive(x), x)),
  logDeterminant: (x) => (x.rank < 2 ? x : f.logAbsDeterminant(positive(x)).logarithm),
  cholesky: (x) => (x.rank < 2 ? x : f.cholesky(positive(x))),
  triangularSolve: (x, _, choice) =>
    x.rank < 2 ? x : f.triangularSolve(positive(x), x, { lower: choice % 2 === 0, transposed: choice % 3 === 0 }),

  reshape: (x, _, choice) => f.reshape(x, factorings(x.size)[choice % factorings(x.size).length] as Shape),
  transpose: (x, _, choice) => (x.rank < 2 ? x : f.moveAxis(x, 0, choice % x.rank)),
  slice: (x, _, choice) => along(x, choice, [0, -1, 1, -2].map((start) => [start, undefined, start < 0 ? -1 : 1 + (choice % 2)] as const)[choice % 4] as f.AxisSlice),
  pick: (x, _, choice) => along(x, choice, 0),
  flip: (x) => f.flip(x),
  roll: (x, _, choice) => (x.rank === 0 ? x : f.roll(x, choice, choice % x.rank)),
  pad: (x, _, choice) => small(x, 3) ?? f.pad(x, x.shape.map((_, axis) => [(choice + axis) % 2, axis === 0 ? 1 : 0] as const)),
  broadcastTo: (x, _, choice) => small(x, 2) ?? f.broadcastTo(x, choice % 2 === 0 ? [2, ...x.shape] : x.shape.map((n) => (n === 1 ? 2 : n))),
  concatenate: (x, y, choice) =>
    x.rank === 0 ? f.stack([x, f.mean(y)]) : (small(x, 2) ?? f.concatenate([x, formatShape(x.shape) === formatShape(y.shape) ? y : f.sin(x)], choice % x.rank)),
  stack: (x, _, choice) => small(x, 2) ?? f.stack([x, f.cos(x)], choice % (x.rank + 1)),
  gather: (x, _, choice) => (x.rank === 0 ? x : (small(x, 3) ?? f.gather(x, indices(x, choice), { axis: choice % x.rank }))),
  scatterAdd: (x, _, choice) => (x.rank === 0 || x.shape[0] !== 3 ? x : f.scatterAdd(x, f.tensor([choice % 2, 1, 0], { dtype: 'int32' }), 2)),
  checkpoint: (x, y) => f.checkpoint((a: Tensor) => f.sin(f.multiply(...fitting(a, bounded(y)))))(x),
};

// biome-ignore format: an operation a line
const kinked: Readonly<Record<string, Operation>> = {
  abs: (x) => f.abs(x),
  relu: (x) => f.relu(x),
  floor: (x) => f.add(f.floor(x), x),
  maximum: (x, y) => f.maximum(...fitting(x, y)),
  minimum: (x, y) => f.minimum(...fitting(x, y)),
  where: (x, y) => f.where(f.greater(...fitting(x, y)), ...fitting(f.sin(x), y)),
  max: (x, _, choice) => f.max(x, someAxes(x, choice)),
  min: (x, _, choice) => f.min(x, someAxes(x, choice)),
  sort: (x, _, choice) => (x.rank === 0 ? x : f.sort(x, { axis: choice % x.rank })),
  best: (x, _, choice) => (x.rank === 0 ? x : f.gather(x, f.reshape(f.argmax(f.reshape(f.moveAxis(x, choice % x.rank, 0), [x.shape[choice % x.rank] as number, -1]), { axis: 0 }), [-1]), { axis: choice % x.rank })),
  stopGradient: (x, y) => f.multiply(...fitting(x, f.stopGradient(bounded(y)))),
};

/** Programs whose derivative is the limit of differences everywhere. */
export const smoothPrograms = programs(smooth, 7);
/** Programs of all operations. */
export const allPrograms = programs({ ...smooth, ...kinked }, 7);
/** Programs short enough for whole Jacobians. */
export const shortPrograms = programs({ ...smooth, ...kinked }, 4);

function programs(operations: Readonly<Record<string, Operation>>, maxLength: number): fc.Arbitrary<Program> {
  const names = Object.keys(operations);
  const instruction = fc.record({
    operation: fc.nat(names.length - 1),
    operand: fc.nat(7),
    choice: fc.nat(11),
  });
  const shape = fc.constantFrom(...shapes);
  return fc
    .tuple(shape, shape, fc.array(instruction, { minLength: 1, maxLength }), fc.nat(1_000_000))
    .map(([first, second, instructions, seed]) => {
      const draw = (seed: number) => [sampleTensor(2 * seed, first), sampleTensor(2 * seed + 1, second)];
      const text = instructions.map(
        ({ operation, operand, choice }) => `${names[operation]}(%${operand}; ${choice})`,
      );
      return {
        fn: (...inputs: Tensor[]) =>
          run(instructions, inputs, (i) => operations[names[i] as string] as Operation),
        inputs: draw(seed),
        draw: (other: number) => draw(seed + other),
        toString: () => `${formatShape(first)} ${formatShape(second)}: ${text.join(', ')} (seed ${seed})`,
      };
    });
}

function run(
  instructions: readonly Instruction[],
  inputs: readonly Tensor[],
  at: (i: number) => Operation,
): Tensor {
  const values = [...inputs];
  for (const { operation, operand, choice } of instructions) {
    const [x, y] = [values.at(-1) as Tensor, values[operand % values.length] as Tensor];
    values.push(at(operation)(x, y, choice));
  }
  // An instruction that does not fit its operand only passes it on. This term makes the result depend on the
  // inputs even then.
  return f.add(values.at(-1) as Tensor, f.sin(f.mean(inputs[0] as Tensor)));
}

/** y itself if it can be broadcast against x without growing large, else its mean. */
function fitting(x: Tensor, y: Tensor): [Tensor, Tensor] {
  try {
    return sizeOf(broadcastShapes('fitting', x.shape, y.shape)) <= largest ? [x, y] : [x, f.mean(y)];
  } catch {
    return [x, f.mean(y)];
  }
}

function product(x: Tensor, y: Tensor): Tensor {
  const scale = 1 / Math.max(1, x.shape.at(-1) ?? 1);
  const [left, right] = [f.multiply(x, scale), bounded(y)];
  if (x.rank === 0 || y.rank === 0) return f.multiply(...fitting(left, right));
  if (x.shape.at(-1) === y.shape.at(y.rank === 1 ? 0 : -2) && x.rank <= 2) return f.matmul(left, right);
  return x.rank === 1 ? f.matmul(left, bounded(x)) : f.matmul(left, f.swapLastAxes(bounded(x)));
}

/** 2 + x·xᵀ, matrices far from singular. */
function positive(x: Tensor): Tensor {
  const gram = f.matmul(bounded(x), f.swapLastAxes(bounded(x)));
  return f.add(gram, f.multiply(f.eye(gram.shape.at(-1) as number, { dtype: 'float64' }), 2));
}

function someAxes(x: Tensor, choice: number): { axes: number[]; keepDims: boolean } {
  return {
    axes: x.shape.flatMap((_, axis) => ((choice >> axis) & 1 ? [axis] : [])),
    keepDims: choice % 2 === 0,
  };
}

function along(x: Tensor, choice: number, part: f.AxisSlice): Tensor {
  const axis = x.rank === 0 ? 0 : choice % x.rank;
  const usable = x.rank > 0 && (x.shape[axis] as number) > 1;
  return usable ? f.slice(x, x.shape.map((_, i) => (i === axis ? part : null))) : x; // biome-ignore format: one line
}

function factorings(size: number): readonly Shape[] {
  return [2, 3, 4].filter((n) => size % n === 0).flatMap((n) => [[n, size / n], [size / n, n]]).concat([[size]]); // biome-ignore format: one line
}

function indices(x: Tensor, choice: number): Tensor {
  const length = x.shape[choice % x.rank] as number;
  return f.tensor([0, choice % length, -1], { dtype: 'int32' });
}

/** x itself where an operation that makes it `times` as large would make it too large. */
function small(x: Tensor, times: number): Tensor | null {
  return x.size * times > largest ? x : null;
}
