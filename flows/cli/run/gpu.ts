/** The GPU, for the commands that train: loaded if the user asks, described in a line, and counted. */
import { type BackendReport, backendReport, loadGpuBackend } from '../../../lib/index.ts';
import { UsageError } from '../arguments.ts';
import type { Console } from '../command.ts';

/** How many matrix products each kernel has computed. */
export type Products = BackendReport['products'];

/**
 * Loads the GPU if the user asks for it, by `--gpu` or by FLUXION_GPU=1, and writes what was measured and
 * decided, in one line. Without a GPU, training goes on without it.
 * @returns whether the user asks
 * @throws UsageError if FLUXION_GPU is neither 1 nor 0
 * @example const isAsked = await loadGpuIfAsked(values.gpu, console);
 */
export async function loadGpuIfAsked(given: boolean | undefined, { err }: Console): Promise<boolean> {
  const isAsked = given === true || isAskedByEnvironment();
  if (!isAsked) return false;
  await loadGpuBackend();
  err.write(`GPU: ${describeGpu()}\n`);
  return true;
}

/** Which GPU there is and what it does, or why it does nothing. */
export function describeGpu(): string {
  const { status, reason, renderer, winsFrom } = backendReport().gpu;
  if (status !== 'ready') return `not used: ${reason}`;
  return `${renderer}: ${reason}${winsFrom === undefined ? '; not used' : ''}`;
}

/** How many products each kernel has computed since an earlier report. */
export function productsSince(before: Products): Products {
  const { gpu, wasm, javascript } = backendReport().products;
  return {
    gpu: gpu - before.gpu,
    wasm: wasm - before.wasm,
    javascript: javascript - before.javascript,
  };
}

function isAskedByEnvironment(): boolean {
  const text = process.env.FLUXION_GPU ?? '';
  if (!['', '0', '1'].includes(text)) throw new UsageError(`FLUXION_GPU: wanted 1 or 0, got '${text}'`);
  return text === '1';
}
