import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { findViolations, importsOf } from './layers.ts';

describe('the layering check', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fluxion-layers-'));
    for (const room of ['lib', 'autograd', 'flows']) mkdirSync(join(root, room));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, source: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  };

  const complaints: [string, string, string, string][] = [
    [
      'an import that runs upwards',
      'lib/a.ts',
      "import { b } from '../autograd/b.ts';",
      'lib may import from lib only',
    ],
    ['an upward type import', 'autograd/a.ts', "import type { B } from '../flows/b.ts';", 'lib only'],
    [
      'an upward re-export',
      'autograd/a.ts',
      "export * from '../flows/b.ts';",
      'autograd may import from autograd and lib',
    ],
    ['an upward lazy import', 'autograd/a.ts', "await import('../flows/b.ts');", 'autograd may import from'],
    [
      'an upward inline type',
      'lib/a.ts',
      "export type B = import('../flows/b.ts').B;",
      'lib may import from',
    ],
    ['an import of the specs', 'flows/a.ts', "import { b } from '../spec/b.ts';", 'flows may import from'],
    [
      'the command line used as a library',
      'flows/a.ts',
      "import { b } from './cli/b.ts';",
      'flows may import from',
    ],
    ['a Node module in lib', 'lib/deep/a.ts', "import fs from 'node:fs';", 'must run in a browser'],
    ['a Node module without its prefix', 'autograd/a.ts', "import fs from 'fs';", 'must run in a browser'],
    ['a Node module in a data set', 'flows/data/a.ts', "await import('node:fs');", 'must run in a browser'],
    [
      'the report used by a model',
      'flows/a.ts',
      "import { b } from './report/b.ts';",
      'flows may import from',
    ],
    ['a file reader in a model', 'flows/a.ts', "import { b } from './files/b.ts';", 'flows may import from'],
    [
      'a package in autograd',
      'autograd/a.ts',
      "import ndarray from 'ndarray';",
      'autograd may use no package',
    ],
    [
      'a report package outside the command line',
      'flows/a.ts',
      "import p from '@observablehq/plot';",
      'no package',
    ],
    [
      'an upward import within a room',
      'lib/errors.ts',
      "import { a } from './array.ts';",
      "'errors' stands below 'array'",
    ],
    [
      'an upward import between its folders',
      'autograd/core/a.ts',
      "import { b } from '../levels/b.ts';",
      "'core' stands",
    ],
    ['a part without a place', 'autograd/b.ts', "import { a } from './core/a.ts';", "give 'b' its place"],
    ['an eager optional peer', 'lib/a.ts', "import { GPU } from 'gpu.js';", 'optional peer'],
  ];
  for (const [title, file, source, complaint] of complaints) {
    it(`catches ${title}`, () => {
      write(file, `// a comment, so that the culprit stands on line 2\n${source}\n`);
      const violations = findViolations(root);
      expect(violations).to.have.length(1);
      expect(violations[0])
        .to.match(new RegExp(`^${file}:2 imports '`))
        .and.to.contain(complaint);
    });
  }

  it('catches a circle of files, and one of a folder with the files beside it', () => {
    write('lib/matmul/a.ts', "import { b } from './b.ts';");
    write('lib/matmul/b.ts', "import type { A } from './a.ts';");
    write('flows/paths/a.ts', "import { b } from './deep/b.ts';");
    write('flows/paths/deep/b.ts', 'export const b = 1;');
    write('flows/paths/deep/c.ts', "import { d } from '../d.ts';");
    write('flows/paths/d.ts', "import { a } from './a.ts';");
    expect(findViolations(root)).to.deep.equal([
      'flows/paths: a → deep → d → a is a circle of imports.',
      'lib/matmul: a → b → a is a circle of imports.',
    ]);
  });

  it('lets downward, lazy and command-line imports pass', () => {
    write(
      'lib/array.ts',
      "import ndarray from 'ndarray';\nimport { b } from './shape.ts';\nawait import('gpu.js');",
    );
    write(
      'autograd/trees.ts',
      "import { a } from '../lib/array.ts';\ndeclare module './core/b.ts' {}\n// import '../flows/a.ts'",
    );
    write('flows/index.ts', "import { a } from '../autograd/trees.ts';\nimport { b } from './data/b.ts';");
    write(
      'flows/report/a.ts',
      "import { a } from '../time.ts';\nimport * as Plot from '@observablehq/plot';",
    );
    write('flows/cli/a.ts', "import fs from 'node:fs';\nimport { a } from '../report/a.ts';");
    expect(findViolations(root)).to.deep.equal([]);
  });

  it('reads imports from the syntax tree, not from comments and strings', () => {
    const source = "/* import './no.ts' */ const text = `import './no.ts'`;\nimport './yes.ts';";
    expect(importsOf('a.ts', source)).to.deep.equal([{ specifier: './yes.ts', line: 2, lazy: false }]);
  });

  it('holds for this repository', () => {
    expect(findViolations(fileURLToPath(new URL('../../', import.meta.url)))).to.deep.equal([]);
  });
});
