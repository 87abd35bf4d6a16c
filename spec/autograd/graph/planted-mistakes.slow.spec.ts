/** Checks the specs of the compiler: each must fail when a mistake is planted in it. */
import { expect } from 'chai';
import type { Mistake } from '../../proof/mistake.ts';
import { MistakeTrier } from '../../proof/mistake-trier.ts';
import { mistakes } from './planted-mistakes.ts';

const specs = {
  lib: ['spec/lib/program/program.spec.ts', 'spec/lib/program/loops.spec.ts'],
  autograd: ['spec/autograd/graph/compile.spec.ts'],
} as const;

/**
 * How many mistakes one process tries. Each has a copy of lib with threads of its own, and they keep the
 * memory of its programs, for each of which an engine reserves 10 GB of addresses.
 */
const mostInOneProcess = 12;

describe('a mistake in the compiler', () => {
  let trier = new MistakeTrier();
  let tried = 0;

  beforeEach(() => {
    if (tried++ % mostInOneProcess !== 0) return;
    trier.end();
    trier = new MistakeTrier();
  });
  after(() => trier.end());

  async function firstFailure(files: readonly string[], mistake: (Mistake & { wrong: string }) | null) {
    for (const spec of files) {
      const answer = await trier.attempt({ mistake: mistake && { ...mistake, spec }, catcher: { spec } });
      if ('error' in answer) throw new Error(answer.error);
      if (answer.failure !== null) return answer.failure;
    }
    return null;
  }

  for (const [room, names] of Object.entries(specs)) {
    it(`is what the specs of ${room} fail for: without one they pass`, async () => {
      expect(await firstFailure(names, null)).to.equal(null);
    });
  }

  for (const [wrong, mistake] of Object.entries(mistakes)) {
    it(`makes a spec fail: ${wrong}`, async () => {
      const names = mistake.file.startsWith('lib') ? specs.lib : specs.autograd;
      expect(await firstFailure(names, { ...mistake, wrong })).not.to.equal(null);
    });
  }
});
