/** Checks the specs of the compiler: each must fail when a mistake is planted in it. */
import { readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { load } from '../mutation/modules.ts';
import { mistakes } from './planted-mistakes.ts';

const specs = {
  lib: ['spec/lib/program/program.spec.ts', 'spec/lib/program/loops.spec.ts'],
  autograd: ['spec/autograd/graph/compile.spec.ts'],
} as const;

describe('a mistake in the compiler', () => {
  for (const [room, names] of Object.entries(specs)) {
    it(`is what the specs of ${room} fail for: without one they pass`, () => {
      expect(firstFailure(names, new Map())).to.equal(null);
    });
  }

  for (const [name, { file, from, to }] of Object.entries(mistakes)) {
    it(`makes a spec fail: ${name}`, () => {
      const source = readFileSync(pathOf(file), 'utf8');
      expect(source.split(from).length - 1, `places with ${from}`).to.equal(1);
      const changed = new Map([[pathOf(file), source.replace(from, () => to)]]);
      expect(firstFailure(file.startsWith('lib') ? specs.lib : specs.autograd, changed)).not.to.equal(null);
    });
  }
});

/** The title of the first test that fails with these sources in place of files; null if all pass. */
function firstFailure(files: readonly string[], sources: ReadonlyMap<string, string>): string | null {
  for (const file of files) {
    for (const [title, run] of testsOf(file, sources)) {
      try {
        run();
      } catch {
        return title;
      }
    }
  }
  return null;
}

type Test = readonly [title: string, run: () => void];

/** The tests of a file of specs, which it gives to our `it` instead of mocha's. */
function testsOf(file: string, sources: ReadonlyMap<string, string>): readonly Test[] {
  const tests: Test[] = [];
  const mocha = { describe: globalThis.describe, it: globalThis.it };
  Object.assign(globalThis, {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, run: () => void) => tests.push([title, run]),
  });
  try {
    load(pathOf(file), sources, isShared);
  } finally {
    Object.assign(globalThis, mocha);
  }
  return tests;
}

function isShared(path: string): boolean {
  const folders = path.split(sep);
  return folders.includes('lib') && !folders.includes('program') && !folders.includes('spec');
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../../${file}`, import.meta.url));
}
