export { cholesky } from './cholesky.ts';
export { type LuFactors, luFactor, luLogDeterminant, luSolve } from './lu.ts';
export { type Triangle, triangularSolve } from './triangular.ts';
