export { selectInSimd, withSimdArithmetic, withSimdComparison } from './binary.ts';
export {
  type ElementwiseBackend,
  elementwiseBackend,
  setElementwiseBackend,
  simdPays,
  usesSimd,
} from './elementwise-backend.ts';
export { withSimd } from './unary.ts';
