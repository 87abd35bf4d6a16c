/**
 * What fluxion answers at kinks and limits, where mathematics leaves a choice, or floating point sets a trap.
 * The spec beside this file checks the library against each row. `docs/conventions.md` is written from the
 * rows.
 */
import { readFileSync } from 'node:fs';
import type { Nested, Tensor } from '../../autograd/index.ts';
import * as f from '../../autograd/index.ts';

/** A value, and the derivative with respect to x. */
export type Answer = readonly [value: number, derivative: number];

export interface Edge {
  /** A function of x, as the page shows it. */
  readonly expression: string;
  readonly fn: (x: Tensor) => Tensor;
  readonly answers: readonly (readonly [x: number, ...answer: Answer])[];
  /** Its name in `spec/golden/edges.json`, which has JAX's and PyTorch's answers. */
  readonly golden?: string;
}

export interface Section {
  readonly title: string;
  readonly why: string;
  readonly edges: readonly Edge[];
}

const { PI, LN2 } = Math;
const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

// biome-ignore format: a row a line
export const sections: readonly Section[] = [
  {
    title: 'Kinks',
    why: '`relu` and `abs` have derivative 0 at 0. If several arguments are the largest, they share the derivative equally. `clip` passes the derivative on at its borders. The root of a sum of squares has derivative 0 where the sum is 0.',
    edges: [
      { expression: 'relu(x)', golden: 'relu', fn: f.relu, answers: [[0, 0, 0], [-0, 0, 0]] },
      { expression: 'abs(x)', golden: 'abs', fn: f.abs, answers: [[0, 0, 0]] },
      { expression: 'maximum(x, 0)', golden: 'max(x,0)', fn: (x) => f.maximum(x, 0), answers: [[0, 0, 0.5]] },
      { expression: 'minimum(x, 0)', fn: (x) => f.minimum(x, 0), answers: [[0, 0, 0.5]] },
      { expression: 'max([x, 1, 1])', fn: (x) => f.max(f.stack([x, 1, 1])), answers: [[1, 1, 1 / 3]] },
      { expression: 'min([x, 1])', fn: (x) => f.min(f.stack([x, 1])), answers: [[1, 1, 0.5]] },
      { expression: 'clip(x, 0, 1)', fn: (x) => f.clip(x, 0, 1), answers: [[0, 0, 1], [1, 1, 1], [2, 1, 0]] },
      { expression: 'elu(x, 2)', fn: (x) => f.elu(x, 2), answers: [[0, 0, 2]] },
      { expression: 'norm([x, x])', golden: 'norm', fn: (x) => f.norm(f.stack([x, x])), answers: [[0, 0, 0]] },
      { expression: 'standardDeviation([x, 1])', fn: (x) => f.standardDeviation(f.stack([x, 1])), answers: [[1, 0, 0]] },
      { expression: 'sign(x)', fn: f.sign, answers: [[0, 0, 0]] },
      { expression: 'floor(x)', fn: f.floor, answers: [[1, 1, 0]] },
      { expression: 'round(x)', fn: f.round, answers: [[0.5, 0, 0], [1.5, 2, 0]] },
    ],
  },
  {
    title: 'Ends of the domain',
    why: 'Where the slope is infinite, the derivative is ∞ or −∞. Outside of its domain a function is NaN.',
    edges: [
      { expression: 'sqrt(x)', golden: 'sqrt', fn: f.sqrt, answers: [[0, 0, inf], [-1, nan, nan]] },
      { expression: 'rsqrt(x)', fn: f.rsqrt, answers: [[0, inf, -inf]] },
      { expression: 'reciprocal(x)', fn: f.reciprocal, answers: [[0, inf, -inf]] },
      { expression: 'log(x)', fn: f.log, answers: [[0, -inf, inf]] },
      { expression: 'log1p(x)', fn: f.log1p, answers: [[-1, -inf, inf]] },
      { expression: 'asin(x)', fn: f.asin, answers: [[1, PI / 2, inf]] },
      { expression: 'acos(x)', fn: f.acos, answers: [[1, 0, -inf]] },
      { expression: 'acosh(x)', fn: f.acosh, answers: [[1, 0, inf]] },
      { expression: 'atanh(x)', fn: f.atanh, answers: [[1, inf, inf]] },
      { expression: 'atan2(x, 0)', fn: (x) => f.atan2(x, 0), answers: [[0, 0, nan]] },
      { expression: 'where(x > 0, sqrt(where(x > 0, x, 1)), 0)', fn: doubleWhere, answers: [[0, 0, 0], [-1, 0, 0], [4, 2, 0.25]] },
    ],
  },
  {
    title: 'Powers and products',
    why: 'x^y has derivative 0 with respect to x where x = 0 and y = 0, and 0 with respect to y where x = 0 and y ≥ 0. The derivative of a product divides by no factor, so factors may be 0.',
    edges: [
      { expression: 'power(x, 2)', golden: 'x^2', fn: (x) => f.power(x, 2), answers: [[0, 0, 0]] },
      { expression: 'power(x, 0)', golden: 'x^0', fn: (x) => f.power(x, 0), answers: [[0, 1, 0]] },
      { expression: 'power(x, 0.5)', fn: (x) => f.power(x, 0.5), answers: [[0, 0, inf]] },
      { expression: 'power(x, -1)', fn: (x) => f.power(x, -1), answers: [[0, inf, -inf]] },
      { expression: 'power(2, x)', golden: '2^x', fn: (x) => f.power(2, x), answers: [[0, 1, LN2]] },
      { expression: 'power(0, x)', golden: '0^x', fn: (x) => f.power(0, x), answers: [[2, 0, 0], [0, 1, 0], [-1, inf, -inf]] },
      { expression: 'power(1, x)', fn: (x) => f.power(1, x), answers: [[inf, 1, 0], [nan, 1, 0]] },
      { expression: 'power(-2, x)', fn: (x) => f.power(-2, x), answers: [[2, 4, nan]] },
      { expression: 'product([x, 0, 3])', golden: 'prod(x,0,3)', fn: (x) => f.product(f.stack([x, 0, 3])), answers: [[2, 0, 0]] },
      { expression: 'product([x, 2, 3])', fn: (x) => f.product(f.stack([x, 2, 3])), answers: [[0, 0, 6]] },
    ],
  },
  {
    title: 'Saturation',
    why: 'These functions take exponentials only of numbers that cannot overflow.',
    edges: [
      { expression: 'sigmoid(x)', golden: 'sigmoid', fn: f.sigmoid, answers: [[800, 1, 0], [-800, 0, 0], [inf, 1, 0], [-inf, 0, 0]] },
      { expression: 'softplus(x)', golden: 'softplus', fn: f.softplus, answers: [[800, 800, 1], [-800, 0, 0], [inf, inf, 1], [-inf, 0, 0]] },
      { expression: 'logSigmoid(x)', fn: f.logSigmoid, answers: [[800, 0, 0], [-800, -800, 1]] },
      { expression: 'silu(x)', golden: 'silu', fn: f.silu, answers: [[0, 0, 0.5], [800, 800, 1], [-800, 0, 0]] },
      { expression: 'tanh(x)', golden: 'tanh', fn: f.tanh, answers: [[50, 1, 0], [-50, -1, 0]] },
      { expression: 'elu(x)', fn: f.elu, answers: [[800, 800, 1], [-800, -1, 0]] },
      { expression: 'erf(x)', fn: f.erf, answers: [[30, 1, 0]] },
    ],
  },
  {
    title: 'Log-sum-exp and softmax',
    why: 'Both subtract the largest entry first. If the largest entry is infinite, it is the result of `logSumExp`, and in `softmax` the entries equal to it share the sum 1. The derivative is then 0.',
    edges: [
      { expression: 'logSumExp([x, x])', golden: 'logsumexp(x,x)', fn: (x) => f.logSumExp(f.stack([x, x])), answers: [[1000, 1000 + LN2, 1], [-1000, -1000 + LN2, 1], [inf, inf, 0], [-inf, -inf, 0]] },
      { expression: 'logSumExp([−∞, x])', golden: 'logsumexp(-inf,x)', fn: (x) => f.logSumExp(f.stack([-inf, x])), answers: [[1, 1, 1], [-inf, -inf, 0]] },
      { expression: 'logSumExp([∞, x])', fn: (x) => f.logSumExp(f.stack([inf, x])), answers: [[1, inf, 0]] },
      { expression: 'logAddExp(x, −∞)', golden: 'logaddexp', fn: (x) => f.logAddExp(x, -inf), answers: [[1, 1, 1], [-inf, -inf, 0.5]] },
      { expression: 'logAddExp(x, ∞)', fn: (x) => f.logAddExp(x, inf), answers: [[1, inf, 0], [inf, inf, 0.5]] },
      { expression: 'softmax([x, 0])[0]', fn: (x) => f.softmax(f.stack([x, 0])).slice([0]), answers: [[800, 1, 0], [-800, 0, 0], [inf, 1, 0], [-inf, 0, 0]] },
      { expression: 'softmax([x, −∞])[0]', fn: (x) => f.softmax(f.stack([x, -inf])).slice([0]), answers: [[0, 1, 0], [-inf, 0.5, 0]] },
    ],
  },
  {
    title: 'Equal eigenvalues, equal singular values, and ranks',
    why: 'What is symmetric in eigenvalues or singular values has its first derivative where some of them are equal. The second derivative there, and any derivative of their vectors, is NaN or ±∞. The derivative of `pinv` is that of matrices of the same rank.',
    edges: [
      { expression: 'sum(eigh(diag(x, 1)).values³)', fn: (x) => f.sum(f.power(f.eigh(besideOne(x)).values, 3)), answers: [[1, 2, 3]] },
      { expression: 'sum(svd(diag(x, 1)).s)', fn: (x) => f.sum(f.svd(besideOne(x)).s), answers: [[1, 2, 1], [-1, 2, -1]] },
      { expression: 'sum(pinv(diag(x, 1)))', fn: (x) => f.sum(f.pinv(besideOne(x))), answers: [[2, 1.5, -0.25], [0, 1, 0]] },
    ],
  },
  {
    title: 'NaN',
    why: 'The value of a function at NaN is NaN. A function that chooses between its arguments may have derivative 0 at NaN.',
    edges: [
      { expression: 'maximum(x, 0)', fn: (x) => f.maximum(x, 0), answers: [[nan, nan, 0]] },
      { expression: 'max([x, NaN])', fn: (x) => f.max(f.stack([x, nan])), answers: [[1, nan, nan]] },
      { expression: 'logSumExp([x, NaN])', fn: (x) => f.logSumExp(f.stack([x, nan])), answers: [[1, nan, nan]] },
      { expression: 'relu(x)', fn: f.relu, answers: [[nan, nan, 0]] },
    ],
  },
];

export interface Value {
  readonly expression: string;
  readonly run: () => Tensor;
  readonly value: Nested;
}

const float64 = { dtype: 'float64' } as const;

// biome-ignore format: a row a line
export const values: readonly Value[] = [
  { expression: 'sum([])', run: () => f.sum(f.zeros([0])), value: 0 },
  { expression: 'product([])', run: () => f.product(f.zeros([0])), value: 1 },
  { expression: 'mean([])', run: () => f.mean(f.zeros([0])), value: nan },
  { expression: 'argmax([1, NaN, 2])', run: () => f.argmax(f.tensor([1, nan, 2])), value: 1 },
  { expression: 'argmax([2, 3, 3])', run: () => f.argmax(f.tensor([2, 3, 3])), value: 1 },
  { expression: 'sort([NaN, 2, 1])', run: () => f.sort(f.tensor([nan, 2, 1])), value: [1, 2, nan] },
  { expression: 'equal(NaN, NaN)', run: () => f.equal(nan, nan), value: false },
  { expression: 'round([0.5, 1.5, −0.5])', run: () => f.round(f.tensor([0.5, 1.5, -0.5])), value: [0, 2, -0] },
  { expression: "cast([1.9, −1.9], 'int32')", run: () => f.cast(f.tensor([1.9, -1.9]), 'int32'), value: [1, -1] },
  { expression: 'atan2(−0, −1)', run: () => f.atan2(f.tensor(-0, float64), -1), value: -PI },
];

export interface GoldenEdge {
  readonly x: number;
  readonly jax: readonly (number | string)[];
  readonly torch: readonly (number | string)[];
}

/** What JAX and PyTorch answer, where that is on record. */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/edges.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly GoldenEdge[]>>;

function besideOne(x: Tensor): Tensor {
  return f.diagonalMatrix(f.stack([x, 1]));
}

function doubleWhere(x: Tensor): Tensor {
  const positive = f.greater(x, 0);
  return f.where(positive, f.sqrt(f.where(positive, x, 1)), 0);
}
