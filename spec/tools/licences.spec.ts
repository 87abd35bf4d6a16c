import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Metafile } from 'esbuild';
import { bundledPackages, licencesOf } from './licences.ts';

/** A bundle of these files. */
const bundleOf = (...files: string[]): Metafile => ({
  inputs: {},
  outputs: {
    'bundle.js': {
      bytes: 1,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }])),
    },
  },
});

describe('the licences of bundled packages', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fluxion-licences-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const addPackage = (folder: string, version: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(root, folder), { recursive: true });
    const name = folder.split('node_modules/').at(-1);
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name, version, license: 'ISC' }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, folder, file), text);
  };

  it('are wanted of every package that puts code into the bundle, the packages within packages too', () => {
    const files = [
      'lib/array.ts',
      'node_modules/b/index.js',
      'node_modules/b/lib/c.js',
      'node_modules/@a/b/index.js',
      'node_modules/b/node_modules/@a/c/index.js',
    ];
    expect(bundledPackages(bundleOf(...files))).to.deep.equal([
      'node_modules/@a/b',
      'node_modules/b',
      'node_modules/b/node_modules/@a/c',
    ]);
  });

  it('come with name and version, the whole text, and notices', () => {
    addPackage('node_modules/@a/b', '1.2.3', { license: 'Do as you please.\n', 'NOTICE.txt': 'By a.' });
    addPackage('node_modules/c', '4.5.6', { 'LICENSE-MIT.txt': 'Keep this.', 'index.js': 'code' });
    const text = licencesOf(root, ['node_modules/@a/b', 'node_modules/c']);
    expect(text).to.match(
      /\n@a\/b 1\.2\.3 \(ISC\)\n\nDo as you please\.\n\nBy a\.\n\n=+\n\nc 4\.5\.6 \(ISC\)\n\nKeep this\.\n$/,
    );
  });

  it('must be there as text: the build fails for a package without', () => {
    addPackage('node_modules/a', '1.0.0', { NOTICE: 'By a.' });
    expect(() => licencesOf(root, ['node_modules/a'])).to.throw(
      'a 1.0.0 is bundled, but brings no text of its licence',
    );
  });
});
