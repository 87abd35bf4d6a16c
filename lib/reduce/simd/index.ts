export { extremeLength, pageLength } from './reduction-kernels.ts';
export { paysInSimd, rowsInSimd, segmentsInSimd } from './reductions.ts';
