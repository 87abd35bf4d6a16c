export { type MatmulBackend, matmulBackend, setMatmulBackend } from './backend.ts';
export type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';
export { matmul } from './matmul.ts';
