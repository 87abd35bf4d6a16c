import { expect } from 'chai';
import { matmul, view } from '../../../lib/index.ts';

describe('products beyond 32-bit addresses', () => {
  it('are right: JavaScript computes them from where the operands are', () => {
    // 2²⁹ float64 are 4 GiB in WebAssembly; here they are two numbers in memory.
    const depth = 2 ** 25;
    const a = view(Float64Array.of(1, 2), [16, depth], [0, 0], 1);
    const b = view(Float64Array.of(1, 2), [depth, 1], [0, 0], 0);
    expect([...matmul(a, b).data]).to.deep.equal(new Array(16).fill(2 * depth));
  });
});
