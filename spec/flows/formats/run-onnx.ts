/** Runs functions of ours in onnxruntime-web. */
import * as ort from 'onnxruntime-web';
import { makeGraph, type Tensor, tensor } from '../../../autograd/index.ts';
import { formatOnnx } from '../../../flows/formats/index.ts';

/** A function's outputs according to the other runtime. */
export async function runOnOnnx(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  given: readonly Tensor[],
): Promise<readonly Tensor[]> {
  const graph = makeGraph(fn, given);
  const inputs = given.map((_, i) => `input${i}`);
  const outputs = graph.outputs.map((_, i) => `output${i}`);
  return runFile(formatOnnx(graph, { inputs, outputs }), given, outputs);
}

/** The outputs of a file whose inputs are named input0, input1, … */
export async function runFile(
  bytes: Uint8Array,
  given: readonly Tensor[],
  outputs: readonly string[],
): Promise<readonly Tensor[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds = given.map((x, i) => [`input${i}`, fed(x)] as const);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return outputs.map((name) => taken(results[name] as ort.Tensor));
}

function fed(x: Tensor): ort.Tensor {
  return new ort.Tensor(x.dtype as 'float32', x.toTypedArray() as Float32Array, x.shape);
}

function taken({ data, dims, type }: ort.Tensor): Tensor {
  const values = type === 'bool' ? Uint8Array.from(data as Uint8Array, Number) : data;
  return tensor(values as Float32Array, type === 'bool' ? { dtype: 'bool' } : {}).reshape(dims);
}
