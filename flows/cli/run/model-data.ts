/** Data to judge a model by: they must be what it was trained on in kind, if not in number. */
import { gather, slice, type Tensor, tensor } from '../../../autograd/index.ts';
import { FileError } from '../../files/index.ts';
import { type DataSet, loadData } from './data-source.ts';
import type { Model } from './run-folder.ts';

export interface ModelDataRequest {
  /** By default the training data; of a distribution, fresh points. */
  readonly data?: string | undefined;
  readonly label?: string | undefined;
  /** Only the first ones. */
  readonly count?: number | undefined;
}

/**
 * Loads data with labels that mean what the model's mean.
 * @throws FileError for points of another dimension, or a class that the model does not know
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

/** A file that lacks a class numbers the others differently. */
function translated(source: string, { labels, classNames }: DataSet, known: readonly string[]): Tensor {
  const indices = classNames.map((name) => known.indexOf(name));
  const stray = classNames.find((_, i) => (indices[i] as number) < 0);
  if (stray !== undefined)
    throw new FileError(`${source} has the class '${stray}', which the model does not know`);
  return gather(tensor(indices, { dtype: 'int32' }), labels as Tensor);
}
