export type { MatmulKernel, Matrix, ProductSize } from './kernel.ts';
export { matmul } from './matmul.ts';
