export type { Timing } from './gpu/calibrate.ts';
export type { GpuReport } from './gpu/gpu-backend.ts';
export type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';
export { matmul, requireInnerLength } from './matmul.ts';
export {
  type BackendReport,
  backendReport,
  loadGpuBackend,
  type MatmulBackend,
  matmulBackend,
  setMatmulBackend,
} from './matmul-backend.ts';
