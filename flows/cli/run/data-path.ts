/** Where a run finds its data again, whatever the folder that the user stands in. */
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { FileError } from '../../files/index.ts';
import { type DataSet, dataDigest, isFile, loadData, namedData } from './data-source.ts';
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

/** How to find the data of a run again. */
export interface ReloadOptions {
  /** Where they are now, if the user says so. */
  readonly source?: string | undefined;
  /** Whether a distribution's points may differ in their last bits, which depend on the machine. */
  readonly allowOtherEnvironment: boolean;
}

/**
 * The data that a run learns from, loaded again, and where they were found.
 * @throws FileError if they are no longer there, or no longer the same
 * @example const { data } = await reloadData('out', readConfig('out'), { allowOtherEnvironment: false });
 */
export async function reloadData(
  folder: string,
  config: RunConfig,
  { source: given, allowOtherEnvironment }: ReloadOptions,
): Promise<{ readonly source: string; readonly data: DataSet }> {
  const { source: known, label, reading = {}, sha256 } = config.data;
  const source = given ?? locateData(folder, config);
  if (!isFile(source) && source !== known)
    throw new FileError(`the run in ${folder} learned from ${known}, not from ${source}`);
  const data = await loadData({ source, label: label ?? undefined, reading });
  if (dataDigest(data) !== sha256) requireSameData(source, folder, allowOtherEnvironment);
  return { source, data };
}

/**
 * A file's numbers must be the same. The last bits of a distribution's points depend on the machine that
 * draws them, so the user may allow another one.
 */
function requireSameData(source: string, folder: string, allowed: boolean): void {
  const isNamed = namedData.includes(source);
  if (isNamed && allowed) return;
  throw new FileError(
    isNamed
      ? `${source} comes out differently here than where the run in ${folder} began; --allow-other-environment goes on anyway`
      : `the data in ${source} have changed since the run in ${folder} began`,
  );
}
