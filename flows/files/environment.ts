/** The machine and the software that a computation ran on, as far as its last bits depend on them. */
import { createHash } from 'node:crypto';
import { matmul, random, type Tensor, tanh, toNDArray } from '../../autograd/index.ts';
import { backendReport, flat } from '../../lib/index.ts';

/** What a result was computed with. */
export interface Environment {
  /** `process.version`. The engine's own exp, sin, … differ between versions. */
  readonly node: string;
  /** The operating system and the processor, such as 'linux x64'. */
  readonly platform: string;
  /** What `matmulBackend` returns; with the GPU's name, if products may go to one. */
  readonly backend: string;
  /**
   * A hash of the bits of a small computation. It differs where kernels round differently, for example with
   * fused multiply-adds.
   */
  readonly arithmetic: string;
}

/** The environment of this process. @example currentEnvironment().node; // 'v22.18.0' */
export function currentEnvironment(): Environment {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    backend: backendName(),
    arithmetic: arithmetic(),
  };
}

/**
 * Says in words what differs between two environments; undefined if nothing does.
 * @example differenceOf(there, currentEnvironment()); // 'node was v22.18.0 and is v24.1.0'
 */
export function differenceOf(there: Environment, here: Environment): string | undefined {
  const names = Object.keys(here) as (keyof Environment)[];
  const differing = names.filter((name) => there[name] !== here[name]);
  if (differing.length === 0) return undefined;
  return differing.map((name) => `${name} was ${there[name]} and is ${here[name]}`).join(', ');
}

function backendName(): string {
  const { chosen, gpu } = backendReport();
  const isAsked = chosen === 'gpu' || (chosen === 'auto' && gpu.winsFrom !== undefined);
  return isAsked && gpu.status === 'ready' ? `${chosen} with ${gpu.renderer}` : chosen;
}

function arithmetic(): string {
  const hash = createHash('sha256');
  for (const dtype of ['float32', 'float64'] as const) {
    const [a, b] = random.split(random.key(1)).map((key) => random.normal(key, [48, 48], { dtype })) as [
      Tensor,
      Tensor,
    ];
    const values = flat(toNDArray(tanh(matmul(a, b))));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
