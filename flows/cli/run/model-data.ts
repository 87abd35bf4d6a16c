/** Loads the data that a model is judged by. They must have the features and the classes of the model. */
import { gather, slice, type Tensor, tensor } from '../../../autograd/index.ts';
import { FileError } from '../../files/index.ts';
import { type DataSet, loadData } from './data-source.ts';
import type { Model } from './run-folder.ts';

/** Which data to load. */
export interface ModelDataRequest {
  /** A name or a file. By default the training data; new points if the model learned a distribution. */
  readonly data?: string | undefined;
  /** The column of the classes. By default the column that the training used. */
  readonly label?: string | undefined;
  /** Keep only the first `count` points. By default all. */
  readonly count?: number | undefined;
}

/**
 * Loads data, with labels that are indices into the model's classes.
 * @throws FileError for points of another dimension, or a class that the model does not know
 * @example const { points, labels } = await loadForModel(readModel('out'), { data: 'new.csv' });
 */
export async function loadForModel(
  { config }: Model,
  { data, label, count }: ModelDataRequest,
): Promise<DataSet> {
  const source = data ?? config.data.source;
  const isFile = /\.(csv|npy|npz)$/i.test(source);
  const set = await loadData({
    source,
    label: label ?? (isFile ? (config.data.label ?? undefined) : undefined),
    fresh: true,
  });
  const features = config.data.columns.length;
  if (set.columns.length !== features) {
    const advice =
      isFile && set.columns.length === features + 1 ? '; name the column of the classes with --label' : '';
    throw new FileError(`${source} has ${set.columns.length} features, the model ${features}${advice}`);
  }
  const labels =
    set.labels && config.data.classNames.length > 0
      ? translated(source, set, config.data.classNames)
      : undefined;
  const first = (x: Tensor) =>
    count === undefined || count >= (x.shape[0] as number) ? x : slice(x, [[0, count]]);
  const { labels: _, ...rest } = set;
  return {
    ...rest,
    points: first(set.points),
    classNames: config.data.classNames,
    ...(labels && { labels: first(labels) }),
  };
}

/** Maps labels to the model's classes, since a file that lacks a class numbers the others differently. */
function translated(source: string, { labels, classNames }: DataSet, known: readonly string[]): Tensor {
  const indices = classNames.map((name) => known.indexOf(name));
  const stray = classNames.find((_, i) => (indices[i] as number) < 0);
  if (stray !== undefined)
    throw new FileError(`${source} has the class '${stray}', which the model does not know`);
  return gather(tensor(indices, { dtype: 'int32' }), labels as Tensor);
}
