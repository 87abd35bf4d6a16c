import { expect } from 'chai';
import { matmul, matmulBackend, setMatmulBackend } from '../../../lib/index.ts';
import { leastGrowth } from '../../autograd/collect-garbage.ts';
import { randomMatrix, randomNumbers } from '../../browser/checks.ts';

for (const backend of ['wasm', 'javascript'] as const) {
  describe(`matmul for long (${backend})`, function () {
    this.timeout(60_000);
    const before = matmulBackend();
    beforeEach(() => setMatmulBackend(backend));
    afterEach(() => setMatmulBackend(before));

    it('8,000 products of random shapes leave nothing behind', () => {
      // WebAssembly's memory has the size that the largest product needs. That product comes first.
      multiplyOften(1, 1);
      expect(leastGrowth(() => multiplyOften(8000, 2))).to.be.below(2e5);
    });
  });
}

function multiplyOften(count: number, seed: number): void {
  const next = randomNumbers(seed);
  const upTo40 = () => 1 + Math.floor(next() * 40);
  for (let i = 0; i < count; i++) {
    const [rows, depth, columns] = i === 0 ? [40, 40, 40] : [upTo40(), upTo40(), upTo40()];
    matmul(randomMatrix(next, rows, depth), randomMatrix(next, depth, columns));
  }
}
