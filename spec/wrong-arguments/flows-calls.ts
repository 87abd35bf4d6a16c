/** A right call of every public function of `fluxion/flows`. */

import * as autograd from '../../autograd/index.ts';
import { toNDArray } from '../../autograd/index.ts';
import * as f from '../../flows/index.ts';
import { alike } from './alike.ts';
import type { RightCalls } from './wrong-values.ts';

const { tensor, ones, random } = autograd;

const points = () =>
  tensor([
    [0.5, 1],
    [2, 3],
  ]);
const times = () => tensor([[0.25], [0.5]]);
const later = () => tensor([[0.5], [0.75]]);
const labels = () => tensor([0, 1], { dtype: 'int32' });
const costs = () =>
  tensor([
    [0, 1],
    [1, 0],
  ]);
const numbers = () => tensor([1, 2]);
const key = () => random.key(0);
const tree = () => ({ w: numbers() });
// The functions that a caller gives take anything, so that an error is the library's own.
const same = (x: unknown) => x as autograd.Tensor;
const path = () => f.optimalTransportPath({ sigmaMin: 0.1 });
const velocity = () => f.noiseToData(same);
const backwards = () => f.dataToNoise(same);
const mapVelocity = () => f.flowMapVelocity(same);
const batch = () => ({ data: points(), noise: points(), r: times(), t: later() });
const pair = () => ({ x0: points(), x1: points() });
const point = () => ({ z: points(), v: points(), r: times(), t: later() });
const conversion = () => ({ from: f.optimalTransportPath(), to: f.cosinePath() });
const training = () => ({
  parameters: tree(),
  loss: (p: { w: autograd.Tensor }) => ({ loss: autograd.sum(p.w) }),
  optimizer: f.adam(),
  schedule: f.constantSchedule(1),
  steps: 2,
  batches: [1, 2],
  key: key(),
});

const toy = [
  'checkerboard',
  'circles',
  'eightGaussians',
  'moons',
  'pinwheel',
  'sCurve',
  'spirals',
  'swissRoll',
];
const optimizers = ['adagrad', 'adam', 'adamW', 'lion', 'momentum', 'nadam', 'nesterov', 'rmsProp'];
const conversions = ['dataFrom', 'noiseFrom', 'scoreFrom', 'velocityFrom'];
const predictions = ['dataPrediction', 'noisePrediction', 'score'];
const paths = ['cosinePath', 'frozen', 'linearVariancePreservingPath', 'sgd'];
const perClass = ['classMeansPlusNoise', 'perClassDiagonalGaussian'];

export const flowsCalls: RightCalls = {
  onnxRuntime: () => [{ runtime: { Tensor: same, InferenceSession: { create: same } }, session: {} }],
  ...alike(toy, () => [key(), 4, { dtype: 'float32' }]),
  ...alike(optimizers, () => [{}]),
  ...alike(conversions, () => [path(), velocity()]),
  ...alike(predictions, () => ['noiseToData', same]),
  ...alike(paths, () => []),
  ...alike(perClass, () => [key(), points(), labels(), labels()]),
  accumulate: () => [same, 2],
  adaptiveWeight: () => [numbers(), { gamma: 0.5, c: 1e-3 }],
  alphaFlowError: () => [same, point(), { alpha: 0.5 }],
  alphaFlowLoss: () => [same, batch(), { alpha: 0.5 }],
  alphaSchedule: () => [{ from: 1, to: 3, sharpness: 25, clamp: 0.005 }],
  assignment: () => [toNDArray(costs())],
  averageFromFlowMap: () => [mapVelocity()],
  bitsPerDimension: () => [numbers(), [2], { binWidth: 1 }],
  chain: () => [same, f.adam()],
  clipByGlobalNorm: () => [tree(), 1, tensor(2)],
  clipByValue: () => [tree(), 0.5],
  conditionAwareCoupling: () => [points(), points(), labels(), {}],
  conditionalFlowMatchingLoss: () => [velocity(), path(), { ...pair(), t: times() }],
  consistencyFlowMatchingLoss: () => [velocity(), { ...pair(), t: times() }, { segments: 2 }],
  constantSchedule: () => [1e-3],
  convertSchedule: () => [velocity(), conversion()],
  convolve: () => [f.initialiseConvolution(key(), 3, 1, 2, 1, 'float32'), ones([1, 4, 4, 1]), 1],
  cosineSchedule: () => [{ from: 1, steps: 10 }],
  dataToNoise: () => [same],
  decodeText: () => [new Uint8Array([65]), 'utf-8'],
  dense: () => [f.initialiseDense(key(), 2, 3, 1, 'float32'), points()],
  digits: () => [{ dtype: 'float32' }],
  dropConditions: () => [key(), points(), 0.5],
  dropLabels: () => [key(), labels(), 0.5, 2],
  earlyStopping: () => [{ patience: 5 }],
  energyDistance: () => [points(), points()],
  energyDistanceFloor: () => [key(), points()],
  errataTable: () => [
    [
      {
        number: '1',
        place: 'a',
        printed: 'b',
        corrected: 'c',
        compared: 'd',
        atLeast: 1,
        atMost: 2,
        printedError: () => 3,
        correctedError: () => 0,
      },
    ],
  ],
  exactDivergence: () => [same, points()],
  exponentialSchedule: () => [{ from: 1, factor: 0.5, steps: 10 }],
  flattenNames: () => [tree()],
  flowMap: () => [mapVelocity(), points(), times(), later()],
  flowMapFromAverage: () => [same],
  flowMapVelocity: () => [same],
  flowMatchingLoss: () => [velocity(), velocity(), { x: points(), t: times() }],
  formatClaims: () => [
    [
      {
        id: 'a',
        part: 'p',
        claim: 'b',
        equation: 'c',
        compared: 'c',
        tolerance: 1,
        bound: 'at most',
        residual: 0,
        margin: 1,
        passed: true,
        detail: 'd',
      },
    ],
    { width: 80 },
  ],
  formatCsv: () => [points(), ['x', 'y'], {}],
  formatNpy: () => [points()],
  formatNpz: () => [{ a: points() }],
  formatOnnx: () => [autograd.makeGraph(autograd.sin, [numbers()]), { inputs: ['x'], outputs: ['y'] }],
  formatSafetensors: () => [{ a: points() }, { step: '1' }],
  fromStateDict: () => [f.stateDict(tree()), tree()],
  gaussianMixture: () => [key(), 4, { weights: [1], means: [[0, 0]], deviations: [1] }, { dtype: 'float32' }],
  gaussianPath: () => [{ name: 'mine', mean: same, deviation: same }],
  globalNorm: () => [tree()],
  groupNorm: () => [ones([1, 2, 2, 4]), 2, { scale: ones([4]), shift: ones([4]) }, 1e-5],
  guidedVelocity: () => [
    same,
    { z: points(), v: points(), t: times(), labels: labels() },
    { scale: 2, nullClass: 2 },
  ],
  guidedVelocityField: () => [velocity(), velocity(), { scale: 2, interval: [0, 1] }],
  hutchinsonDivergence: () => [same, points(), points()],
  hutchinsonProbe: () => [key(), points(), 'rademacher'],
  improvedMeanFlowError: () => [same, point(), backwards()],
  improvedMeanFlowLoss: () => [same, batch(), { gamma: 0.5 }],
  independentCoupling: () => [key(), points(), points()],
  initialState: () => [tree(), f.adam()],
  initialiseConvolution: () => [key(), 3, 1, 2, 1, 'float32'],
  initialiseDense: () => [key(), 2, 3, 1, 'float32'],
  instantaneousVelocity: () => [same],
  joinSchedules: () => [[{ schedule: f.constantSchedule(1), steps: 3 }, { schedule: f.constantSchedule(2) }]],
  linearSchedule: () => [{ from: 1, steps: 10 }],
  logLikelihood: () => [velocity(), points(), { steps: 1 }],
  logLikelihoodAdjoint: () => [() => velocity(), tree(), points(), { steps: 1 }],
  logitTimes: () => [4, {}],
  lookahead: () => [f.adam(), {}],
  marginalField: () => [path(), { points: points() }],
  matchSchedules: () => [conversion(), tensor(0.3)],
  meanFlowError: () => [same, point()],
  meanFlowLoss: () => [same, batch(), { gamma: 0.5 }],
  medianDistance: () => [points()],
  minimise: () => [(p: { w: autograd.Tensor }) => autograd.sum(autograd.square(p.w)), tree(), { steps: 2 }],
  mlp: () => [{ sizes: [1, 2] }],
  mlpVelocityNetwork: () => [{ features: 2, classes: 2 }],
  movingAverage: () => [0.9],
  nearestNeighbourAgreement: () => [points(), labels(), points(), labels(), { neighbours: 1 }],
  negativeLogLikelihood: () => [numbers()],
  noiseToData: () => [same],
  normalizedPathEnergy: () => [velocity(), points(), points(), { steps: 2 }],
  odeSolve: () => [same, points(), { from: 0, to: 1, steps: 2 }],
  odeSolveAdjoint: () => [(_: unknown, x: unknown) => x, tree(), points(), { from: 0, to: 1, steps: 2 }],
  oneCycleSchedule: () => [{ highest: 1, steps: 10 }],
  optimalTransportCoupling: () => [points(), points()],
  optimalTransportPath: () => [{ sigmaMin: 0.1 }],
  optimizer: () => [
    'mine',
    {
      moments: 0,
      update: () => (_: unknown, __: unknown, parameter: unknown) => ({ parameter, moments: [] }),
    },
  ],
  parseCsv: () => ['x,y\n1,2\n', {}],
  parseIdx: () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]), { dtype: 'float32' }],
  parseNpy: () => [f.formatNpy(points()), { dtype: 'float32' }],
  parseNpz: () => [f.formatNpz({ a: points() }), {}],
  parseSafetensors: () => [f.formatSafetensors({ a: points() })],
  partition: () => [() => 'a', { a: f.adam() }],
  pathEnergy: () => [velocity(), points(), { steps: 2 }],
  polynomialPath: () => [{ exponent: 2 }],
  powerTimes: () => [2, { exponent: 2 }],
  rectifiedFlowLoss: () => [velocity(), { ...pair(), t: times() }],
  reflow: () => [velocity(), points(), { steps: 1 }],
  restoreTree: () => [f.flattenNames(tree()), tree()],
  reversePredictionTime: () => [velocity()],
  reverseTime: () => [velocity()],
  sampleFlow: () => [velocity(), points(), { steps: 1 }],
  sampleMeanFlow: () => [same, points(), { steps: 1 }],
  sampleShortcutTimes: () => [key(), 2, {}],
  sampleStochastic: () => [velocity(), path(), points(), { steps: 1, diffusion: 1, key: key() }],
  sampleTimes: () => [key(), 2, { differentShare: 0.5 }],
  sampleWithLogLikelihood: () => [velocity(), points(), { steps: 1 }],
  schedulePath: () => [{ alpha: same, sigma: same }],
  scheduleRates: () => [f.cosinePath(), tensor(0.5)],
  schrodingerBridgePath: () => [{ sigma: 0.5 }],
  sdeSolve: () => [same, points(), { from: 0, to: 1, steps: 1, diffusion: 1, key: key() }],
  selfDistillationLoss: () => [mapVelocity(), { ...pair(), s: times(), t: later() }, {}],
  shiftedTimes: () => [2, { shift: 3 }],
  shortcutLoss: () => [mapVelocity(), { ...pair(), t: times(), d: tensor([[0.25], [0.25]]) }],
  shuffledBatches: () => [tree(), { batchSize: 1, key: key() }],
  sinkhornCoupling: () => [key(), points(), points(), { regularization: 0.5 }],
  sinkhornPlan: () => [costs(), { regularization: 0.5 }],
  sinusoidalTimeFeatures: () => [times(), 2],
  slicedWasserstein2: () => [key(), points(), points(), 2],
  splitExamples: () => [tree(), { share: 0.5, key: key() }],
  splitMeanFlowError: () => [same, { ...point(), lambda: times() }],
  splitMeanFlowLoss: () => [same, { ...batch(), lambda: times() }],
  squaredDiscrepancy: () => [points(), points(), {}],
  squaredNorm: () => [points()],
  standardize: () => [points(), {}],
  stateDict: () => [tree()],
  straightPath: () => [{ sigma: 0.1 }],
  straightness: () => [velocity(), points(), { steps: 1 }],
  takePairs: () => [f.optimalTransportCoupling(points(), points()), points(), points()],
  timeFeatures: () => [times(), 2],
  train: () => [training()],
  trainAsync: () => [training()],
  trainingStep: () => [{ loss: training().loss, optimizer: f.adam() }],
  trainingSteps: () => [training()],
  transformerVelocityNetwork: () => [{ height: 4, width: 4, patch: 2, classes: 2 }],
  unetVelocityNetwork: () => [{ height: 8, width: 8, widths: [8] }],
  unflattenNames: () => [f.flattenNames(tree())],
  uniformTimes: () => [4, {}],
  varianceExplodingPath: () => [{ sigmaMin: 0.01, sigmaMax: 50 }],
  variancePreservingPath: () => [{ betaMin: 0.1, betaMax: 20 }],
  warmUp: () => [{ steps: 10, followedBy: f.constantSchedule(1) }],
  wasserstein2: () => [points(), points()],
  wasserstein2Floor: () => [key(), (k: autograd.Tensor, n: number) => random.normal(k, [n, 2]), 4, 1],
};
