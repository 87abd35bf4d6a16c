/**
 * What a backend of the matrix product must get right, as figures: the same checks run in a browser, in Node
 * under headless GL, and, by `npm run check:gpu`, on whatever GPU a person has. They use nothing that a
 * browser lacks.
 */
import { cast, grad, jvp, mapTree, random, type Tensor, treeLeaves } from '../../autograd/index.ts';
import { adam, meanFlowLoss, mlpVelocityNetwork, sampleTimes } from '../../flows/index.ts';
import {
  backendReport,
  type GpuReport,
  loadGpuBackend,
  type MatmulBackend,
  matmul,
  matmulBackend,
  type NDArray,
  setMatmulBackend,
  slice,
  transpose,
  wrap,
} from '../../lib/index.ts';

/** How far float32 results of the backend are from float64 results of the CPU. */
export interface Figure {
  readonly title: string;
  /** In units of what the title says, to be below `tolerance`. */
  readonly error: number;
  readonly tolerance: number;
  /** The products that the GPU computed meanwhile, and those that the CPU did. */
  readonly onGpu: number;
  readonly onCpu: number;
}

/** What was found about the GPU of one place. */
export interface GpuCheck {
  readonly where: string;
  readonly before: GpuReport;
  readonly after: GpuReport;
  /** Empty where there is no GPU. */
  readonly figures: readonly Figure[];
}

/** Loads the GPU that there is, and checks it. */
export async function runGpuCheck(where: string): Promise<GpuCheck> {
  const before = await loadGpuBackend();
  const figures = before.status === 'ready' ? checkBackend('gpu') : [];
  return { where, before, after: backendReport().gpu, figures };
}

/** All checks under one backend; the backend set before is set again in the end. */
export function checkBackend(backend: MatmulBackend): Figure[] {
  const before = matmulBackend();
  setMatmulBackend(backend);
  try {
    return [
      figure('200 products of random shapes, errors in units of depth·2⁻²⁴·Σ|a||b|', 2, () =>
        shapesError(200),
      ),
      figure('forward through a network, relative', 1e-5, () => derivativesError().forward),
      figure('gradient, relative', 1e-5, () => derivativesError().gradient),
      figure('jvp, relative', 1e-5, () => derivativesError().tangent),
      figure('30 steps of MeanFlow training with Adam, losses, relative', 1e-5, () => trainingError(30)),
    ];
  } finally {
    setMatmulBackend(before);
  }
}

function figure(title: string, tolerance: number, measure: () => number): Figure {
  const before = backendReport().products;
  const error = measure();
  const after = backendReport().products;
  const onCpu = after.wasm + after.javascript - before.wasm - before.javascript;
  return { title, error, tolerance, onGpu: after.gpu - before.gpu, onCpu };
}

/**
 * The largest error of products of random sizes in random memory orders, in units of the roundings that
 * float32 may make.
 */
export function shapesError(count: number): number {
  const next = randomNumbers(1);
  const upTo = (largest: number) => 1 + Math.floor(next() * largest);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    // Now and then more cells or a longer sum than gpu.js masters without the right options.
    let [rows, depth, columns] = [upTo(40), upTo(40), upTo(40)];
    if (i % 25 === 7) [rows, depth, columns] = [200 + upTo(100), upTo(4), 150 + upTo(100)];
    if (i % 25 === 13) [rows, depth, columns] = [upTo(4), 1000 + upTo(1000), upTo(4)];
    const [a, b] = [randomMatrix(next, rows, depth), randomMatrix(next, depth, columns)];
    largest = Math.max(largest, productError(matmul(a, b), a, b));
  }
  return largest;
}

/**
 * The largest error over the elements, in units of depth·2⁻²⁴ times the sum of the magnitudes; Infinity for a
 * wrong shape.
 */
export function productError(c: NDArray, a: NDArray, b: NDArray): number {
  const [rows, depth, columns] = [a.shape[0] as number, a.shape[1] as number, b.shape[1] as number];
  if (c.shape[0] !== rows || c.shape[1] !== columns) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let [wanted, magnitude] = [0, 0];
      for (let k = 0; k < depth; k++) {
        const term = a.get(i, k) * b.get(k, j);
        wanted += term;
        magnitude += Math.abs(term);
      }
      const error = Math.abs(c.get(i, j) - wanted) / (depth * 2 ** -24 * magnitude);
      if (!(error <= largest)) largest = error;
    }
  }
  return largest;
}

/** A float32 matrix in one of the memory orders that operations meet. */
export function randomMatrix(next: () => number, rows: number, columns: number): NDArray {
  const array = (count: number, shape: readonly number[]) =>
    wrap(
      Float32Array.from({ length: count }, () => 2 * next() - 1),
      shape,
    );
  const order = next();
  if (order < 0.4) return array(rows * columns, [rows, columns]);
  if (order < 0.7) return transpose(array(rows * columns, [columns, rows]), [1, 0]);
  if (order < 0.85) {
    const wide = array(2 * rows * columns, [rows, 2 * columns]);
    return slice(wide, [0, 1], [rows, 2 * columns], [1, 2]);
  }
  return slice(array(rows * columns, [rows, columns]), [rows - 1, columns - 1], [-1, -1], [-1, -1]);
}

/** Numbers in [0, 1), the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A network's value, gradient and directional derivative in float32, against float64. */
function derivativesError(): { forward: number; gradient: number; tangent: number } {
  const keys = random.split(random.key(3), 5) as [random.Key, random.Key, random.Key, random.Key, random.Key];
  const inputs = {
    w: random.normal(keys[0], [12, 24]),
    u: random.normal(keys[1], [24, 5]),
    x: random.normal(keys[2], [30, 12]),
  };
  const direction = random.normal(keys[3], [30, 12]);
  const run = (tree: typeof inputs, tangent: Tensor) => {
    const network = ({ w, u, x }: typeof inputs) => x.matmul(w).tanh().matmul(u).silu();
    return {
      forward: network(tree),
      gradient: grad((p: typeof inputs) => network(p).square().mean())(tree),
      tangent: jvp((x: Tensor) => network({ ...tree, x }), [tree.x], [tangent])[1],
    };
  };
  const [got, wanted] = [run(inputs, direction), run(inFloat64(inputs), inFloat64(direction))];
  return {
    forward: relativeError(got.forward, wanted.forward),
    gradient: relativeError(got.gradient, wanted.gradient),
    tangent: relativeError(got.tangent, wanted.tangent),
  };
}

/**
 * The largest relative difference of the losses of a float32 training from those of the same training in
 * float64.
 */
function trainingError(steps: number): number {
  const [got, wanted] = [train(steps, (tree) => tree), train(steps, inFloat64)];
  // A training that does not train agrees with any other.
  if ((got.at(-1) as number) > 0.6 * (got[0] as number)) return Number.POSITIVE_INFINITY;
  return Math.max(...got.map((loss, step) => Math.abs(loss / (wanted[step] as number) - 1)));
}

/**
 * The losses of a MeanFlow training; `convert` is applied to everything that was drawn, always in float32.
 */
function train(steps: number, convert: <T>(tree: T) => T): number[] {
  const network = mlpVelocityNetwork({ features: 2, hidden: 32, layers: 2 });
  const optimizer = adam();
  let parameters = convert(network.initialise(random.key(0)));
  let state = optimizer.initialise(parameters);
  return Array.from({ length: steps }, (_, step) => {
    const [dataKey, noiseKey, timeKey] = random.split(random.key(step), 3) as [
      random.Key,
      random.Key,
      random.Key,
    ];
    const batch = convert({
      data: random.normal(dataKey, [64, 2]).multiply(0.3).add(1),
      noise: random.normal(noiseKey, [64, 2]),
      ...sampleTimes(timeKey, 64),
    });
    let loss = 0;
    const gradients = grad((p: typeof parameters) => {
      // Constant weight: the adaptive one would keep the loss near 1 whatever the network answers.
      const result = meanFlowLoss((z, r, t) => network.apply(p, z, r, t), batch, { gamma: 1 });
      loss = result.loss.item();
      return result.loss;
    })(parameters);
    [parameters, state] = optimizer.update(gradients, state, parameters, 3e-3);
    return loss;
  });
}

function inFloat64<T>(tree: T): T {
  return mapTree((leaf) => cast(leaf as Tensor, 'float64'), tree) as T;
}

/** The largest difference, relative to the largest number of the same tensor. */
function relativeError(got: unknown, wanted: unknown): number {
  const leaves = treeLeaves(wanted) as Tensor[];
  return Math.max(
    ...(treeLeaves(got) as Tensor[]).map((leaf, i) => {
      const reference = leaves[i] as Tensor;
      const difference = cast(leaf, 'float64').subtract(reference).abs().max().item();
      return difference / reference.abs().max().item();
    }),
  );
}
