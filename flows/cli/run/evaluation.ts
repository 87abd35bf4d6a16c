/**
 * Measures how good a model's samples are. Beside each distance to the data stands a floor: the distance
 * between two parts of the data.
 */
import { gather, random, slice, type Tensor, tensor } from '../../../autograd/index.ts';
import { FileError } from '../../files/index.ts';
import type { Generation } from '../../fit/generating.ts';
import type { Batch } from '../../fit/learning.ts';
import { energyDistance, nearestNeighbourAgreement, wasserstein2 } from '../../metrics/index.ts';
import { type DataSet, dataDigest } from './data-source.ts';
import { encode, isNoisy } from './encoding.ts';
import { generate } from './generating.ts';
import { encodingOf, type Model } from './run-folder.ts';
import { splitBatch } from './validating.ts';

export interface Evaluation {
  /** The number of samples, and of points of the data, that each distance compares. */
  readonly points: number;
  /** How often the network was evaluated for each sample. */
  readonly evaluations: number;
  /**
   * The units of the distances: those of the data. If each feature was standardised for training, the units
   * are each feature's standard deviation.
   */
  readonly units: 'data' | 'deviations';
  readonly energyDistance: Compared;
  readonly wasserstein2: Compared;
  /** The share of samples whose 5 nearest data points vote for the class asked for. Only with classes. */
  readonly agreement?: number;
  /** Whether the points of the data were kept away from training; absent if not. */
  readonly heldOut?: true;
}

/** Two distances to the same part of the data. */
export interface Compared {
  /** The distance of the model's samples. */
  readonly model: number;
  /** The distance of another, disjoint part of the data. A perfect model reaches about this. */
  readonly floor: number;
}

/**
 * Measures the distance from samples of the model to a random part of the data. The floor is the distance
 * from a second, disjoint part of the data to the first. All three have the same number of points: at most
 * 1,000, and at most half of the data. If the model was trained on these data but for some points, the part
 * is of those points, and the floor's part of the others.
 *
 * If the columns have units of their own (`perFeature`), the distances compare standardised columns, as the
 * model sees them. Otherwise the column with the largest numbers would decide.
 * @param data at least 2 points, as `loadForModel` gives them
 * @example const { energyDistance } = evaluate(readModel('out'), data, { key: random.key(0) });
 */
export function evaluate(
  model: Model,
  data: DataSet,
  { key, ...how }: Pick<Generation, 'key' | 'steps' | 'guidance'>,
): Evaluation {
  const total = data.points.shape[0] as number;
  if (total < 2) throw new FileError(`wanted at least 2 points to compare with, got ${total}`);
  const [orderKey, sampleKey] = random.split(key);
  const { count, isHeldOut, ...indices } = twoParts(model, { data, total, key: orderKey });
  const { perFeature } = model.config.settings;
  const encoding = encodingOf(model.config);
  const scaled = (x: Tensor, use: number) =>
    perFeature || isNoisy(encoding) ? encode(encoding, x, random.foldIn(key, use)).features : x;
  const real = scaled(data.points, 1);
  const [some, others] = [gather(real, indices.some), gather(real, indices.others)];
  // The classes of the floor's points: the shares of the classes are then as far off as the floor's.
  const asked = data.labels && { labels: gather(data.labels, indices.others) };
  const { points, labels, evaluations } = generate(model, { count, key: sampleKey, ...asked, ...how });
  const samples = scaled(points, 2);
  return {
    points: count,
    evaluations,
    units: perFeature || isNoisy(encoding) ? 'deviations' : 'data',
    energyDistance: { model: energyDistance(samples, some), floor: energyDistance(others, some) },
    wasserstein2: { model: wasserstein2(samples, some), floor: wasserstein2(others, some) },
    ...(isHeldOut && { heldOut: true as const }),
    ...(labels &&
      data.labels &&
      total >= 5 && { agreement: nearestNeighbourAgreement(samples, labels, real, data.labels) }),
  };
}

/**
 * The indices of two disjoint parts of the data, equally long. If the model was trained on these data but for
 * some points, the first part is of those, and the second of the others.
 */
function twoParts(
  { config }: Model,
  { data, total, key }: { data: DataSet; total: number; key: random.Key },
) {
  const isHeldOut = config.settings.validation > 0 && dataDigest(data) === config.data.sha256;
  const first = (indices: Tensor, count: number) => slice(indices, [[0, count]]);
  if (!isHeldOut) {
    const order = random.permutation(key, total);
    const count = Math.min(1000, Math.floor(total / 2));
    return { count, isHeldOut, some: first(order, count), others: slice(order, [[count, 2 * count]]) };
  }
  const rows = tensor(Int32Array.from({ length: total }, (_, i) => i));
  const { training, validation } = splitBatch(config.settings, { data: rows });
  const [seen, unseen] = [training.data, (validation as Batch).data];
  const count = Math.min(1000, seen.size, unseen.size);
  const others = first(gather(seen, random.permutation(key, seen.size)), count);
  return { count, isHeldOut, some: first(unseen, count), others };
}

/** The evaluation as a table of plain text, with a row for each figure. */
export function formatEvaluation({
  points,
  evaluations,
  units,
  agreement,
  heldOut,
  ...distances
}: Evaluation): string {
  const row = (cells: readonly string[]) =>
    `${cells[0]?.padEnd(22)}${cells
      .slice(1)
      .map((c) => c.padStart(10))
      .join('')}\n`;
  const distance = (name: string, { model, floor }: Compared) =>
    row([name, model.toPrecision(4), floor.toPrecision(4)]);
  return [
    `${points} samples, ${evaluations} evaluation${evaluations === 1 ? '' : 's'} each, against as many points of the data${heldOut ? ', which training has not seen' : ''}${units === 'data' ? '' : ', each column in its standard deviations'}\n\n`,
    row(['', 'model', 'floor']),
    distance('energy distance', distances.energyDistance),
    distance('2-Wasserstein', distances.wasserstein2),
    agreement === undefined ? '' : row(['5-NN agreement', agreement.toFixed(4), '']),
  ].join('');
}
