export { type ElementwiseBackend, elementwiseBackend, setElementwiseBackend, simdPays } from './backend.ts';
export { withSimdArithmetic } from './binary.ts';
export { withSimd } from './unary.ts';
