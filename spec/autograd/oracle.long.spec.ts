/**
 * Two oracles for every reverse rule, both made from the forward rules. One transposes the linearised
 * program, operation by operation. The other builds the whole Jacobian, column by column.
 */
import { jvp, linearize, type Tensor, tensor, vjp } from '../../autograd/index.ts';
import { isFloating, sizeOf } from '../../lib/index.ts';
import { setUp } from './harness.ts';
import { expectClose, inner, sampleTensor } from './numbers.ts';
import { table } from './primitives.table.ts';

describe('every reverse rule is linearise-and-transpose, and the Jacobian’s columns', () => {
  for (const [primitive, rows] of Object.entries(table)) {
    const differentiable = rows.filter(({ result = 'float64' }) => isFloating(result));
    if (differentiable.length === 0) continue;
    it(primitive, () => {
      for (const row of differentiable) {
        const { f, x, v } = setUp(row);
        const [y, pullback] = vjp(f, [...x]);
        const w = sampleTensor(60, y.shape, -1, 1);
        const pulled = pullback(w);
        const [value, push] = linearize(f, [...x]);
        const [, transposed] = vjp((...tangents: Tensor[]) => push(tangents), [...v]);
        expectClose(value, y, 0, row.label);
        expectClose(push([...v]), jvp(f, [...x], [...v])[1], 1e-13, `${row.label}, pushed`);
        expectClose(transposed(w), pulled, 1e-12, `${row.label}, transposed`);
        expectClose(fromColumns(f, x, w), pulled, 1e-12, `${row.label}, by columns`);
      }
    });
  }
});

/** Jᵀw of each input: ⟨column of J, w⟩ for each of its elements. */
function fromColumns(f: (...x: Tensor[]) => Tensor, x: readonly Tensor[], w: Tensor): Tensor[] {
  return x.map(({ shape }, i) => {
    const entries = Array.from({ length: sizeOf(shape) }, (_, element) => {
      const unit = new Float64Array(sizeOf(shape));
      unit[element] = 1;
      const tangents = x.map((_, j) => (i === j ? tensor(unit).reshape(shape) : 0));
      return inner(jvp(f, [...x], tangents)[1], w);
    });
    return tensor(new Float64Array(entries)).reshape(shape);
  });
}
