export { formatCsv } from './format-csv.ts';
export { formatNpy } from './format-npy.ts';
export { formatOnnx, type OnnxOptions } from './onnx/format-onnx.ts';
export {
  type OnnxRuntimeModule,
  type OnnxRuntimeOptions,
  type OnnxTensor,
  onnxRuntime,
} from './onnx/onnx-runtime.ts';
export { formatSafetensors, parseSafetensors, type SafetensorsFile } from './safetensors.ts';
export { fromStateDict, stateDict } from './state-dict.ts';
export { flattenNames, type NamedTensors, restoreTree, unflattenNames } from './tensor-names.ts';
