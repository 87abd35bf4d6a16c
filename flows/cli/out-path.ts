/** Checks what the user gave as `--out` before anything is computed. */
import { statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { UsageError } from './arguments.ts';

/**
 * @throws UsageError if `--out` names a folder, and this command writes one file
 * @example requireOutFile('sample', 'moons.csv', 'samples.csv');
 */
export function requireOutFile(command: string, out: string, example: string): void {
  if (!isFolder(out)) return;
  throw new UsageError(
    `${command}: wanted a file for --out, and ${out} is a folder; give for example --out ${join(out, example)}`,
  );
}

/**
 * @throws UsageError if `--out` names a file, or ends as one, and this command writes a folder
 * @example requireOutFolder('train', 'moons');
 */
export function requireOutFolder(command: string, out: string): void {
  const isFile = statSync(out, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile && (isFolder(out) || !fileEndings.has(extname(out).toLowerCase()))) return;
  const reason = isFile ? `${out} is a file` : `'${extname(out)}' ends the name of a file`;
  const name = basename(out, extname(out)) || 'out';
  throw new UsageError(
    `${command}: wanted a folder for --out, into which it writes several files, and ${reason}; give for example --out ${name}`,
  );
}

const fileEndings = new Set([
  '.safetensors',
  '.onnx',
  '.html',
  '.json',
  '.jsonl',
  '.csv',
  '.tsv',
  '.npy',
  '.npz',
  '.png',
  '.svg',
  '.gz',
]);

function isFolder(path: string): boolean {
  return /[/\\]$/.test(path) || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}
