import { expect } from 'chai';
import type { Benchmarks } from '../../../flows/cli/commands/benchmarks.ts';
import { matmulBackend, threadCount } from '../../../lib/index.ts';
import { runCaptured } from './run-captured.ts';

describe('fluxion bench', () => {
  it('measures every backend, and leaves the settings as they were', async () => {
    const before = [matmulBackend(), threadCount()];
    const { code, out } = await runCaptured(['bench', '--json']);
    expect(code).to.equal(0);
    const { products, elementwise, training } = JSON.parse(out) as Benchmarks;
    expect(products.map(({ size }) => size)).to.deep.equal([64, 128, 256, 512, 1024]);
    for (const { rates } of products) {
      expect(rates).to.include.keys('1 thread', 'plain JS');
      for (const rate of Object.values(rates)) expect(rate).to.be.within(0.01, 1000);
    }
    for (const time of Object.values(elementwise)) expect(time).to.be.within(0.01, 1000);
    expect(training.gradient).to.be.above(training.forward);
    expect(training.meanFlowStep).to.be.above(training.gradient);
    expect([matmulBackend(), threadCount()]).to.deep.equal(before);
  }).timeout(120_000);
});
