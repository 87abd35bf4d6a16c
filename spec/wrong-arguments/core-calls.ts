/** A right call of every public function of `fluxion`. */
import * as f from '../../autograd/index.ts';
import { alike, ofOneOperand, ofTwoOperands, words } from './alike.ts';
import type { RightCalls } from './wrong-values.ts';

type Unary = (x: f.Tensor) => f.Tensor;

const vector = () => f.tensor([0.5, 0.25]);
const matrix = () =>
  f.tensor([
    [2, 1],
    [1, 3],
  ]);
const mask = () => f.tensor([true, false], { dtype: 'bool' });
const indices = () => f.tensor([0, 1], { dtype: 'int32' });
const key = () => f.random.key(0);
// The functions that a caller gives take anything, so that an error is the library's own.
const same = (x: unknown) => x as f.Tensor;
const first: Unary = (x) => f.sum(x);
const halves = (x: unknown) => [x, x] as [f.Tensor, f.Tensor];

const oneOperand = [
  ...ofOneOperand,
  ...words(
    'logSigmoid cbrt exp2 isFinite isInfinite isNaN log10 log2 unique selu stopGradient onesLike zerosLike toNDArray diagonalMatrix',
  ),
];
const twoOperands = [...ofTwoOperands, ...words('logAddExp dot outer')];
const oneMatrix = [
  ...['eigh', 'matrixExponential', 'qr', 'svd', 'trace'],
  'cholesky',
  'determinant',
  'diagonal',
  'inverse',
  'logAbsDeterminant',
  'swapLastAxes',
];
const reductions = ['max', 'mean', 'min', 'product', 'sum', 'logSumExp'];
const alongAxis = ['argmax', 'argmin', 'argsort', 'sort', 'cumulativeSum', 'logSoftmax', 'softmax'];
const oneFunction = ['checkpoint', 'debugNaNs', 'withoutGradient'];
const functionAndArguments = ['evalShape', 'linearize', 'linearTranspose', 'makeGraph', 'vjp'];

export const coreCalls: RightCalls = {
  ...alike(oneOperand, () => [vector()]),
  ...alike(twoOperands, () => [vector(), vector()]),
  ...alike(oneMatrix, () => [matrix()]),
  ...alike(reductions, () => [matrix(), { axes: [0], keepDims: true }]),
  ...alike(alongAxis, () => [matrix(), { axis: 1 }]),
  ...alike(oneFunction, () => [same]),
  ...alike(functionAndArguments, () => [same, [vector()]]),
  logicalAnd: () => [mask(), mask()],
  logicalOr: () => [mask(), mask()],
  logicalNot: () => [mask()],
  where: () => [mask(), vector(), vector()],
  clip: () => [vector(), 0, 1],
  elu: () => [vector(), 1],
  gelu: () => [vector(), { approximate: true }],
  arange: () => [0, 5, 2, { dtype: 'float32' }],
  eye: () => [2, { dtype: 'float32' }],
  full: () => [[2], 7, { dtype: 'float32' }],
  linspace: () => [0, 1, 3, { dtype: 'float32' }],
  ones: () => [[2], { dtype: 'float32' }],
  zeros: () => [[2], { dtype: 'float32' }],
  tensor: () => [
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: 'float32' },
  ],
  fromNDArray: () => [f.toNDArray(vector())],
  associativeScan: () => [(a: unknown, b: unknown) => [a, b][1], vector(), { reverse: true }],
  checkGradients: () => [
    first,
    [f.tensor([1, 2], { dtype: 'float64' })],
    { tolerance: 1e-3, step: 1e-4, seed: 1 },
  ],
  cond: () => [true, same, same, vector()],
  switchCase: () => [1, [same, same], vector()],
  defineOperation: () => [{ name: 'mine', value: same, shape: same, forward: ([t]: f.Tensor[]) => t }],
  grad: () => [first, { argument: 0, auxiliary: false }],
  valueAndGrad: () => [first, { argument: 0, auxiliary: false }],
  hessian: () => [first, { argument: 0 }],
  jacfwd: () => [same, { argument: 0 }],
  jacrev: () => [same, { argument: 0 }],
  hvp: () => [first, vector(), vector()],
  scan: () => [
    halves,
    vector(),
    f.tensor([
      [1, 2],
      [3, 4],
    ]),
    { reverse: true },
  ],
  whileLoop: () => [(x: f.Tensor) => f.notEqual(f.sum(x), f.sum(x)), same, vector(), { maxSteps: 5 }],
  fuse: () => [({ add }: f.Arithmetic<unknown>, { x }: Record<'x', unknown>) => ({ y: add(x, x) })],
  compile: () => [same, { donate: [] }],
  runEquation: () => [f.makeGraph(f.sin, [vector()]).equations[0], [vector()]],
  runGraph: () => [f.makeGraph(f.sin, [vector()]), [vector()], []],
  vmap: () => [same, { inAxes: [0], outAxis: 0 }],
  jvp: () => [same, [vector()], [vector()]],
  fromTransferable: () => [f.toTransferable({ w: vector() }).message],
  toTransferable: () => [{ w: vector() }],
  flattenTree: () => [{ w: vector() }],
  mapTree: () => [same, { w: vector() }, { w: vector() }],
  treeLeaves: () => [{ w: vector() }],
  treePaths: () => [{ w: vector() }],
  broadcastTo: () => [vector(), [3, 2]],
  sumTo: () => [matrix(), [2]],
  cast: () => [vector(), 'float64'],
  convolution: () => [f.ones([1, 4, 4, 1]), f.ones([3, 3, 1, 2]), { stride: 1, padding: 'same' }],
  transposedConvolution: () => [f.ones([1, 4, 4, 2]), f.ones([2, 2, 1, 2]), { stride: 2, padding: 'same' }],
  einsum: () => ['ij,j->i', matrix(), vector()],
  gather: () => [matrix(), [1, 0], { axis: 0 }],
  scatterAdd: () => [vector(), indices(), 3],
  concatenate: () => [[vector(), vector()], 0],
  stack: () => [[vector(), vector()], 0],
  attention: () => [
    matrix(),
    matrix(),
    matrix(),
    {
      mask: f.tensor(
        [
          [true, false],
          [true, true],
        ],
        { dtype: 'bool' },
      ),
    },
  ],
  layerNorm: () => [vector(), { epsilon: 1e-5, axes: [0] }],
  rmsNorm: () => [vector(), { epsilon: 1e-5, axes: [0] }],
  solve: () => [matrix(), vector()],
  addRows: () => [vector(), indices(), vector()],
  all: () => [mask(), { axes: 0, keepDims: true }],
  any: () => [mask(), { axes: 0, keepDims: true }],
  binCount: () => [indices(), 3, { weights: vector() }],
  countNonzero: () => [matrix(), { axes: 0, keepDims: true }],
  cumulativeLogSumExp: () => [matrix(), { axis: 0 }],
  cumulativeMax: () => [matrix(), { axis: 0 }],
  cumulativeMin: () => [matrix(), { axis: 0 }],
  cumulativeProduct: () => [matrix(), { axis: 0 }],
  fixedPoint: () => [(x: f.Tensor) => x.multiply?.(0.5) ?? x, vector(), { tolerance: 1e-3, maxSteps: 20 }],
  histogram: () => [vector(), { bins: 2, range: [0, 1] }],
  hypot: () => [vector(), vector()],
  implicitRoot: () => [(x: f.Tensor) => x.subtract?.(1) ?? x, vector(), { tolerance: 1e-3, maxSteps: 20 }],
  kron: () => [matrix(), matrix()],
  leastSquares: () => [matrix(), vector()],
  matrixPower: () => [matrix(), 3],
  median: () => [matrix(), { axes: 0, keepDims: true }],
  meshgrid: () => [[vector(), vector()], { indexing: 'ij' }],
  nanMax: () => [matrix(), { axes: 0, keepDims: true }],
  nanMean: () => [matrix(), { axes: 0, keepDims: true }],
  nanMin: () => [matrix(), { axes: 0, keepDims: true }],
  nanSum: () => [matrix(), { axes: 0, keepDims: true }],
  nanToNum: () => [vector(), { nan: 1, positiveInfinity: 2, negativeInfinity: 3 }],
  nanVariance: () => [matrix(), { axes: 0, keepDims: true, correction: 1 }],
  pinv: () => [matrix(), { tolerance: 1e-3 }],
  quantile: () => [matrix(), 0.5, { axes: 0, keepDims: true }],
  rollingWindows: () => [vector(), 2, { axis: 0, step: 1 }],
  searchSorted: () => [vector(), vector(), { side: 'left' }],
  select: () => [[mask()], [vector()], 0],
  setRows: () => [vector(), indices(), vector()],
  topK: () => [vector(), 1, { axis: 0 }],
  matmul: () => [matrix(), matrix()],
  triangularSolve: () => [matrix(), vector(), { lower: true }],
  takeAlongAxis: () => [matrix(), f.tensor([[1], [0]], { dtype: 'int32' }), { axis: 1 }],
  flip: () => [vector(), [0]],
  lowerTriangle: () => [matrix(), 0],
  upperTriangle: () => [matrix(), 0],
  oneHot: () => [indices(), 2, { dtype: 'float32' }],
  pad: () => [vector(), [[1, 2]], 0],
  repeat: () => [vector(), 2, 0],
  roll: () => [vector(), 1, 0],
  split: () => [vector(), [1, 1], 0],
  tile: () => [vector(), [2]],
  expandDims: () => [vector(), 1],
  moveAxis: () => [matrix(), 0, 1],
  reshape: () => [matrix(), [4]],
  squeeze: () => [f.ones([1, 2]), [0]],
  transpose: () => [matrix(), [1, 0]],
  embed: () => [vector(), [5], [1], [2]],
  slice: () => [vector(), [[0, 2, 1]]],
  norm: () => [vector(), { axes: [0], keepDims: true }],
  standardDeviation: () => [vector(), { axes: [0], keepDims: true, correction: 1 }],
  variance: () => [vector(), { axes: [0], keepDims: true, correction: 1 }],
  'random.bernoulli': () => [key(), 0.5, [2]],
  'random.bits': () => [key(), [2]],
  'random.categorical': () => [key(), vector()],
  'random.gumbel': () => [key(), [2], { dtype: 'float32' }],
  'random.normal': () => [key(), [2], { dtype: 'float32' }],
  'random.permutation': () => [key(), 3],
  'random.rademacher': () => [key(), [2], { dtype: 'float32' }],
  'random.randint': () => [key(), [2], 0, 10],
  'random.uniform': () => [key(), [2], { low: 0, high: 2 }],
  'random.foldIn': () => [key(), 7],
  'random.key': () => [0],
  'random.keys': () => [key(), 3],
  'random.split': () => [key(), 2],
};
