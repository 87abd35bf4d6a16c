/**
 * Runs the commands of docs/command-line.md, and the README's, in a shell, and compares what they print with
 * the page.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Block, blocksOf, readPage } from './code-blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const blocks = blocksOf(readPage('docs/command-line.md').split('\n'));

describe('the commands of the documentation', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-commands-'));
    copyFileSync(join(root, 'docs/examples/penguins.csv'), join(folder, 'penguins.csv'));
    installSources(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  blocks.forEach((block, i) => {
    if (block.info !== 'sh') return;
    it(`line ${block.line + 1}: ${block.body.at(-1)?.slice(0, 60)} …`, () => {
      const printed = inShell(folder, block.body);
      const next = blocks[i + 1];
      if (next?.info === 'text') expect(printed).to.match(patternOf(next));
    });
  });

  it('leave the files that they name', () => {
    const named = blocks.flatMap(({ info, body }) => (info === 'sh' ? body : [])).join('\n');
    const files = [...named.matchAll(/(?:--out|>) (\S+)/g)].map(([, file]) => file as string);
    expect(files).to.have.length.above(8);
    for (const file of files) expect(existsSync(join(folder, file)), file).to.equal(true);
    expect(JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8'))).to.have.length.above(0);
  });

  it("name every command, and the README's run too, with fewer steps", () => {
    const readme = blocksOf(readPage('README.md').split('\n')).filter(({ body }) =>
      body[0]?.startsWith('npx fluxion'),
    );
    expect(readme).to.have.lengthOf(1);
    const lines = readme[0]!.body.map((line) => line.replace(' train ', ' train --steps 10 '));
    inShell(folder, lines);
    expect(existsSync(join(folder, 'samples.csv'))).to.equal(true);
    const shown = blocks.map(({ body }) => body.join('\n')).join('\n');
    const help = inShell(folder, ['npx fluxion --help']);
    for (const [, name] of help.matchAll(/^ {2}(\w+) /gm))
      expect(shown).to.include(`npx fluxion ${name} `.trimEnd());
  });

  it('would fail on output that is not the page’s', () => {
    const block = { line: 0, info: 'text', body: ['Wrote 5 samples to a.csv', '…', 'All 3 hold.'] };
    expect('Wrote 7 samples to a.csv\nanything\nAll 18 hold.\n').to.match(patternOf(block));
    expect('Wrote 7 samples to b.csv\nAll 18 hold.\n').not.to.match(patternOf(block));
    expect('Wrote 7 samples to a.csv\nNone hold.\n').not.to.match(patternOf(block));
  });
});

/** Makes `npx fluxion` mean the sources, in this folder. */
function installSources(folder: string): void {
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const [tsx, main] = [join(root, 'node_modules/tsx/dist/loader.mjs'), join(root, 'flows/cli/main.ts')];
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\n[ "$1" = fluxion ] || exit 9\nshift\nexec '${process.execPath}' --import 'file://${tsx}' '${main}' "$@" $([ "$1" = evaluate ] && echo --at-most 1e9)\n`,
  );
  chmodSync(join(bin, 'npx'), 0o755);
}

function inShell(folder: string, lines: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', lines.join('\n')], {
    cwd: folder,
    env: { ...process.env, PATH: `${join(folder, '.bin')}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
  });
  expect(status, stderr).to.equal(0);
  return stdout;
}

/** What the page shows, with any numbers and any white space, and anything at all for `…`. */
function patternOf({ body }: Block): RegExp {
  const lines = body.filter((line) => line.trim() !== '').map(anyNumbers);
  return new RegExp(`^\\s*${lines.join('\\s*')}\\s*$`);
}

function anyNumbers(line: string): string {
  return line
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\d+(?:\\?\.\d+)?(?:e[-\\+]*\d+)?/g, '[\\d.]+(?:e[-+]?\\d+)?')
    .replace(/\s+/g, '\\s+')
    .replaceAll('…', '[^]*');
}
