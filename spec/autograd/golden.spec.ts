/** Values and derivatives against JAX's, from `spec/golden/`. */
import { readFileSync } from 'node:fs';
import type { Nested, Tensor } from '../../autograd/index.ts';
import * as f from '../../autograd/index.ts';
import { expectClose, float64 } from './numbers.ts';

interface UnaryCase {
  readonly x: number[];
  readonly y: number[];
  readonly d1: number[];
  readonly d2: number[];
}

interface OperationCase {
  readonly inputs: Nested[];
  readonly output: Nested;
  readonly cotangent: Nested;
  readonly grads: Nested[];
  readonly tangents: Nested[];
  readonly tangentOut: Nested;
}

const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp: f.exp,
  log: f.log,
  sin: f.sin,
  cos: f.cos,
  tan: f.tan,
  tanh: f.tanh,
  sigmoid: f.sigmoid,
  silu: f.silu,
  relu: f.relu,
  gelu_tanh: (x) => f.gelu(x, { approximate: true }),
  gelu_erf: f.gelu,
  softplus: f.softplus,
  sqrt: f.sqrt,
  rsqrt: f.rsqrt,
  square: f.square,
  reciprocal: f.reciprocal,
  abs: f.abs,
  sinh: f.sinh,
  cosh: f.cosh,
  asinh: f.asinh,
  atanh: f.atanh,
  asin: f.asin,
  acos: f.acos,
  atan: f.atan,
  expm1: f.expm1,
  log1p: f.log1p,
  erf: f.erf,
  elu: f.elu,
  selu: f.selu,
  logsigmoid: f.logSigmoid,
  sign: f.sign,
};

const operations: Readonly<Record<string, (...inputs: [Tensor, Tensor, Tensor]) => Tensor>> = {
  matmul: (a, b) => f.matmul(a, b),
  matmul_batched: (a, b) => f.matmul(a, b),
  matmul_broadcast: (a, b) => f.matmul(a, b),
  matvec: (a, b) => f.matmul(a, b),
  dot: (a, b) => f.matmul(a, b),
  logsumexp_axis1: (x) => f.logSumExp(x, { axes: 1 }),
  softmax_last: (x) => f.softmax(x),
  log_softmax_last: (x) => f.logSoftmax(x),
  var_axis0: (x) => f.variance(x, { axes: 0 }),
  mean_keepdims: (x) => f.mean(x, { axes: 1, keepDims: true }),
  max_axis: (x) => f.max(x, { axes: 1 }),
  prod_axis: (x) => f.product(x, { axes: 1 }),
  cumsum: (x) => f.cumulativeSum(x, { axis: 1 }),
  concatenate: (a, b) => f.concatenate([a, b], 1),
  stack: (a, b) => f.stack([a, b], 1),
  slice: (x) => f.slice(x, [[1, 4, 2], [undefined, undefined, -1]]), // biome-ignore format: as in Python
  gather: (x) => f.gather(x, f.tensor([2, 0, 2], { dtype: 'int32' })),
  where: (a, b) => f.where(f.tensor([[true, false, true]], { dtype: 'bool' }), a, b),
  transpose: (x) => f.transpose(x, [2, 0, 1]),
  pow: (a, b) => f.power(f.add(f.abs(a), 0.1), b),
  solve: (a, b) => f.solve(a, b),
  inv: (a) => f.inverse(a),
  slogdet: (a) => f.logAbsDeterminant(a).logarithm,
  det: (a) => f.determinant(a),
  cholesky: (a) => f.cholesky(a),
  layernorm: (x) => f.layerNorm(x),
  attention: (q, k, v) => f.attention(q, k, v),
  conv2d: (x, kernel) => f.convolution(x, kernel, { padding: 'same' }),
};

describe('golden values of JAX', () => {
  describe('functions of one number: value, first and second derivative', () => {
    const golden = read<UnaryCase>('unary');

    for (const [name, { x, y, d1, d2 }] of Object.entries(golden)) {
      it(name, () => {
        const fn = unary[name] as (x: Tensor) => Tensor;
        const slope = f.grad((a: Tensor) => f.sum(fn(a)));
        expectClose(fn(float64(x)), float64(y), 1e-14, 'value');
        expectClose(slope(float64(x)), float64(d1), 1e-13, 'first derivative');
        expectClose(f.jvp(slope, [float64(x)], [1])[1], float64(d2), 1e-12, 'second derivative');
      });
    }
  });

  describe('operations: value, pullback and tangent', () => {
    const golden = read<OperationCase>('operations');

    for (const [name, { inputs, output, cotangent, grads, tangents, tangentOut }] of Object.entries(golden)) {
      it(name, () => {
        const fn = operations[name] as (...inputs: Tensor[]) => Tensor;
        const x = inputs.map(float64);
        const [y, pullback] = f.vjp(fn, x);
        expectClose(y, float64(output), 1e-13, 'value');
        expectClose(pullback(float64(cotangent)), grads.map(float64), 1e-12, 'pullback');
        const [, tangent] = f.jvp(fn, x, tangents.map(float64));
        expectClose(tangent, float64(tangentOut), 1e-12, 'tangent');
      });
    }
  });
});

function read<Case>(name: string): Readonly<Record<string, Case>> {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}
