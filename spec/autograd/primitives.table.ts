/** The rows of the harness: for each primitive, programs that use it, on the shapes where rules go wrong. */

import type { DType, PrimitiveName, Shape, Tensor, TensorLike } from '../../autograd/index.ts';
import * as f from '../../autograd/index.ts';
import { cofactors } from '../../autograd/operations/determinant.ts';
import { windows } from '../../autograd/operations/windows.ts';
import { formatShape, sameShape } from '../../lib/index.ts';
import type { Input, Row } from './harness.ts';

type Domain = readonly [low: number, high: number];
type Options = Pick<Row, 'step' | 'result' | 'flat'>;

const oneShape: readonly Shape[] = [[], [3], [3, 4], [2, 1, 4], [0], [0, 3]];
// biome-ignore format: a pair a line
const twoShapes: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[3], [3]],
  [[3, 4], [3, 4]],
  [[3, 1], [1, 4]],
  [[2, 3, 4], [2, 1, 4]],
  [[3], []],
  [[2, 3], [3]],
  [[0, 3], [1, 3]],
];

// biome-ignore format: a row a line
export const table: { readonly [K in PrimitiveName]: readonly Row[] } = {
  // Functions of one number.
  negate: unary(f.negate),
  square: unary(f.square),
  sqrt: unary(f.sqrt, [0.2, 3]),
  rsqrt: unary(f.rsqrt, [0.4, 3]),
  reciprocal: unary(f.reciprocal, [0.5, 3]),
  abs: unary(f.abs),
  exp: [...unary(f.exp), ...row('softmax', [[2, 3]], (x) => f.softmax(x)), ...row('softmax', [[2, 0]], (x) => f.softmax(x))],
  log: [...unary(f.log, [0.3, 3]), ...row('logSoftmax', [[2, 3]], (x) => f.logSoftmax(x)), ...row('logSoftmax', [[2, 0]], (x) => f.logSoftmax(x))],
  expm1: unary(f.expm1),
  log1p: unary(f.log1p, [-0.6, 2]),
  sigmoid: unary(f.sigmoid, [-4, 4]),
  silu: unary(f.silu, [-4, 4]),
  siluSlope: unary(f.siluSlope, [-4, 4]),
  gelu: unary(f.gelu, [-4, 4]),
  geluSlope: unary(f.geluSlope, [-4, 4]),
  relu: unary(f.relu),
  softplus: [
    ...unary(f.softplus, [-4, 4]),
    ...binary(f.logAddExp),
    ...row('logAddExp of equals', [[3]], (x) => f.logAddExp(x, f.multiply(x, 1))),
    ...row('logAddExp of numbers far apart', [[3]], (x) => f.logAddExp(x, -1e9)),
  ],
  erf: unary(f.erf),
  erfc: unary(f.erfc),
  normalQuantile: unary(f.normalQuantile, [-0.9, 0.9]),
  sin: unary(f.sin),
  cos: unary(f.cos),
  tan: unary(f.tan, [-1, 1]),
  asin: unary(f.asin, [-0.8, 0.8]),
  acos: unary(f.acos, [-0.8, 0.8]),
  atan: [...unary(f.atan), ...unary(f.atan, [-9, -3])],
  sinh: unary(f.sinh),
  cosh: unary(f.cosh),
  tanh: unary(f.tanh),
  asinh: [...unary(f.asinh), ...unary(f.asinh, [20, 60])],
  acosh: unary(f.acosh, [1.5, 3]),
  atanh: unary(f.atanh, [-0.7, 0.7]),
  sign: unary(f.sign, [-2, 2], { flat: true }),
  ceil: unary(f.ceil, [-2, 2], { flat: true }),
  floor: unary(f.floor, [-2, 2], { flat: true }),
  round: unary(f.round, [-2, 2], { flat: true }),
  stopGradient: [
    ...unary(f.stopGradient, [-2, 2], { flat: true }),
    ...row('beside x', [[3, 4]], (x) => f.where(f.greater(x, 0), f.stopGradient(x), 1), { flat: true }),
  ],

  // Functions of two numbers, broadcast.
  add: binary(f.add),
  subtract: binary(f.subtract),
  multiply: [
    ...binary(f.multiply),
    ...row('x·x', [[3]], (x) => f.multiply(x, x)),
    ...row('product', [[3, 5]], (x) => f.product(x, { axes: 1 })),
    ...row('product with a zero', [[3]], (x) => f.product(f.stack([x.slice([0]), 0, x.slice([1]), 1e30, 1e-30]))),
  ],
  divide: [...binary(f.divide, [-2, 2], [0.5, 2]), ...row('x/x²', [pos([3])], (x) => f.divide(x, f.multiply(x, x)))],
  atan2: [...binary(f.atan2, [-2, 2], [0.5, 2]), ...row('left half', [[4]], (x) => f.atan2(x, f.subtract(-0.5, f.square(x))))],
  power: [
    ...binary(f.power, [0.3, 2], [-2, 2]),
    ...row('cube', [[3, 4]], (x) => f.power(x, 3)),
    ...row('2ˣ', [[3]], (x) => f.power(2, x)),
    ...row('xˣ', [pos([3])], (x) => f.power(x, x)),
  ],
  maximum: [
    ...binary(f.maximum),
    ...row('clip', [[3, 4]], (x) => f.clip(x, -1, 1)),
    ...row('clip to crossed bounds', [[3], [3]], (x, y) => f.clip(x, 3, f.multiply(y, 0.5))),
  ],
  minimum: binary(f.minimum),
  where: [
    ...row('', [mask([3, 4]), [3, 4], [3, 4]], f.where as Row['fn']),
    ...row('', [mask([3, 1]), [1, 4], []], f.where as Row['fn']),
    ...row('of integers', [mask([3]), indices([3], 9), [3]], (m, i, x) => f.multiply(x, f.cast(f.where(m, i, 7), x.dtype))),
    ...row('', [mask([]), [2, 3], [3]], f.where as Row['fn']),
    ...row('', [mask([0, 3]), [3], [1, 3]], f.where as Row['fn']),
  ],

  // Masks.
  less: comparison(f.less),
  lessEqual: comparison(f.lessEqual),
  greater: comparison(f.greater),
  greaterEqual: comparison(f.greaterEqual),
  equal: comparison(f.equal),
  notEqual: comparison(f.notEqual),
  logicalAnd: logic(f.logicalAnd),
  logicalOr: logic(f.logicalOr),
  logicalNot: [[], [3, 4], [0]].flatMap((shape) => row('', [mask(shape), [1]], masked((a) => f.logicalNot(a)))),

  // Linear operations: values moved, repeated and summed.
  broadcastTo: [
    ...row('', [[]], (x) => f.broadcastTo(x, [2, 3])),
    ...row('', [[3]], (x) => f.broadcastTo(x, [2, 3])),
    ...row('', [[3, 1]], (x) => f.broadcastTo(x, [2, 3, 4])),
    ...row('', [[1, 3]], (x) => f.broadcastTo(x, [0, 3])),
  ],
  sumTo: [
    ...row('', [[2, 3]], (x) => f.sumTo(x, [])),
    ...row('', [[2, 3]], (x) => f.sumTo(x, [3])),
    ...row('', [[2, 3, 4]], (x) => f.sumTo(x, [3, 1])),
    ...row('', [[2, 3, 4]], (x) => f.sum(x, { axes: [0, -1] })),
    ...row('', [[0, 3]], (x) => f.sumTo(x, [3])),
    ...row('', [[2, 0]], (x) => f.sum(x, { axes: 0 })),
  ],
  cast: [[], [3], [3, 4], [0]].flatMap((shape) => [
    ...row('to float32', [shape], (x) => f.cast(x, 'float32'), { step: 0.5 }),
    ...row('to float32 and back', [shape], (x) => f.cast(f.cast(x, 'float32'), 'float64'), { step: 0.5, result: 'float64' }),
  ]),
  reshape: [
    ...row('', [[]], (x) => f.reshape(x, [1, 1])),
    ...row('', [[3, 4]], (x) => f.reshape(x, [2, 6])),
    ...row('', [[2, 3, 4]], (x) => f.reshape(f.transpose(x, [1, 0, 2]), [6, -1])),
    ...row('', [[0, 3]], (x) => f.reshape(x, [3, 0, 2])),
  ],
  transpose: [
    ...row('', [[3, 4]], (x) => f.transpose(x)),
    ...row('', [[2, 3, 4]], (x) => f.transpose(x, [2, 0, 1])),
    ...row('', [[2, 3, 4]], (x) => f.transpose(x, [0, -1, 1])),
    ...row('', [[0, 3]], (x) => f.transpose(x)),
  ],
  slice: [
    ...row('1:4:2', [[5]], (x) => f.slice(x, [[1, 4, 2]])),
    ...row('1:4:2, ::-1', [[5, 3]], (x) => f.slice(x, [[1, 4, 2], [undefined, undefined, -1]])),
    ...row('2, :, -3:', [[3, 2, 4]], (x) => f.slice(x, [2, null, [-3]])),
    ...row('-2::-2', [[6]], (x) => f.slice(x, [[-2, undefined, -2]])),
    ...row('nothing', [[3, 4]], (x) => f.slice(x, [[2, 2]])),
  ],
  embed: [
    ...row('', [[2]], (x) => f.embed(x, [6], [1], [3])),
    ...row('', [[2, 3]], (x) => f.embed(x, [4, 7], [3, 1], [-2, 2])),
    ...row('', [[0, 3]], (x) => f.embed(x, [2, 3], [0, 0], [1, 1])),
    // Several parts are the cotangent of a tensor of which several slices were taken.
    ...row('parts that overlap', [[3], [3]], (...parts) => {
      const slices = (x: Tensor) => [f.slice(x, [[0, 3]]), f.slice(x, [[4, 1, -1]])];
      return f.vjp(slices, [f.zeros([5], { dtype: parts[0]?.dtype ?? 'float64' })])[1](parts)[0];
    }),
    ...row('a part that stays', [[3]], (x) => {
      const slices = (y: Tensor) => [f.slice(y, [[0, 3]]), f.slice(y, [[3, 5]])];
      const like = { dtype: x.dtype };
      return f.vjp(slices, [f.zeros([5], like)])[1]([x, f.ones([2], like)])[0];
    }),
    ...row('parts side by side', [[2, 2], [1, 2]], (...parts) => {
      const slices = (x: Tensor) => [f.slice(x, [[0, 2]]), f.slice(x, [[3, 4]])];
      return f.vjp(slices, [f.zeros([5, 2], { dtype: parts[0]?.dtype ?? 'float64' })])[1](parts)[0];
    }),
  ],
  windows: [
    ...row('', [[2, 5, 2]], (x) => windows(x, [3], [1])),
    ...row('', [[1, 4, 5, 2]], (x) => windows(x, [2, 3], [2, 1])),
    ...row('', [[0, 4, 2]], (x) => windows(x, [2], [1])),
    ...row('', [[1, 4, 0]], (x) => windows(x, [2], [1])),
    ...row('convolution to no features', [[1, 4, 1], [2, 1, 0]], (x, k) => f.convolution(x, k)),
    ...row('convolution of no channels', [[1, 4, 0], [2, 0, 3]], (x, k) => f.convolution(x, k)),
  ],
  sumWindows: [
    ...row('', [[2, 3, 3, 2]], (w) => f.vjp((x: Tensor) => windows(x, [3], [1]), [f.zeros([2, 5, 2], { dtype: w.dtype })])[1](w)[0]),
    ...row('', [[1, 2, 3, 2, 3, 2]], (w) => f.vjp((x: Tensor) => windows(x, [2, 3], [2, 1]), [f.zeros([1, 4, 5, 2], { dtype: w.dtype })])[1](w)[0]),
  ],
  concatenate: [
    ...row('', [[2, 3], [1, 3]], (x, y) => f.concatenate([x, y])),
    ...row('', [[2, 3], [2, 0], [2, 1]], (x, y, z) => f.concatenate([x, y, z], -1)),
    ...row('twice the same', [[2, 3]], (x) => f.concatenate([x, x], 1)),
    ...row('stacked scalars', [[], []], (x, y) => f.stack([x, y])),
    ...row('stacked', [[2, 3], [2, 3]], (x, y) => f.stack([x, y], 1)),
  ],
  gather: [
    ...row('', [[4, 3], indices([5], 4)], (x, i) => f.gather(x, i)),
    ...row('', [[4], indices([], 4)], (x, i) => f.gather(x, i)),
    ...row('', [[2, 4, 3], indices([2, 3], 4)], (x, i) => f.gather(x, i, { axis: 1 })),
    ...row('from the end', [[2, 3], indices([4], 0, -3)], (x, i) => f.gather(x, i, { axis: -1 })),
    ...row('', [[4, 3], indices([0], 4)], (x, i) => f.gather(x, i)),
  ],
  scatterAdd: [
    ...row('', [[5, 3], indices([5], 4)], (u, i) => f.scatterAdd(u, i, 4)),
    ...row('', [[], indices([], 3)], (u, i) => f.scatterAdd(u, i, 3)),
    ...row('', [[2, 3, 2], indices([2, 3], 4, -4)], (u, i) => f.scatterAdd(u, i, 4)),
    ...row('', [[0, 3], indices([0], 4)], (u, i) => f.scatterAdd(u, i, 2)),
  ],
  cumulativeSum: [
    ...row('', [[4]], (x) => f.cumulativeSum(x)),
    ...row('', [[3, 4]], (x) => f.cumulativeSum(x, { axis: 0 })),
    ...row('', [[2, 3, 4]], (x) => f.cumulativeSum(x, { axis: 1 })),
    ...row('', [[0, 3]], (x) => f.cumulativeSum(x, { axis: 0 })),
  ],
  matmul: [
    ...row('', [[2, 3], [3, 4]], f.matmul),
    ...row('', [[5, 2, 3], [5, 3, 2]], f.matmul),
    ...row('', [[4, 1, 2, 3], [5, 3, 2]], f.matmul),
    ...row('', [[2, 3], [5, 3, 2]], f.matmul),
    ...row('', [[5, 2, 3], [3, 2]], f.matmul),
    ...row('', [[3], [3, 4]], f.matmul),
    ...row('', [[2, 3], [3]], f.matmul),
    ...row('', [[3], [3]], f.matmul),
    ...row('x xᵀ', [[2, 3]], (x) => f.matmul(x, f.transpose(x))),
    ...row('', [[2, 0], [0, 3]], f.matmul),
    ...row('', [[0, 2], [2, 3]], f.matmul),
  ],

  // Linear systems, with matrices that a multiple of the identity keeps away from singular ones.
  solve: [
    ...row('', [square([3, 3]), [3, 2]], (a, b) => f.solve(shifted(a), b)),
    ...row('', [square([3, 3]), [3]], (a, b) => f.solve(shifted(a), b)),
    ...row('', [square([2, 1, 3, 3]), [4, 3, 1]], (a, b) => f.solve(shifted(a), b)),
    ...row('inverse', [square([2, 4, 4])], (a) => f.inverse(shifted(a))),
    ...row('', [square([0, 2, 2]), [2, 1]], (a, b) => f.solve(shifted(a), b)),
  ],
  luFactor: [
    ...row('logarithm of a determinant', [square([4, 4])], (a) => f.logAbsDeterminant(shifted(a)).logarithm),
  ],
  determinant: [
    ...row('', [square([4, 4])], (a) => f.determinant(a)),
    ...row('', [square([2, 5, 5])], (a) => f.determinant(shifted(a))),
  ],
  cofactors: [
    ...row('', [square([1, 1])], (a) => cofactors(a), { flat: true }),
    ...row('', [square([2, 3, 3])], (a) => cofactors(a)),
    ...row('many rows', [square([17, 17])], (a) => cofactors(a.multiply(0.1).add(f.eye(17)))),
  ],
  logAbsDeterminant: [
    ...row('', [square([3, 3])], (a) => f.logAbsDeterminant(shifted(a)).logarithm),
    ...row('', [square([2, 4, 4])], (a) => f.logAbsDeterminant(shifted(a, -3)).logarithm),
    ...row('sign', [square([2, 3, 3])], (a) => f.logAbsDeterminant(shifted(a, -3)).sign, { flat: true }),
  ],
  triangularSolve: [
    ...row('', [square([3, 3]), [3, 2]], (a, b) => f.triangularSolve(shifted(a), b)),
    ...row('upper', [square([3, 3]), [3]], (a, b) => f.triangularSolve(shifted(a), b, { lower: false })),
    ...row('transposed', [square([2, 3, 3]), [3, 1]], (a, b) => f.triangularSolve(shifted(a), b, { transposed: true })),
    ...row('upper transposed', [square([3, 3]), [4, 3, 2]], (a, b) => f.triangularSolve(shifted(a), b, { lower: false, transposed: true })),
  ],
  cholesky: [
    ...row('', [square([1, 1])], (a) => f.cholesky(shifted(a))),
    ...row('', [square([3, 3])], (a) => f.cholesky(shifted(a))),
    ...row('', [square([2, 4, 4])], (a) => f.cholesky(shifted(a))),
  ],
  qr: [
    ...row('', [square([3, 3])], (a) => ofParts(f.qr(shifted(a)))),
    ...row('tall', [square([2, 4, 2])], (a) => ofParts(f.qr(a))),
    ...row('wide', [square([2, 3])], (a) => ofParts(f.qr(f.add(f.tensor([[3, 0, 1], [0, 2, 1]], { dtype: a.dtype }), a)))),
    ...row('q alone', [square([3, 2])], (a) => f.qr(a).q),
    ...row('r alone', [square([3, 2])], (a) => f.qr(a).r),
  ],
  eigh: [
    ...row('', [square([1, 1])], (a) => ofParts(f.eigh(a))),
    ...row('', [square([2, 4, 4])], (a) => ofParts(f.eigh(spread(a)))),
    ...row('values', [square([3, 3])], (a) => f.eigh(spread(a)).values),
    ...row('vectors', [square([3, 3])], (a) => f.eigh(spread(a)).vectors),
  ],
  svd: [
    ...row('', [square([3, 3])], (a) => ofParts(f.svd(spread(a)))),
    ...row('tall', [square([2, 3, 2])], (a) => ofParts(f.svd(f.add(f.tensor([[3, 0], [0, 1.5], [0, 0]], { dtype: a.dtype }), f.multiply(a, 0.3))))),
    ...row('wide', [square([2, 3])], (a) => ofParts(f.svd(f.add(f.tensor([[3, 0, 0], [0, 1.5, 0]], { dtype: a.dtype }), f.multiply(a, 0.3))))),
    ...row('values', [square([3, 3])], (a) => f.svd(spread(a)).s),
    ...row('left', [square([3, 3])], (a) => f.svd(spread(a)).u),
    ...row('right', [square([3, 3])], (a) => f.svd(spread(a)).v),
  ],
  pinv: [
    ...row('', [square([3, 3])], (a) => f.pinv(shifted(a))),
    ...row('tall', [square([2, 3, 2])], (a) => f.pinv(f.add(f.tensor([[3, 0], [0, 2], [0, 0]], { dtype: a.dtype }), a))),
    ...row('leastSquares', [square([2, 3]), [2]], (a, b) => f.leastSquares(f.add(f.tensor([[3, 0, 0], [0, 2, 0]], { dtype: a.dtype }), a), b)),
  ],
  matrixExponential: [
    ...row('', [square([1, 1])], (a) => f.matrixExponential(a)),
    ...row('', [square([2, 3, 3])], (a) => f.matrixExponential(a)),
    ...row('squared', [square([2, 2])], (a) => f.matrixExponential(f.multiply(f.subtract(a, f.swapLastAxes(a)), 7))),
  ],

  // The largest, and where it is.
  max: [
    ...row('', [[4]], (x) => f.max(x)),
    ...row('', [[3, 4]], (x) => f.max(x, { axes: 0 })),
    ...row('', [[2, 3, 4]], (x) => f.max(x, { axes: [0, 2] })),
    ...row('', [[3, 4]], (x) => f.max(x, { axes: -1, keepDims: true })),
    ...row('', [[0, 3]], (x) => f.max(x, { axes: 1 })),
    ...row('min', [[3, 4]], (x) => f.min(x, { axes: 1 })),
  ],
  argmax: positions(f.argmax),
  argmin: positions(f.argmin),
  argsort: positions(f.argsort),

  // Random draws.
  randomBits: draws((key, shape) => f.random.bits(key, shape), 2 ** -32),
  randomUniform: draws((key, shape) => f.random.uniform(key, shape, { dtype: 'float64', low: -1 })),
  randomIntegers: draws((key, shape) => f.random.randint(key, shape, -5, 5)),
  randomPermutation: row('', [[4], key()], (x, k) => f.gather(x, f.random.permutation(k, 4))),
  randomSplit: draws((key, shape) => f.vmap((k: Tensor) => f.random.bits(k, shape))(f.random.keys(key, 2)).slice([1]), 2 ** -32),
  randomFoldIn: [
    ...draws((key, shape) => f.random.bits(f.random.split(key, 3)[1] as Tensor, shape), 2 ** -32),
    ...draws((key, shape) => f.random.bits(f.random.foldIn(key, 7), shape), 2 ** -32),
    ...row('a tensor', [[3], key(), indices([], 9)], (x, k, i) => drawn(x, f.random.bits(f.random.foldIn(k, i), [3]), 2 ** -32)),
  ],

  // A whole program as one primitive.
  checkpoint: [
    ...row('', [[3], [3]], f.checkpoint((x: Tensor, y: Tensor) => f.sin(f.multiply(f.exp(x), y)))),
    ...row('', [[2, 3], [3, 2]], (x, y) => f.checkpoint((a: Tensor) => f.tanh(f.matmul(a, y)))(x)),
    ...row('unused input', [[2], [3]], (x, y) => f.checkpoint((a: Tensor, _: Tensor) => f.multiply(a, a))(x, y)),
  ],

  // A loop as one primitive.
  scan: [
    ...row('ys', [[], [4]], (c, x) => f.scan((a: Tensor, b: Tensor) => [f.sin(f.add(a, b)), f.multiply(a, b)], c, x)[1]),
    ...row('the last carry', [[], [4]], (c, x) => f.scan((a: Tensor, b: Tensor) => [f.sin(f.add(a, b)), b], c, x)[0]),
    ...row('with weights', [[2], [3, 2], [2, 2]], (c, x, w) => {
      const [last, ys] = f.scan((a: Tensor, b: Tensor) => [f.tanh(f.add(f.matmul(a, w), b)), f.multiply(a, b)], c, x);
      return f.add(f.sum(ys, { axes: 0 }), last);
    }),
    ...row('backwards', [[2], [3, 2]], (c, x) => f.scan((a: Tensor, b: Tensor) => [f.sin(f.add(a, b)), f.multiply(a, b)], c, x, { reverse: true })[1]),
    ...row('carries that depend on one another', [[], [3], []], (c, x, w) => f.scan(
      ([a, b, n]: readonly Tensor[], e: Tensor) => [[f.multiply(b!, e), f.sin(f.add(a!, n!)), f.add(n!, w)], f.multiply(a!, b!)], [c, f.onesLike(c), f.zerosLike(c)], x,
    )[1]),
    ...row('a counter and a mask', [[], [4]], (c, x) => {
      const step = ([a, n]: readonly Tensor[], b: Tensor) => [[f.sin(f.add(f.multiply(a!, b), n!)), f.add(n!, 1)], [f.greater(b, 0), f.multiply(a!, b)]] as const;
      const [[last, n], [mask, y]] = f.scan(step, [c, f.zerosLike(c)], x);
      return f.add(f.multiply(last!, n!), f.where(mask, y, f.multiply(y, 2)));
    }),
    ...row('a carry without a derivative', [[4, 2], indices([], 1)], (x, i) => f.scan((a: Tensor, b: Tensor) => [f.argmax(f.multiply(b, f.cast(f.add(f.cast(a, 'float64'), 1), b.dtype))), f.gather(f.sin(b), a)], i, x)[1]),
    ...row('a key', [[3], key()], (x, k) => f.scan((a: Tensor, b: Tensor) => [f.random.foldIn(a, 1), drawn(b, f.random.uniform(a, [], { dtype: 'float64' }), 1)], k, x)[1]),
    ...row('without a carry', [[3, 2]], (x) => f.scan((_: readonly [], b: Tensor) => [[] as const, f.exp(b)], [], x)[1]),
    // √ of 0 has no slope: c is 0 and has no tangent at first, and the last carry is √0 and has no cotangent.
    ...row('a tangent from the second step on', [[4]], (x) => f.scan((c: Tensor, e: Tensor) => [f.add(f.sqrt(c), f.exp(e)), c], f.zerosLike(f.sum(x)), x)[1]),
    ...row('a cotangent up to the last step but one', [[4]], (x) => f.scan(
      ([c, n]: readonly Tensor[], e: Tensor) => [[f.sqrt(f.multiply(f.exp(e), n!)), f.subtract(n!, 1)], c!], [f.onesLike(f.sum(x)), f.add(f.onesLike(f.sum(x)), 2)], x,
    )[1]),
    ...row('carries that take turns', [[]], (c) => f.scan(
      ([a, b]: readonly Tensor[], e: Tensor) => [[f.exp(b!), f.sin(a!)], f.multiply(a!, e)], [c, f.onesLike(c)], f.broadcastTo(f.onesLike(c), [5]),
    )[1]),
    ...row('without xs', [[2]], (c) => f.scan((a: Tensor, _: null) => [f.sin(f.multiply(a, c)), a], c, null, { length: 3 })[1]),
    ...row('no steps', [[2], [0, 2]], (c, x) => f.scan((a: Tensor, b: Tensor) => [f.multiply(a, b), f.sin(b)], c, x)[0]),
  ],

  // A branch that runs. A predicate with a value would choose before, so the rows write them down.
  cond: [
    ...row('', [mask([]), [3], []], written((p, x, y) => f.cond(p!, (a: Tensor, b: Tensor) => f.sin(f.multiply(a, b)), (a: Tensor, b: Tensor) => f.multiply(f.exp(a), f.add(b, x!)), x!, y!))),
    ...row('of several', [indices([], 4, -1), [2, 3]], written((i, x) => f.switchCase(i!, [f.sin, f.exp, (a: Tensor) => f.multiply(a, a)], x!))),
    // √ of 0 has no slope, but in one branch only, which is not the one that runs.
    ...row('with results that do not move', [mask([]), [3]], written((p, x) => {
      const [y, z] = f.cond(p!, (a: Tensor) => [f.square(a), f.zerosLike(a)] as const, (a: Tensor) => [f.exp(a), f.onesLike(a)] as const, x!);
      return f.add(y, f.sqrt(z));
    })),
  ],

  // A loop with a condition. It has no reverse rule, so the rows multiply x by its result;
  // while-loop.spec.ts checks its derivatives.
  whileLoop: [
    ...row('', [[3], indices([], 6)], (x, i) => f.multiply(x, f.cast(f.whileLoop((c: Tensor) => f.less(c, 10), (c: Tensor) => f.add(f.multiply(c, 1.5), 1), f.cast(i, 'float64')), x.dtype))),
    ...row('with what the step brings along', [[2], indices([], 3), indices([2], 3, 1)], (x, i, j) => {
      const body = ({ n, s }: { n: Tensor; s: Tensor }) => ({ n: f.add(n, 1), s: f.add(s, f.multiply(f.cast(j, 'float64'), n)) });
      const { n, s } = f.whileLoop((c) => f.less(c.n, 4), body, { n: f.cast(i, 'float64'), s: f.zeros([2], { dtype: 'float64' }) });
      return f.multiply(x, f.cast(f.add(s, n), x.dtype));
    }),
  ],

  // A user's own operation.
  operation: [
    ...row('with a forward rule', [[2, 3]], f.defineOperation({ name: 'cube', value: (x) => f.power(x, 3), forward: ([t], [x]) => f.multiply(t!, f.multiply(3, f.square(x!))) })),
    ...row('of the whole array', [[2, 3]], f.defineOperation({ name: 'sum of squares', value: (x) => f.sum(f.square(x)), forward: ([t], [x]) => f.sum(f.multiply(t!, f.multiply(2, x!))) })),
    ...row('with a reverse rule', [[3], [3]], f.defineOperation({
      name: 'sine of the product',
      value: (x, y) => f.sin(f.multiply(x, y)),
      shape: (x) => x,
      reverse: (w, [x, y]) => [[y!, x!], [x!, y!]].map(([other, self]) => f.multiply(w, f.multiply(other!, f.cos(f.multiply(self!, other!))))),
    })),
  ],
};

function row(label: string, inputs: readonly (Shape | Input)[], fn: Row['fn'], options: Options = {}): Row[] {
  const full = inputs.map((input) => ('shape' in input ? input : { shape: input }));
  const shapes = full.map(({ shape }) => formatShape(shape)).join(' × ');
  const named = label === '' ? shapes : `${label} ${shapes}`;
  const rows: Row = { label: named, fn, inputs: full, layout: 'rows', ...options };
  const hasViews = full.some(({ shape }) => shape.length > 0);
  return hasViews ? [rows, { ...rows, label: `${named} as views`, layout: 'views' }] : [rows];
}

/** The program, written down and then run on tensors: its predicates have no values when it is written. */
function written(fn: (...inputs: Tensor[]) => Tensor): Row['fn'] {
  return (...inputs) => f.runGraph(f.makeGraph(fn, inputs), inputs)[0] as Tensor;
}

function unary(fn: (x: TensorLike) => Tensor, [low, high]: Domain = [-2, 2], options: Options = {}): Row[] {
  return oneShape.flatMap((shape) => row('', [{ shape, low, high }], fn, options));
}

function binary(
  fn: (x: TensorLike, y: TensorLike) => Tensor,
  first: Domain = [-2, 2],
  second = first,
): Row[] {
  const within = (shape: Shape, [low, high]: Domain) => ({ shape, low, high });
  return twoShapes.flatMap(([a, b]) => {
    const turned = sameShape(a, b) ? [] : row('', [within(b, first), within(a, second)], fn);
    return [...row('', [within(a, first), within(b, second)], fn), ...turned];
  });
}

function comparison(fn: (x: TensorLike, y: TensorLike) => Tensor): Row[] {
  const options = { flat: true, result: 'bool' as DType };
  return twoShapes.flatMap((pair) => row('', pair, fn, options));
}

/** Masks have no derivative: they choose between a number and its negative. */
function masked(fn: (...masks: Tensor[]) => Tensor): Row['fn'] {
  return (...inputs) =>
    f.where(fn(...inputs.slice(0, -1)), inputs.at(-1) as Tensor, f.negate(inputs.at(-1) as Tensor));
}

function logic(fn: (x: Tensor, y: Tensor) => Tensor): Row[] {
  return twoShapes.flatMap(([a, b]) =>
    row('', [mask(a), mask(b), [1]], masked(fn as (...masks: Tensor[]) => Tensor)),
  );
}

function positions(fn: (x: TensorLike, options: { axis?: number }) => Tensor): Row[] {
  const options = { flat: true, result: 'int32' as DType };
  return [
    ...row('', [[4]], (x) => fn(x, {}), options),
    ...row('', [[3, 4]], (x) => fn(x, { axis: 0 }), options),
    ...row('', [[2, 3, 4]], (x) => fn(x, { axis: 1 }), options),
    ...row('', [[0, 3]], (x) => fn(x, { axis: -1 }), options),
  ];
}

/** Rows that multiply x by a draw. A key's numbers differ between dtypes, so all are drawn in one dtype. */
function draws(draw: (key: Tensor, shape: Shape) => Tensor, scale = 1): Row[] {
  return [[], [3], [2, 3], [0]].flatMap((shape) =>
    row('', [shape, key()], (x, k) => drawn(x, draw(k, shape), scale)),
  );
}

function drawn(x: Tensor, numbers: Tensor, scale: number): Tensor {
  return f.multiply(x, f.cast(f.multiply(f.cast(numbers, 'float64'), scale), x.dtype));
}

function key(): Input {
  return { shape: [2], low: 0, high: 2 ** 32, dtype: 'uint32' };
}

function pos(shape: Shape): Input {
  return { shape, low: 0.5, high: 2 };
}

function square(shape: Shape): Input {
  return { shape, low: -1, high: 1 };
}

/** Every part of a factorisation, in one vector. */
function ofParts(parts: object): Tensor {
  return f.concatenate(
    (Object.values(parts) as Tensor[]).map((x) => f.reshape(x, [-1])),
    0,
  );
}

/** Matrices near diag(1, 3, 5, …): their eigenvalues and singular values are well apart. */
function spread(a: Tensor): Tensor {
  const n = a.shape.at(-1) as number;
  const odd = f.tensor(
    Array.from({ length: n }, (_, i) => 2 * i + 1),
    { dtype: a.dtype },
  );
  return f.add(f.diagonalMatrix(odd), f.multiply(a, 0.5));
}

function shifted(a: Tensor, by = 3): Tensor {
  return f.add(a, f.multiply(f.eye(a.shape.at(-1) as number, { dtype: a.dtype }), by));
}

function mask(shape: Shape): Input {
  return { shape, dtype: 'bool' };
}

function indices(shape: Shape, high: number, low = 0): Input {
  return { shape, low, high, dtype: 'int32' };
}
