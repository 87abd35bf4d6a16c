/** Where a run finds its data again, whatever the folder that the user stands in. */
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { FileError } from '../../files/index.ts';
import { isFile } from './data-source.ts';
import type { RunConfig } from './run-folder.ts';

/**
 * What a run remembers of its data: the name, and of a file the path from the run's folder on. So a run can
 * be moved together with its data. A path that the user gave as absolute stays so.
 */
export function placeOf(folder: string, source: string): Pick<RunConfig['data'], 'source' | 'path'> {
  if (!isFile(source)) return { source };
  return { source, path: isAbsolute(source) ? source : relative(folder, source).replaceAll('\\', '/') };
}

/**
 * The name of a run's data, or their path as seen from here.
 * @throws FileError if the file is no longer there
 * @example const source = locateData('runs/penguins', config);
 */
export function locateData(folder: string, { data: { source, path } }: RunConfig): string {
  if (!isFile(source)) return source;
  const places = [...(path === undefined ? [] : [resolve(folder, path)]), resolve(source)];
  const found = places.find((place) => existsSync(place));
  // As the user called it, wherever that is the same file.
  if (found !== undefined) return found === resolve(source) ? source : found;
  throw new FileError(
    `the run in ${folder} learned from ${source}, and there is no ${[...new Set(places)].join(' nor ')}; say where it is now with --data`,
  );
}
