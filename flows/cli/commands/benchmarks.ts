/**
 * Measures how fast this machine is: kernels of `lib`, and a training step. The functions of one table run in
 * turn, so that their times can be compared.
 */
import { full, grad, random, toNDArray } from '../../../autograd/index.ts';
import * as lib from '../../../lib/index.ts';
import { meanFlowLoss } from '../../losses/index.ts';
import { mlpVelocityNetwork, type VelocityParameters } from '../../networks/index.ts';
import { adam } from '../../training/index.ts';

/** The figures of this machine. */
export interface Benchmarks {
  /** GFLOP/s of float32 products of square matrices, by size and backend. */
  readonly products: readonly { readonly size: number; readonly rates: Readonly<Record<string, number>> }[];
  /** Nanoseconds for each of a million float32 values, by function. */
  readonly elementwise: Readonly<Record<string, number>>;
  /** Milliseconds of one call, for an MLP of 3 layers of 256 on batches of 256. */
  readonly training: Readonly<Record<'forward' | 'gradient' | 'meanFlowStep', number>>;
}

const sizes = [64, 128, 256, 512, 1024];

/**
 * Measures for some seconds. Afterwards the backend and the number of threads are as before.
 * @example const { products } = runBenchmarks();
 */
export function runBenchmarks(): Benchmarks {
  const [backend, threads] = [lib.matmulBackend(), lib.threadCount()];
  try {
    return {
      products: sizes.map((size) => products(size, threads)),
      elementwise: elementwise(),
      training: training(),
    };
  } finally {
    lib.setMatmulBackend(backend);
    lib.setThreads(threads);
  }
}

function products(size: number, threads: number) {
  const [keyA, keyB] = random.split(random.key(size));
  const [a, b] = [
    toNDArray(random.uniform(keyA, [size, size])),
    toNDArray(random.uniform(keyB, [size, size])),
  ];
  const product = (backend: lib.MatmulBackend, count: number) => () => {
    lib.setMatmulBackend(backend);
    lib.setThreads(count);
    lib.matmul(a, b);
  };
  const times = measureInTurn({
    '1 thread': product('wasm', 1),
    ...(threads > 1 ? { [`${threads} threads`]: product('wasm', threads) } : {}),
    'plain JS': product('javascript', 1),
  });
  const rates = Object.entries(times).map(([name, seconds]) => [name, (2 * size ** 3) / seconds / 1e9]);
  return { size, rates: Object.fromEntries(rates) as Record<string, number> };
}

function elementwise(): Readonly<Record<string, number>> {
  const count = 1e6;
  const x = toNDArray(random.normal(random.key(0), [count]));
  const times = measureInTurn({
    add: () => lib.add(x, x),
    exp: () => lib.exp(x),
    tanh: () => lib.tanh(x),
    silu: () => lib.silu(x),
  });
  return Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, (seconds / count) * 1e9]));
}

function training(): Benchmarks['training'] {
  lib.setMatmulBackend('auto');
  const batch = 256;
  const network = mlpVelocityNetwork({ features: 64, hidden: 256, layers: 3 });
  const [dataKey, noiseKey] = random.split(random.key(1));
  const [data, noise] = [random.normal(dataKey, [batch, 64]), random.normal(noiseKey, [batch, 64])];
  const [r, t] = [full([batch, 1], 0.3), full([batch, 1], 0.8)];
  const optimizer = adam();
  let parameters = network.initialise(random.key(0));
  let state = optimizer.initialise(parameters);
  const u = (p: VelocityParameters) => network.apply(p, data, r, t);
  const loss = (p: VelocityParameters) =>
    meanFlowLoss((z, from, to) => network.apply(p, z, from, to), { data, noise, r, t }).loss;
  const times = measureInTurn(
    {
      forward: () => u(parameters),
      gradient: () => grad((p: VelocityParameters) => u(p).square().mean())(parameters),
      meanFlowStep: () => {
        [parameters, state] = optimizer.update(grad(loss)(parameters), state, parameters, 1e-3);
      },
    },
    60,
  ); // more rounds: the calls are short, and other programs may delay the threads
  return {
    forward: times.forward * 1e3,
    gradient: times.gradient * 1e3,
    meanFlowStep: times.meanFlowStep * 1e3,
  };
}

/**
 * The shortest time of one call of each function, in seconds. A round runs every function for about 15 ms.
 * The rounds are short, so that even on a busy machine some are undisturbed.
 */
function measureInTurn<T extends Readonly<Record<string, () => unknown>>>(
  functions: T,
  rounds = 12,
): { readonly [K in keyof T]: number } {
  const entries = Object.entries(functions).map(([name, run]) => {
    run();
    return {
      name,
      run,
      calls: Math.max(1, Math.round(0.015 / timeOf(run, 1))),
      best: Number.POSITIVE_INFINITY,
    };
  });
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) entry.best = Math.min(entry.best, timeOf(entry.run, entry.calls));
  }
  return Object.fromEntries(entries.map(({ name, best }) => [name, best])) as { [K in keyof T]: number };
}

/** The mean time of one call, in seconds. */
function timeOf(run: () => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) run();
  return (performance.now() - start) / 1000 / calls;
}
