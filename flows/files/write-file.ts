/** Files that are written whole or not at all. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FluxionError } from '../../lib/index.ts';

/** A file that cannot be read or written; the message says why in words. */
export class FileError extends FluxionError {
  static {
    FileError.prototype.name = 'FileError';
  }
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, `<path>.partial`, which reaches the
 * disk and then takes its place. Missing folders are made. A reader, or a run that is killed half-way, never
 * sees half a file.
 *
 * @throws FileError, with what was at `path` before still there, if the disk is full or the folder cannot be
 * written to.
 * @example
 * writeFileAtomically('out/report.html', renderReport(data));
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeThrough(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (cause) {
    throw fileError(path, 'written', cause);
  }
  syncFolder(dirname(path));
}

/** A `FileError` from what Node threw. */
export function fileError(path: string, done: 'read' | 'written', cause: unknown): FileError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new FileError(`${path} cannot be ${done}: ${reasons[code] ?? message}`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};

function writeThrough(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the renaming itself reach the disk, where the system lets a folder be opened (not on Windows). */
function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // Some file systems cannot; the file is whole either way.
  } finally {
    closeSync(handle);
  }
}
