/**
 * The house as its imports have it: how large each room is, what is in it, and which rooms and packages it
 * uses.
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { importsOf, packageName, type Room, roomOf, rooms, sourceFiles } from './layers.ts';

/** A room, with what it imports. */
export interface RoomPlan {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
  /** Its folders that are no rooms of their own. */
  readonly folders: readonly string[];
  /** How many imports lead to each other room. */
  readonly uses: ReadonlyMap<string, number>;
  /** The packages it uses, and 'Node'. */
  readonly packages: readonly string[];
}

/** The plan of the house below `root`, a room each in the order of `rooms`. */
export function housePlan(root: string): readonly RoomPlan[] {
  const sources = sourceFiles(root).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  return rooms.map((room) =>
    planOf(
      room,
      sources.filter(({ file }) => roomOf(file) === room),
    ),
  );
}

interface Source {
  readonly file: string;
  readonly text: string;
}

function planOf({ name }: Room, sources: readonly Source[]): RoomPlan {
  const uses = new Map<string, number>();
  const packages = new Set<string>();
  const folders = new Set<string>();
  for (const { file, text } of sources) {
    const [folder, ...rest] = file.slice(name.length + 1).split('/');
    if (rest.length > 0) folders.add(folder as string);
    for (const { specifier } of importsOf(file, text)) {
      if (!specifier.startsWith('.')) {
        packages.add(isBuiltin(specifier) ? 'Node' : packageName(specifier));
        continue;
      }
      const target = roomOf(posix.join(posix.dirname(file), specifier))?.name ?? '';
      if (target !== name) uses.set(target, (uses.get(target) ?? 0) + 1);
    }
  }
  const lines = sources.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  return { name, files: sources.length, lines, folders: [...folders], uses, packages: [...packages].sort() };
}
