/** A right call of every public function of `fluxion/lib`. */
import * as lib from '../../lib/index.ts';
import { alike, ofOneOperand, ofTwoOperands, words } from './alike.ts';
import type { RightCalls } from './wrong-values.ts';

const vector = () => lib.fromNested('vector', [1, 2], 'float32');
const matrix = () =>
  lib.fromNested(
    'matrix',
    [
      [2, 1],
      [1, 3],
    ],
    'float32',
  );
const mask = () => lib.fromNested('mask', [true, false], 'bool');
const indices = () => lib.fromNested('indices', [0, 1], 'int32');
const key = () => lib.random.key(0);

const oneArray = [
  ...ofOneOperand,
  ...words('erfinv gelu contiguous copy dtypeOf flat isContiguous isRowMajor formatArray toNested'),
];
const twoArrays = ofTwoOperands;
const oneMatrix = [
  'cholesky',
  'eigh',
  'matrixExponential',
  'pinv',
  'qr',
  'svd',
  'cofactors',
  'determinant',
  'luFactor',
];
const reductions = ['max', 'min', 'product', 'sum'];

export const libCalls: RightCalls = {
  ...alike(oneArray, () => [vector()]),
  ...alike(twoArrays, () => [vector(), vector()]),
  ...alike(oneMatrix, () => [matrix()]),
  ...alike(reductions, () => [matrix(), [0], true]),
  ...alike(['argmax', 'argmin', 'argsort', 'cumulativeSum'], () => [matrix(), 1]),
  logicalAnd: () => [mask(), mask()],
  logicalOr: () => [mask(), mask()],
  logicalNot: () => [mask()],
  where: () => [mask(), vector(), vector()],
  cast: () => [vector(), 'int32'],
  scalarOf: () => [lib.fromNested('scalar', 3, 'float32')],
  view: () => [Float32Array.of(1, 2, 3, 4), [2], [2], 1],
  wrap: () => [Float32Array.of(1, 2), [2]],
  arange: () => [0, 5, 2, 'float32'],
  eye: () => [2, 'float32'],
  full: () => [[2], 1, 'float32'],
  linspace: () => [0, 1, 3, 'float32'],
  allocate: () => [3, 'float32'],
  isFloating: () => ['float32'],
  promoteTypes: () => ['promoteTypes', 'float32', 'float64'],
  inMemoryOf: () => ['inMemoryOf', () => 1],
  requireFunction: () => ['requireFunction', () => 1],
  concatenate: () => [[vector(), vector()], 0],
  embed: () => [[vector()], [4], [{ starts: [0], steps: [2] }]],
  gather: () => [matrix(), indices(), 0],
  requireIndices: () => ['requireIndices', indices(), 2],
  scatterAdd: () => [[3], indices(), vector(), 0],
  fromNested: () => [
    'fromNested',
    [
      [1, 2],
      [3, 4],
    ],
    'float32',
  ],
  completeOptions: () => ['completeOptions', { axes: 1 }, { axes: 2 }],
  broadcastShapes: () => ['broadcastShapes', [4, 1], [3]],
  checkShape: () => ['checkShape', [2]],
  formatShape: () => [[2]],
  normalizeAxes: () => ['normalizeAxes', [-1, 0], 3],
  normalizeAxis: () => ['normalizeAxis', -1, 3],
  reducedShape: () => [[2, 3], [1], true],
  rowMajorStrides: () => [[2, 3]],
  sameShape: () => [[2], [2]],
  sizeOf: () => [[2, 3]],
  setThreads: () => [1],
  broadcastTo: () => [vector(), [3, 2]],
  reshape: () => [matrix(), [4]],
  slice: () => [vector(), [0], [2], [1]],
  sliceShape: () => [[2], [0], [2], [1]],
  transpose: () => [matrix(), [1, 0]],
  windows: () => [lib.reshape(matrix(), [1, 2, 2, 1]), [1, 1], [1, 1]],
  windowsShape: () => [
    [1, 2, 2, 1],
    [1, 1],
    [1, 1],
  ],
  sumWindows: () => [lib.reshape(matrix(), [1, 2, 2, 1, 1, 1]), [1, 2, 2, 1], [1, 1], [1, 1]],
  setElementwiseBackend: () => [lib.elementwiseBackend()],
  setMatmulBackend: () => [lib.matmulBackend()],
  luLogDeterminant: () => [{ ...lib.luFactor(matrix()) }],
  luSolve: () => [{ ...lib.luFactor(matrix()) }, matrix(), false],
  triangularSolve: () => [matrix(), matrix(), { lower: true, transposed: false, unit: false }],
  matmul: () => [matrix(), matrix()],
  requireInnerLength: () => [
    [2, 3],
    [3, 2],
  ],
  'random.bits': () => [key(), [2]],
  'random.normal': () => [key(), [2], 'float32'],
  'random.uniform': () => [key(), [2], 'float32', { low: 0, high: 2 }],
  'random.lowestOfNormal': () => ['float32'],
  'random.requireUniform': () => ['requireUniform', 'float32', 0, 1],
  'random.permutation': () => [key(), 3],
  'random.randint': () => [key(), [2], 0, 10],
  'random.requireRange': () => ['requireRange', 0, 10],
  'random.drawnShape': () => [key(), [2]],
  'random.key': () => [1],
  'random.foldIn': () => [key(), 7],
  'random.split': () => [key(), 2],
};
