export { extremeLength, pageLength } from './kernels.ts';
export { paysInSimd, rowsInSimd, segmentsInSimd } from './reductions.ts';
