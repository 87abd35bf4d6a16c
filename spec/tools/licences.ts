/** The licences of packages whose code we hand on: their authors ask that the text goes with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The folders of the packages (`node_modules/a`, `node_modules/a/node_modules/@b/c`) that put code into a
 * bundle, in order.
 */
export function bundledPackages({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

/**
 * Name, version and licence of each package, the whole text.
 *
 * @throws Error for a package that brings no text of its licence.
 */
export function licencesOf(root: string, packages: readonly string[]): string {
  const opening = 'The files in this folder hold code of the packages below, each under its own licence.\n';
  return [opening, ...packages.map((folder) => licenceOf(join(root, folder)))].join(
    `\n${'='.repeat(80)}\n\n`,
  );
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder);
  const licences = files.filter((file) => /^(licen[cs]e|copying)\b/i.test(file));
  const notices = files.filter((file) => /^notice\b/i.test(file));
  if (licences.length === 0) {
    throw new Error(`${name} ${version} is bundled, but brings no text of its licence (${license})`);
  }
  const text = [...licences, ...notices]
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n');
  return `${name} ${version} (${license})\n\n${text}\n`;
}
