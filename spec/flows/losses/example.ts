/** For the specs of the losses of an average velocity: a small model with parameters, and a batch. */
import { matmul, random, type Tensor, tanh } from '../../../autograd/index.ts';
import { type AverageVelocity, sampleTimes } from '../../../flows/index.ts';
import { f64, normal64 } from '../support.ts';

export interface Parameters {
  readonly w: Tensor;
  readonly s: Tensor;
}

export const parameters: Parameters = { w: normal64(3, [3, 3]), s: f64(0.4) };

/** u(z, r, t) = tanh(z·w + r·s + t²), of events [3]. */
export const model =
  ({ w, s }: Parameters): AverageVelocity =>
  (z, r, t) =>
    tanh(matmul(z, w).add(r.multiply(s)).add(t.square()));

export const [data, noise] = [normal64(1, [32, 3]).multiply(0.6), normal64(2, [32, 3])];
export const { r, t } = sampleTimes(random.key(0), 32, { differentShare: 0.75, dtype: 'float64' });
export const batch = { data, noise, r, t };
export const z = t.negate().add(1).multiply(data).add(t.multiply(noise));
export const v = noise.subtract(data);

/** mean ‖Δ‖² over the batch. */
export function meanSquare(delta: Tensor): Tensor {
  return delta.square().sum({ axes: 1 }).mean();
}

/** The batch for a loss whose time runs from noise to data: from s = 1 − t to 1 − r. */
export const reversedBatch = { x0: noise, x1: data, s: t.negate().add(1), t: r.negate().add(1) };
