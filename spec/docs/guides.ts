/** The programs of docs/guides, run as their readers run them, and what the pages say that they print. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { blocksOf, readPage } from './code-blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the guides are. */
export const guidesFolder = join(root, 'docs/guides');

/** The names of the guides that have a program for Node. */
export const guides = readdirSync(guidesFolder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));

/** Runs `npx tsx <guide>.ts` in a folder, where it may write. Returns what it prints. */
export function runGuide(guide: string, folder: string): string {
  if (guide === 'pytorch')
    copyFileSync(join(root, 'spec/golden/torch-sequential.safetensors'), join(folder, 'model.safetensors'));
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tsx, '--tsconfig', join(root, 'tsconfig.json'), join(guidesFolder, `${guide}.ts`)],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(status, stderr).to.equal(0);
  return stdout;
}

/** What the guide's page says that its program prints: its block of text. */
export function shownBy(guide: string): string {
  const shown = blocksOf(readPage(`docs/guides/${guide}.md`).split('\n')).filter(
    ({ info }) => info === 'text',
  );
  expect(shown, `${guide}.md shows what it prints once`).to.have.lengthOf(1);
  return `${shown[0]!.body.join('\n')}\n`;
}

const number = /\d+(?:\.\d+)?(?:e[-+]\d+)?/g;

/**
 * Where two outputs differ, or null. The words must be the same. A number may differ by three of its last
 * digit, or by a tenth: other machines round otherwise, and training makes that larger.
 */
export function differenceOf(printed: string, shown: string): string | null {
  const words = [printed, shown].map((text) => text.replace(number, '#').replace(/ +/g, ' '));
  if (words[0] !== words[1]) return `printed\n${printed}\nand the page says\n${shown}`;
  const numbersIn = (text: string): readonly string[] => text.match(number) ?? [];
  const [actual, wanted] = [numbersIn(printed), numbersIn(shown)];
  const wrong = wanted.findIndex((text, i) => {
    const tolerance = Math.max(3 * lastDigit(text), 0.1 * Number(text));
    return Math.abs(Number(actual[i]) - Number(text)) > tolerance;
  });
  return wrong < 0 ? null : `printed ${actual[wrong]} where the page says ${wanted[wrong]}`;
}

/** What one more in the last digit adds: 0.01 for 3.14, 1e-5 for 4e-5. */
function lastDigit(text: string): number {
  const [digits = '', exponent = '0'] = text.split('e');
  const decimals = digits.split('.')[1]?.length ?? 0;
  return 10 ** (Number(exponent) - decimals);
}
