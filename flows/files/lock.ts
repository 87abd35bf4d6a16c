/** A folder that one process at a time may write to. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FileError, fileError, makeFolders } from './write-file.ts';

/**
 * Takes the folder for this process; the file `train.lock` in it says who has it. That of a process that has
 * ended, however it did, is taken over.
 *
 * @returns gives the folder back
 * @throws FileError if another process has it, or the folder cannot be written to
 * @example const release = lockFolder('out');
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'train.lock');
  const mine = `${process.pid} ${hostname()}\n`;
  try {
    makeFolders(folder);
    if (!create(path, mine)) takeOver(path, mine);
  } catch (cause) {
    throw cause instanceof FileError ? cause : fileError(path, 'written', cause);
  }
  return () => {
    if (readOwner(path) === mine) rmSync(path, { force: true });
  };
}

function takeOver(path: string, mine: string): void {
  const owner = readOwner(path);
  if (owner !== undefined && isAlive(owner, mine)) throw taken(path, owner);
  // Renaming is atomic: of two that find an old lock, one moves it away, and sees whether it still was that.
  const aside = `${path}.${process.pid}`;
  renameSync(path, aside);
  const moved = readOwner(aside);
  if (moved !== owner) renameSync(aside, path);
  else rmSync(aside);
  if (moved !== owner || !create(path, mine)) throw taken(path, readOwner(path) ?? 'another process');
}

/** Whether the file was not there before. */
function create(path: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, content);
  closeSync(file);
  return true;
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Of another machine nobody here can know it. A lock of this very process is from an earlier one of its
 * number.
 */
function isAlive(owner: string, mine: string): boolean {
  const [, pid, host] = owner.match(/^(\d+) (.*)\n$/) ?? [];
  if (pid === undefined || owner === mine) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function taken(path: string, owner: string): FileError {
  return new FileError(
    `another process writes to this folder (${owner.trim().replace(' ', ' on ')}); if it does not, delete ${path}`,
  );
}
