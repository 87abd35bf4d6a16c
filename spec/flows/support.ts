/** Helpers of the specs of flows: float64 tensors, comparisons, and the golden network. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  concatenate,
  matmul,
  type Nested,
  random,
  silu,
  type Tensor,
  tensor,
  treeLeaves,
} from '../../autograd/index.ts';

export function f64(values: Nested): Tensor {
  return tensor(values, { dtype: 'float64' });
}

export function normal64(seed: number, shape: readonly number[]): Tensor {
  return random.normal(random.key(seed), shape, { dtype: 'float64' });
}

export function uniform64(seed: number, shape: readonly number[], low = 0, high = 1): Tensor {
  return random.uniform(random.key(seed), shape, { dtype: 'float64', low, high });
}

/** The largest difference, relative to the largest expected number. */
export function relativeGap(actual: Tensor, expected: Tensor): number {
  expect(actual.shape).to.deep.equal(expected.shape);
  const scale = expected.abs().max().item();
  return actual.subtract(expected).abs().max().item() / (scale === 0 ? 1 : scale);
}

export function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(relativeGap(actual, expected)).to.be.at.most(tolerance);
}

export function expectTreesClose(actual: unknown, expected: unknown, tolerance: number): void {
  const [found, wanted] = [treeLeaves(actual), treeLeaves(expected)];
  expect(found).to.have.length(wanted.length).above(0);
  wanted.forEach((leaf, i) => {
    expectClose(found[i] as Tensor, leaf as Tensor, tolerance);
  });
}

/** dy/dt of a tensor-valued function of a number, by central differences of fourth order. */
export function timeDerivative(f: (t: number) => Tensor, t: number, h = 1e-3): Tensor {
  const pair = (step: number) => f(t + step).subtract(f(t - step));
  return pair(h)
    .multiply(8)
    .subtract(pair(2 * h))
    .divide(12 * h);
}

export interface Layer<T> {
  readonly w: T;
  readonly b: T;
}

/** The MLP of spec/golden/networks.json: x @ w + b with SiLU between, on concat([z, t, t − r]). */
export function goldenNetwork(layers: readonly Layer<Tensor>[]) {
  return (z: Tensor, r: Tensor, t: Tensor): Tensor =>
    layers.reduce(
      (h, { w, b }, i) => matmul(i === 0 ? h : silu(h), w).add(b),
      concatenate([z, t, t.subtract(r)], 1),
    );
}

interface LossWithGradients {
  readonly loss: number;
  readonly grads: readonly Layer<Nested>[];
}

export interface GoldenNetwork {
  readonly params: readonly Layer<Nested>[];
  readonly x: Nested;
  readonly e: Nested;
  readonly t: Nested;
  readonly r: Nested;
  readonly u: Nested;
  readonly dudt: Nested;
  readonly 'meanflow_gamma0.5_c0.001': LossWithGradients;
  readonly 'meanflow_gamma0.0_c0.01': LossWithGradients;
  readonly 'meanflow_gamma1.0_c0.001': LossWithGradients;
  readonly cfm: LossWithGradients;
  readonly meanFlowWithoutStopGradient: LossWithGradients;
  readonly hvp: { readonly tangent: readonly Layer<Nested>[]; readonly product: readonly Layer<Nested>[] };
  readonly divergence_at_x_t: Nested;
}

export function readGoldenNetworks(): readonly GoldenNetwork[] {
  return JSON.parse(readFileSync(new URL('../golden/networks.json', import.meta.url), 'utf8'));
}

/** The golden layers as tensors. */
export function layersOf(layers: readonly Layer<Nested>[]): Layer<Tensor>[] {
  return layers.map(({ w, b }) => ({ w: f64(w), b: f64(b) }));
}
