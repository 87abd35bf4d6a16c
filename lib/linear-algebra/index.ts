export { cholesky } from './cholesky.ts';
export { cofactors, determinant } from './determinant.ts';
export { eigh } from './eigh.ts';
export { type LuFactors, luFactor, luLogDeterminant, luSolve } from './lu.ts';
export { matrixExponential } from './matrix-exponential.ts';
export { pinv } from './pinv.ts';
export { qr } from './qr.ts';
export { svd } from './svd.ts';
export { type Triangle, triangularSolve } from './triangular.ts';
