/**
 * The network on which costs are measured: tanh(x·W₁)·W₂ with square matrices, under a squared error. Matrix
 * products are nearly all of its cost, and are easily counted: two for the value.
 */
import {
  add,
  fromNDArray,
  grad,
  hvp,
  jvp,
  mapTree,
  matmul,
  mean,
  multiply,
  random,
  square,
  subtract,
  type Tensor,
  tanh,
  toNDArray,
} from '../../autograd/index.ts';
import { record } from '../../autograd/levels/reverse.ts';
import { meanFlowLoss } from '../../flows/index.ts';
import * as lib from '../../lib/index.ts';

interface Weights {
  readonly first: Tensor;
  readonly second: Tensor;
}

/** Products of matrices that each computation takes, by counting. */
export const products = {
  value: 2,
  gradientByHand: 5, // and one for each weight, and one to get past the second layer
  gradient: 5,
  jvp: 4, // each again, of the input's tangent
  // Value and tangent: 5, as the input has no tangent. Back: one for each factor that leads to a weight.
  hvp: 11,
  meanFlowStep: 7, // the value and its tangent, and back through the value
} as const;

export type Computation = keyof typeof products;

/** Each computation on a batch of that many rows. */
export function computations(rows: number, width: number): Readonly<Record<Computation, () => unknown>> {
  const { x, y, weights, direction, tangent, meanFlowStep } = setUp(rows, width);
  return {
    value: () => loss(weights, x, y),
    gradientByHand: () => gradientByHand(weights, x, y),
    gradient: () => grad(loss)(weights, x, y),
    jvp: () => jvp((x: Tensor) => loss(weights, x, y), [x], [tangent]),
    hvp: () => hvp((w: Weights) => loss(w, x, y), weights, direction),
    meanFlowStep: () => grad(meanFlowStep)(weights),
  };
}

/**
 * The tapes of a MeanFlow step, and of the gradient of a plain regression at the same points, to be weighed.
 */
export function tapes(rows: number, width: number) {
  const { weights, plainStep, meanFlowStep } = setUp(rows, width);
  return {
    plain: () => record('bench', plainStep, [weights]),
    meanFlow: () => record('bench', meanFlowStep, [weights]),
  };
}

export function loss(weights: Weights, x: Tensor, y: Tensor): Tensor {
  return mean(square(subtract(network(weights, x), y)));
}

/** The gradient of `loss` as one would write it without a tape. */
export function gradientByHand(weights: Weights, x: Tensor, y: Tensor): Weights {
  const [x0, target, w1, w2] = [x, y, weights.first, weights.second].map(toNDArray) as lib.NDArray[];
  const [input, second] = [x0 as lib.NDArray, w2 as lib.NDArray];
  const h = lib.tanh(lib.matmul(input, w1 as lib.NDArray));
  const error = lib.subtract(lib.matmul(h, second), target as lib.NDArray);
  const ofOutput = lib.multiply(error, constant(2 / y.size, error));
  const ofHidden = lib.matmul(ofOutput, lib.transpose(second, [1, 0]));
  const ofSum = lib.multiply(ofHidden, lib.subtract(constant(1, h), lib.square(h)));
  const across = (a: lib.NDArray, b: lib.NDArray) => fromNDArray(lib.matmul(lib.transpose(a, [1, 0]), b));
  return { first: across(input, ofSum), second: across(h, ofOutput) };
}

function network({ first, second }: Weights, x: Tensor): Tensor {
  return matmul(tanh(matmul(x, first)), second);
}

/** One number, repeated by a view. */
function constant(value: number, like: lib.NDArray): lib.NDArray {
  return lib.broadcastTo(lib.full([], value, lib.dtypeOf(like)), like.shape);
}

export function setUp(rows: number, width: number) {
  const normal = (seed: number, shape: lib.Shape) => random.normal(random.key(seed), shape);
  const x = normal(1, [rows, width]);
  const y = normal(2, [rows, width]);
  const scale = 1 / Math.sqrt(width);
  const weights = {
    first: multiply(normal(3, [width, width]), scale),
    second: multiply(normal(4, [width, width]), scale),
  };
  const r = random.uniform(random.key(7), [rows, 1], { high: 0.5 });
  const t = random.uniform(random.key(8), [rows, 1], { low: 0.5 });
  const at = (w: Weights) => (z: Tensor, from: Tensor, to: Tensor) => network(w, z.add(from).add(to));
  const meanFlowStep = (w: Weights) => meanFlowLoss(at(w), { data: x, noise: y, r, t }).loss;
  const plainStep = (w: Weights) => {
    const z = add(multiply(x, subtract(1, t)), multiply(y, t));
    return mean(square(subtract(at(w)(z, r, t), subtract(y, x))));
  };
  return {
    x,
    y,
    weights,
    direction: mapTree((w) => multiply(w, 0.5), weights),
    tangent: normal(5, [rows, width]),
    plainStep,
    meanFlowStep,
  };
}
