import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepPublicDeclarations } from './public-declarations.ts';

const declarations = {
  'index.d.ts': `
import './methods.ts';
export { type Box, make } from './box.ts';
export * as tools from './tools/index.ts';
`,
  'box.d.ts': `
import { type Hidden, type Lid } from './parts.ts';
/** The public one. */
export interface Box { lid: Lid; }
export declare function make(): Box;
export declare function helper(hidden: Hidden): void;
`,
  'parts.d.ts':
    'type Weight = number;\nexport interface Lid { weight: Weight; }\nexport interface Hidden { }\n',
  'methods.d.ts':
    "import type { Size } from './size.ts';\nimport { helper } from './box.ts';\n" +
    "declare module './box.ts' { interface Box { size: Size; } }\nexport {};\n",
  'size.d.ts': 'export type Size = 1 | 2;\n',
  'tools/index.d.ts':
    "export { saw } from './saw.ts';\nexport declare const drill: import('../size.ts').Size;\n",
  'tools/saw.d.ts': "import { type Inner } from './inner.ts';\nexport declare const saw: string;\n",
  'tools/inner.d.ts': 'export type Inner = string;\n',
  'alone.d.ts': 'export declare const alone: number;\n',
};

describe('the declarations that the package ships', () => {
  let dist: string;
  const read = (file: string) => readFileSync(join(dist, file), 'utf8');

  before(() => {
    dist = mkdtempSync(join(tmpdir(), 'fluxion-declarations-'));
    mkdirSync(join(dist, 'tools'));
    for (const [file, text] of Object.entries(declarations)) writeFileSync(join(dist, file), text);
    keepPublicDeclarations(dist, [join(dist, 'index.d.ts')]);
  });
  after(() => rmSync(dist, { recursive: true }));

  it('keep what an entry exports, and what that mentions, under its comments', () => {
    expect(read('box.d.ts')).to.contain('/** The public one. */\nexport interface Box');
    expect(read('box.d.ts')).to.contain('make(): Box');
    expect(read('parts.d.ts')).to.contain('Lid').and.to.contain('type Weight');
    expect(read('tools/saw.d.ts')).to.contain('saw: string');
  });

  it('keep what a module adds to a type of another', () => {
    expect(read('methods.d.ts')).to.contain('interface Box { size: Size; }').and.to.contain('./size.ts');
    expect(read('size.d.ts')).to.equal(declarations['size.d.ts']);
  });

  it('lose what no entry reaches, with its imports and its modules', () => {
    expect(read('box.d.ts')).not.to.match(/helper|Hidden/);
    expect(read('parts.d.ts')).not.to.contain('Hidden');
    expect(read('methods.d.ts')).not.to.contain('helper');
    for (const file of ['alone.d.ts', 'tools/inner.d.ts'])
      expect(existsSync(join(dist, file)), file).to.equal(false);
    expect(read('tools/saw.d.ts')).not.to.contain('Inner');
  });
});
