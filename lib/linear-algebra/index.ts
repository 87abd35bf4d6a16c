export { cholesky } from './cholesky.ts';
export { cofactors, determinant } from './determinant.ts';
export { type LuFactors, luFactor, luLogDeterminant, luSolve } from './lu.ts';
export { type Triangle, triangularSolve } from './triangular.ts';
