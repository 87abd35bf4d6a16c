/** Every row of the primitives' table in onnxruntime-web, against `evaluate`. */
import type { PrimitiveName } from '../../../autograd/index.ts';
import { expectNear, primitiveCases } from '../../autograd/primitive-cases.ts';
import { runOnOnnx } from './run-onnx.ts';

/** Primitives that ONNX has no operators for; onnx.long.spec.ts sees that they are refused. */
const refused: readonly PrimitiveName[] = [
  'luFactor',
  'solve',
  'logAbsDeterminant',
  'determinant',
  'cofactors',
  'triangularSolve',
  'cholesky',
  'qr',
  'eigh',
  'svd',
  'pinv',
  'matrixExponential',
];

/** In float32 gelu has no digits where it is small, as the operator Erf has none near −1. */
const isCoarse = (label: string, dtype: string): boolean => label === 'gelu' && dtype === 'float32';

describe('primitives on onnxruntime', () => {
  for (const [name, { fn, inputs, labels, ...nearness }] of Object.entries(primitiveCases(refused))) {
    it(name, async () => {
      const results = await runOnOnnx(fn, inputs);
      fn(...inputs).forEach((wanted, i) => {
        const label = labels[i] as string;
        const relative = nearness.relative && isCoarse(label, wanted.dtype) ? 'above 1' : nearness.relative;
        expectNear(results[i]!, wanted, { ...nearness, ...(relative && { relative }), label });
      });
    });
  }
});
