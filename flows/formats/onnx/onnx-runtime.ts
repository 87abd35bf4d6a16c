/** ONNX Runtime as an engine for compiled functions. */
import type { CompileTarget, Graph } from '../../../autograd/index.ts';
import {
  ArgumentError,
  completeOptions,
  type DType,
  dtypeOf,
  flat,
  type NDArray,
  wrap,
} from '../../../lib/index.ts';
import { formatOnnx } from './format-onnx.ts';

type Numbers = ReturnType<typeof flat>;

/** A tensor of the package's. */
export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** What we use of the packages onnxruntime-node and onnxruntime-web. */
export interface OnnxRuntimeModule {
  readonly Tensor: new (dtype: DType, data: never, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: {
    create(
      file: Uint8Array,
      options: Readonly<Record<string, unknown>>,
    ): Promise<{ run(feeds: never): Promise<Readonly<Record<string, OnnxTensor>>> }>;
  };
}

export interface OnnxRuntimeOptions {
  /** The package, if it is not onnxruntime-node: in a browser `await import('onnxruntime-web')`. */
  readonly runtime?: OnnxRuntimeModule;
  /** Options of each `InferenceSession`, such as `{ intraOpNumThreads: 1 }`. */
  readonly session?: Readonly<Record<string, unknown>>;
}

/**
 * ONNX Runtime as a target of `compile`: native speed in Node. It needs the package onnxruntime-node, which
 * `npm install onnxruntime-node` adds. The results are those of the function but for rounding; random draws
 * have the same bits.
 *
 * @throws (by the promise) ArgumentError if the package is not there, or a compiled function has a primitive
 * that `formatOnnx` refuses
 * @example const step = compile(trainingStep(options), { donate: [0], target: await onnxRuntime() });
 */
export async function onnxRuntime(options: OnnxRuntimeOptions = {}): Promise<CompileTarget> {
  const { runtime, session } = completeOptions('onnxRuntime', { runtime: undefined, session: {} }, options);
  const onnx = runtime ?? (await importRuntime());
  return { name: 'onnxruntime', load: (graph) => load(onnx, graph, session) };
}

/** The package of that name. */
export async function importRuntime(name = 'onnxruntime-node'): Promise<OnnxRuntimeModule> {
  // The name is no literal, so that no bundler looks for a package that is optional, and made for Node.
  try {
    const module = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
    return module.default ?? module;
  } catch (cause) {
    throw new ArgumentError(
      `onnxRuntime: the package ${name} cannot be loaded; install it with: npm install ${name}`,
      { cause },
    );
  }
}

async function load({ InferenceSession, Tensor }: OnnxRuntimeModule, graph: Graph, options: object) {
  const inputs = graph.inputs.map((_, i) => `input${i}`);
  const outputs = graph.outputs.map((_, i) => `output${i}`);
  const file = formatOnnx(graph, { inputs, outputs });
  const session = await InferenceSession.create(file, { logSeverityLevel: 3, ...options });
  const fed = (x: NDArray) => new Tensor(dtypeOf(x), flat(x) as never, x.shape);
  return async (arrays: readonly NDArray[]): Promise<readonly NDArray[]> => {
    const feeds = Object.fromEntries(arrays.map((x, i) => [inputs[i], fed(x)]));
    const results = await session.run(feeds as never);
    return outputs.map((name) => {
      const { data, dims } = results[name] as OnnxTensor;
      return wrap(data as Numbers, dims);
    });
  };
}
