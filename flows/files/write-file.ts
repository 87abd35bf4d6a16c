/** Files that are written whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FluxionError } from '../../lib/index.ts';

/** Says which file cannot be read or written, and why. */
export class FileError extends FluxionError {
  static {
    FileError.prototype.name = 'FileError';
  }
}

/**
 * Writes a file whole or not at all. It writes a temporary file `<path>.partial` beside it, waits until that
 * is on the disk, and renames it to `path`. So no reader ever sees half a file, even if the process is killed
 * half-way. It makes missing folders.
 *
 * @throws FileError if the disk is full or the folder cannot be written to; the file that was at `path`
 * before is then still there
 * @example
 * writeFileAtomically('out/report.html', renderReport(data));
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.partial`;
  try {
    makeFolders(dirname(path));
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

/**
 * Makes a folder and those above it that are missing, each of which reaches the disk. Node's own recursive
 * mkdir says of a read-only disk that there is no such file.
 */
export function makeFolders(folder: string): void {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Another process may have been faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    syncFolder(dirname(each));
  }
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

/** Makes the renaming itself reach the disk, if the system can open folders (Windows cannot). */
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
    // Some file systems cannot sync a folder. The file is whole in either case.
  } finally {
    closeSync(handle);
  }
}
