/** Data to judge a model by: they must be what it was trained on in kind, if not in number. */
import { gather, slice, type Tensor, tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import { FileError } from '../../files/index.ts';
import { locateData } from './data-path.ts';
import { type DataSet, loadData } from './data-source.ts';
import { constantColumns } from './encoding.ts';
import type { Reading } from './reading.ts';
import { encodingOf, type Model, type RunConfig } from './run-folder.ts';

/** Which data to load. */
export interface ModelDataRequest {
  /** A name or a file. By default the training data; new points if the model learned a distribution. */
  readonly data?: string | undefined;
  /** The column of the classes. By default the column that the training used. */
  readonly label?: string | undefined;
  /** Keep only the first `count` points. By default all. */
  readonly count?: number | undefined;
  readonly reading?: Reading;
}

/**
 * Loads data, with labels that are indices into the model's classes.
 * @throws FileError for data that are no longer there, points of another dimension, or a class that the model
 * does not know
 * @example const { points, labels } = await loadForModel(readModel('out'), { data: 'new.csv' });
 */
export async function loadForModel(
  { config, folder }: Model,
  { data, label, count, reading = {} }: ModelDataRequest,
): Promise<DataSet> {
  const { source, label: trainedLabel, columns, kinds, classNames, reading: trainedReading } = config.data;
  const from = data ?? locateData(folder, config);
  const set = await loadData({
    source: from,
    // An array of labels is named; a table may be without the classes.
    label: label ?? (/\.np[yz]$/i.test(from) && data === undefined ? (trainedLabel ?? undefined) : undefined),
    fresh: true,
    reading: data === undefined || data === source ? { ...trainedReading, ...reading } : reading,
    wanted: { columns, kinds, label: trainedLabel, classNames },
  });
  if (set.columns.length !== columns.length) {
    throw new FileError(`${from} has ${set.columns.length} features, the model ${columns.length}`);
  }
  requireConstants(from, set, config);
  const labels = set.labels && classNames.length > 0 ? translated(from, set, classNames) : undefined;
  const first = (x: Tensor) =>
    count === undefined || count >= (x.shape[0] as number) ? x : slice(x, [[0, count]]);
  const { labels: _, ...rest } = set;
  return {
    ...rest,
    points: first(set.points),
    classNames,
    ...(labels && { labels: first(labels) }),
  };
}

/** A column that was constant has no density anywhere else. */
function requireConstants(source: string, { points, columns }: DataSet, config: RunConfig): void {
  const values = flat(toNDArray(points));
  const width = columns.length;
  for (const { column, value } of constantColumns(encodingOf(config))) {
    for (let at = column; at < values.length; at += width) {
      if (values[at] === value || Number.isNaN(values[at])) continue;
      const place = `row ${Math.floor(at / width)}, column '${columns[column]}'`;
      throw new FileError(
        `${source}: ${place} is ${values[at]}; in training this column was ${value} throughout`,
      );
    }
  }
}

/** A file that lacks a class numbers the others differently. */
function translated(source: string, { labels, classNames }: DataSet, known: readonly string[]): Tensor {
  const indices = classNames.map((name) => known.indexOf(name));
  const stray = classNames.find((_, i) => (indices[i] as number) < 0);
  if (stray !== undefined)
    throw new FileError(`${source} has the class '${stray}', which the model does not know`);
  return gather(tensor(indices, { dtype: 'int32' }), labels as Tensor);
}
