/**
 * As much of gpu.js as is used here, and how to get it. Its own types are not used: they need the DOM's, and
 * gpu.js is an optional peer, which those who read our declarations need not have.
 */

export interface GpuJs {
  readonly GPU: GpuConstructor;
  /** A flat matrix and its [width, height]. (`input()`, the documented way, is declared as a type only.) */
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

/**
 * WebGL 2 is a browser's; headless GL is the native package `gl`, which gpu.js installs in Node where it can
 * be built.
 */
export type GlMode = 'webgl2' | 'headlessgl';

export interface Gpu {
  createKernel(source: string, settings: object): GpuKernel;
  destroy(): Promise<void>;
}

export interface GpuInput {
  readonly size: readonly number[];
}

/** Called with two matrices and the depth that they share, a kernel returns the rows of their product. */
export interface GpuKernel {
  (a: GpuInput, b: GpuInput, depth: number): readonly Float32Array[];
  setOutput(size: readonly [number, number]): GpuKernel;
  destroy(): void;
  /** Why gpu.js gave the work to the CPU instead, if it did. */
  readonly fallbackReason: string | null;
  /** The context is null in those modes of gpu.js that are no GPU. */
  readonly kernel: { readonly context: GlContext | null };
}

/** The part of `WebGLRenderingContext` that tells what draws, and whether it still does. */
export interface GlContext {
  isContextLost(): boolean;
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
  readonly RENDERER: number;
  readonly MAX_TEXTURE_SIZE: number;
}

/** Loads gpu.js, which takes a tenth of a second; undefined if it is not installed. */
export async function importGpuJs(): Promise<GpuJs | undefined> {
  // Inside `try`, so that bundlers take a missing optional peer for what it is.
  try {
    const module = (await import('gpu.js')) as unknown as { readonly default?: GpuJs } & GpuJs;
    return module.default?.GPU ? module.default : module;
  } catch {
    return undefined;
  }
}

/** The one of the two ways to a GPU that this engine has. */
export function availableMode({ GPU }: GpuJs): GlMode | undefined {
  if (GPU.isWebGL2Supported) return 'webgl2';
  return GPU.isHeadlessGLSupported ? 'headlessgl' : undefined;
}
