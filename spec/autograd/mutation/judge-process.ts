/** The process in which `Judge` runs specs: for each question it answers with the first failure, or null. */
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Question } from './judge.ts';
import { firstFailureOf } from './run-suite.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const rooms = ['lib', 'autograd', 'flows'];

process.on('message', async (question: Question) => {
  process.send?.(await failureOf(question));
});

async function failureOf({ file, source, specs, seconds }: Question): Promise<string | null> {
  const sources = new Map(source === undefined ? [] : [[join(root, file), source]]);
  const below = rooms.slice(0, rooms.indexOf(roomOf(join(root, file))));
  for (const spec of specs) {
    const isShared = (path: string) => below.includes(roomOf(path));
    const failure = await firstFailureOf(join(root, spec), sources, isShared, seconds);
    if (failure !== null) return failure;
  }
  return null;
}

/** The rooms below a mutant's are loaded once: they cannot hold anything of it. */
function roomOf(path: string): string {
  return relative(root, path).split(sep)[0] ?? '';
}
