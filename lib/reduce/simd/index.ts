export { pageLength } from './reduction-kernels.ts';
export { rowsInSimd, rowsPayInSimd, segmentsInSimd, segmentsPayInSimd } from './reductions.ts';
