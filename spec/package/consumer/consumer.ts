/** A user's program, which each compiler must accept, and whose mistakes each compiler must refuse. */
import {
  type DType,
  grad,
  jvp,
  mean,
  random,
  square,
  Tensor,
  type TensorLike,
  tensor,
  valueAndGrad,
} from 'fluxion';
import { loadCsv } from 'fluxion/files';
import {
  dataToNoise,
  flowMatchingLoss,
  type GaussianPath,
  marginalField,
  meanFlowLoss,
  noiseToData,
  optimalTransportPath,
  sampleMeanFlow,
  type Velocity,
} from 'fluxion/flows';
import { dtypeOf, fromNested, matmul, type NDArray } from 'fluxion/lib';

// lib: plain arrays.
const identity: NDArray = fromNested(
  'consumer',
  [
    [1, 0],
    [0, 1],
  ],
  'float64',
);
export const dtype: DType = dtypeOf(matmul(identity, identity));

// autograd: functions and methods, derivatives of both modes, trees that keep their type.
interface Layer {
  readonly weights: Tensor;
  readonly bias: Tensor;
}
const layer: Layer = {
  weights: tensor([
    [1, 2],
    [3, 4],
  ]),
  bias: tensor([0, 0]),
};
const loss = (parameters: Layer, x: Tensor): Tensor =>
  mean(square(x.matmul(parameters.weights).add(parameters.bias)));
export const gradient: Layer = grad(loss)(layer, tensor([[1, 1]]));
const [value, both] = valueAndGrad(loss)(layer, tensor([[1, 1]]));
export const results: [number, Layer] = [value.item(), both];
export const [primal, tangent]: [Tensor, Tensor] = jvp(
  (x: Tensor, y: Tensor) => x.multiply(y).sum(),
  [value, value],
  [1, 0],
);
export const double = (x: TensorLike): Tensor => (x instanceof Tensor ? x.multiply(2) : tensor(2 * x));

// flows: a path, its exact field, the losses, a sampler.
const path: GaussianPath = optimalTransportPath();
const points = random.normal(random.key(0), [8, 2]);
const velocity: Velocity<'noiseToData'> = noiseToData((x, t) => x.multiply(t));
export const theirs = flowMatchingLoss(velocity, marginalField(path, { points }).velocity, {
  x: points,
  t: 0.5,
});
const u = (z: Tensor, r: Tensor, t: Tensor): Tensor => z.multiply(t.subtract(r));
export const raw: Tensor = meanFlowLoss(u, {
  data: points,
  noise: points,
  r: tensor([[0]]),
  t: tensor([[1]]),
}).rawError;
export const evaluations: number = sampleMeanFlow(u, points, { steps: 2 }).evaluations;

// files: the user's own data.
export const load = (path: string): unknown => loadCsv(path);

const backwards = dataToNoise((z) => z);
// @ts-expect-error A velocity whose time runs the other way.
flowMatchingLoss(backwards, velocity, { x: points, t: 0.5 });
// @ts-expect-error A dtype that does not exist.
tensor([1], { dtype: 'float16' });
// @ts-expect-error A method that does not exist.
points.multiplyBy(2);
// @ts-expect-error A tensor is not a number.
export const sum: number = points.sum();
