/** Checks the specs of the compiler: each must fail when a mistake is planted in it. */
import { expect } from 'chai';
import { failureOfSpec, plant, type Sources } from '../../proof/attempt.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { mistakes } from './planted-mistakes.ts';

const specs = {
  lib: ['spec/lib/program/program.spec.ts', 'spec/lib/program/loops.spec.ts'],
  autograd: ['spec/autograd/graph/compile.spec.ts'],
} as const;

describe('a mistake in the compiler', () => {
  // Each mistake has programs of its own, and an engine reserves much address space for each one's memory.
  afterEach(collectGarbage);

  for (const [room, names] of Object.entries(specs)) {
    it(`is what the specs of ${room} fail for: without one they pass`, async () => {
      expect(await firstFailure(names, new Map())).to.equal(null);
    });
  }

  for (const [name, mistake] of Object.entries(mistakes)) {
    it(`makes a spec fail: ${name}`, async () => {
      const names = mistake.file.startsWith('lib') ? specs.lib : specs.autograd;
      expect(await firstFailure(names, plant(mistake))).not.to.equal(null);
    });
  }
});

async function firstFailure(files: readonly string[], sources: Sources): Promise<string | null> {
  for (const file of files) {
    const failure = await failureOfSpec(file, sources);
    if (failure !== null) return failure;
  }
  return null;
}
