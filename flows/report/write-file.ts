import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a text file whole or not at all: into a temporary file beside it, which then takes its place. Missing folders are made.
 * A reader, or a run that is stopped half-way, never sees half a file.
 *
 * @example
 * writeFileAtomically('out/report.html', renderReport(data));
 */
export function writeFileAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
