import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { housePlan } from './house-plan.ts';
import { architecture, architectureNow, architectureOnDisk, structureOf } from './write-architecture.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the picture of the architecture', () => {
  it('shows the rooms, folders, packages and arrows that there are: npx tsx spec/tools/write-architecture.ts', () => {
    expect(structureOf(architectureOnDisk())).to.equal(structureOf(architectureNow()));
  });

  it('has counts that are no older than a quarter of what they count', () => {
    const counts = (svg: string) =>
      [...svg.matchAll(/(?<=>|, )\d[\d,]*(?= files| lines| imports|<)/g)].map(([text]) =>
        Number(text.replace(',', '')),
      );
    const [shown, now] = [counts(architectureOnDisk()), counts(architectureNow())];
    expect(shown).to.have.lengthOf(now.length).and.have.length.above(15);
    now.forEach((count, i) => {
      expect(Math.abs(shown[i]! - count)).to.be.at.most(Math.max(5, count / 4));
    });
  });

  it('counts what a listing counts', () => {
    const lib = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' });
    const files = lib.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
    expect(housePlan(root)[0]).to.include({ name: 'lib', files: files.length });
  });

  it('is another one with a new import, folder or package, and the same with a longer file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fluxion-plan-'));
    const write = (file: string, source: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
      return structureOf(architecture(housePlan(folder)));
    };
    for (const room of ['autograd', 'flows']) mkdirSync(join(folder, room));
    const empty = write('lib/a.ts', 'export const a = 1;\n');
    expect(write('lib/a.ts', 'export const a = 1;\nexport const b = 2;\n')).to.equal(empty);
    const withImport = write('flows/cli/a.ts', "import { a } from '../report/a.ts';\n");
    expect(withImport).not.to.equal(empty);
    const withFolder = write('lib/deep/a.ts', 'export const a = 1;\n');
    expect(withFolder).not.to.equal(withImport);
    expect(write('lib/deep/a.ts', "import ndarray from 'ndarray';\n")).not.to.equal(withFolder);
    rmSync(folder, { recursive: true });
  });

  it('wants a place for every room', () => {
    const [lib] = housePlan(root);
    expect(() => architecture([{ ...lib!, name: 'attic' }])).to.throw("give 'attic' a place");
  });
});
