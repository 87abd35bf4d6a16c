import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { matmul, matmulBackend, setMatmulBackend } from '../../../lib/index.ts';
import { randomMatrix, randomNumbers } from '../../browser/checks.ts';

for (const backend of ['wasm', 'javascript'] as const) {
  describe(`matmul for long (${backend})`, function () {
    this.timeout(60_000);
    const before = matmulBackend();
    beforeEach(() => setMatmulBackend(backend));
    afterEach(() => setMatmulBackend(before));

    it('10,000 products of random shapes leave nothing behind', () => {
      multiplyOften(2000, 1);
      const start = memory();
      multiplyOften(8000, 2);
      const end = memory();
      // WebAssembly's memory has the size that the largest product needs. That product was among the first.
      expect(end.arrayBuffers - start.arrayBuffers).to.be.below(2e5);
      expect(end.heapUsed - start.heapUsed).to.be.below(1e6);
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

function memory(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect(); // The first collection may leave the engine to free array contents in the background.
  return process.memoryUsage();
}
