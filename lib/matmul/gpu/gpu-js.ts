/**
 * The part of gpu.js that we use, and how we load it. We do not use its own types: they need the DOM's types,
 * and gpu.js is an optional peer that users of our declarations need not have.
 */
import { ArgumentError, describe } from '../../errors.ts';

export interface GpuJs {
  readonly GPU: GpuConstructor;
  /** A flat matrix and its [width, height]. (gpu.js documents `input()`, but declares it as a type only.) */
  readonly Input: new (
    data: Float32Array,
    size: readonly [number, number],
  ) => GpuInput;
}

interface GpuConstructor {
  new (settings: { readonly mode: GlMode }): Gpu;
  readonly isWebGL2Supported: boolean;
  readonly isHeadlessGLSupported: boolean;
}

/** Browsers have WebGL 2. Node has headless GL, if gpu.js could build and install the native package `gl`. */
export type GlMode = 'webgl2' | 'headlessgl';

export interface Gpu {
  createKernel(source: string, settings: object): GpuKernel;
  destroy(): Promise<void>;
}

export interface GpuInput {
  readonly size: readonly number[];
}

/** A function that takes two matrices and their common depth, and returns the rows of their product. */
export interface GpuKernel {
  (a: GpuInput, b: GpuInput, depth: number): readonly Float32Array[];
  setOutput(size: readonly [number, number]): GpuKernel;
  destroy(): void;
  /** Why gpu.js gave the work to the CPU instead, if it did. */
  readonly fallbackReason: string | null;
  /** The context is null in the modes of gpu.js that do not use a GPU. */
  readonly kernel: { readonly context: GlContext | null };
}

/** The part of `WebGLRenderingContext` that gives the renderer's name and says if the context is lost. */
export interface GlContext {
  isContextLost(): boolean;
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
  readonly RENDERER: number;
  readonly MAX_TEXTURE_SIZE: number;
}

/** What the module exports, by name or as its default; ArgumentError for a module that is not gpu.js. */
export function gpuJsOf(module: object): GpuJs {
  const { default: whole = module } = module as { readonly default?: object };
  if ('GPU' in whole) return whole as GpuJs;
  throw new ArgumentError(
    `loadGpuBackend: wanted gpuJs to be the module gpu.js, as await import('gpu.js') gives it, got ${describe(module)}`,
  );
}

/** What webpack calls its own import. It knows that the name exists, and drops what needs its absence. */
declare const __webpack_require__: unknown;

/** Loads the installed gpu.js, in a tenth of a second; undefined if there is none. */
export async function importGpuJs(): Promise<GpuJs | undefined> {
  // An import inside `try` tells bundlers that this peer is optional and may be missing. webpack warns all
  // the same, so there the caller gives gpu.js.
  try {
    return typeof __webpack_require__ === 'undefined' ? gpuJsOf(await import('gpu.js')) : undefined;
  } catch {
    return undefined;
  }
}

/** The way to a GPU that this engine has; undefined if it has none. */
export function availableMode({ GPU }: GpuJs): GlMode | undefined {
  if (GPU.isWebGL2Supported) return 'webgl2';
  return GPU.isHeadlessGLSupported ? 'headlessgl' : undefined;
}
