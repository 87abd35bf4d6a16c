/** Real rows and generated ones, column by column, as the report draws them. */
import { gather, random, slice, type Tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import type { TablePictures } from '../../report/index.ts';
import type { DataSet } from './data-source.ts';
import { constantColumns } from './encoding.ts';
import { generate } from './generating.ts';
import { encodingOf, type Model } from './run-folder.ts';

/** How many rows of each the pictures show at most. */
const most = 2000;

/**
 * Rows of the data at random, and as many generated ones of the same classes; undefined for images.
 * @example const table = tablePictures(readModel('out'), data, random.key(0));
 */
export function tablePictures(model: Model, data: DataSet, key: random.Key): TablePictures | undefined {
  if (data.image) return undefined;
  const total = data.points.shape[0] as number;
  const count = Math.min(most, total);
  const [orderKey, sampleKey] = random.split(key);
  const chosen = slice(random.permutation(orderKey, total), [[0, count]]);
  const labels = data.labels && gather(data.labels, chosen);
  const { points } = generate(model, { count, key: sampleKey, labels });
  const encoding = encodingOf(model.config);
  const constants = new Set(constantColumns(encoding).map(({ column }) => column));
  const [real, generated] = [columnsOf(gather(data.points, chosen)), columnsOf(points)];
  const codes = labels && [...labels.toTypedArray()];
  return {
    columns: encoding.kinds.flatMap(({ kind, words, spelling = '' }, j) => {
      if (constants.has(j)) return [];
      const time =
        kind !== 'date' ? undefined : spelling.length > 10 ? ('seconds' as const) : ('days' as const);
      const name = model.config.data.columns[j] as string;
      return [{ name, words, time, real: real[j] as number[], generated: generated[j] as number[] }];
    }),
    ...(codes && { classes: { names: data.classNames, real: codes, generated: codes } }),
  };
}

function columnsOf(points: Tensor): number[][] {
  const values = flat(toNDArray(points));
  const [rows = 0, width = 0] = points.shape;
  return Array.from({ length: width }, (_, j) =>
    Array.from({ length: rows }, (_, i) => values[i * width + j] as number),
  );
}
