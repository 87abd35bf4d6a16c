/** Who multiplies matrices, and how fast. */
import { random, toNDArray } from '../../../autograd/index.ts';
import { loadGpuBackend, matmul, setMatmulBackend } from '../../../lib/index.ts';
import type { BackendName } from './choices.ts';

/** The outcome of choosing a backend. */
export interface Speed {
  /** What was asked for. */
  readonly backend: BackendName;
  /** The speed of a product of two float32 matrices, 256 × 256. Absent if this backend is not available. */
  readonly gigaflops?: number;
  /** A sentence about the backend, for the reader. */
  readonly note: string;
}

const size = 256;
const milliseconds = 60;

/** Chooses a backend and measures it. If it is not available, says why and takes WebAssembly. */
export async function chooseBackend(backend: BackendName): Promise<Speed> {
  if (backend !== 'gpu') {
    setMatmulBackend(backend);
    return { backend, gigaflops: measure(), note: '' };
  }
  const { status, reason, renderer } = await loadGpuBackend();
  if (status !== 'ready') {
    setMatmulBackend('auto');
    return { backend, note: `gpu.js did not load: ${reason}. WebAssembly goes on.` };
  }
  setMatmulBackend('gpu');
  return { backend, gigaflops: measure(), note: `${renderer ?? 'GPU'}: ${reason}.` };
}

function measure(): number {
  const [a, b] = random.split(random.key(0)).map((key) => toNDArray(random.normal(key, [size, size])));
  if (!a || !b) return Number.NaN;
  matmul(a, b);
  let products = 0;
  const start = performance.now();
  let elapsed = 0;
  for (; elapsed < milliseconds; elapsed = performance.now() - start) {
    matmul(a, b);
    products++;
  }
  return (2 * size ** 3 * products) / elapsed / 1e6;
}
