/** How good a model's samples are: distances to the data, beside those between data and data. */
import { gather, random, slice, type Tensor } from '../../../autograd/index.ts';
import { energyDistance, nearestNeighbourAgreement, wasserstein2 } from '../../metrics/index.ts';
import type { DataSet } from './data-source.ts';
import { generate } from './generating.ts';
import { type Model, standardized } from './run-folder.ts';

export interface Evaluation {
  /** How many samples, and how many points of the data, were compared. */
  readonly points: number;
  readonly evaluations: number;
  /**
   * What distances are in: the data's own units, or, where each feature was standardised for training, its
   * deviations.
   */
  readonly units: 'data' | 'deviations';
  readonly energyDistance: Compared;
  readonly wasserstein2: Compared;
  /** The share of samples whose 5 nearest points of the data vote for the class asked for. */
  readonly agreement?: number;
}

export interface Compared {
  readonly model: number;
  /**
   * Between two disjoint samples of the data, as large as those compared: no model can be expected below it.
   */
  readonly floor: number;
}

/**
 * Compares as many samples as points, at most 1,000 and at most half of the data, with one random part of the
 * data; the floor is what another part of the same size gets. Columns that have units of their own are
 * compared as the model knows them, standardised: else the one with the largest numbers would decide.
 * @example const { energyDistance } = evaluate(readModel('out'), data, { key: random.key(0) });
 */
export function evaluate(
  model: Model,
  data: DataSet,
  { key, steps }: { readonly key: random.Key; readonly steps?: number | undefined },
): Evaluation {
  const total = data.points.shape[0] as number;
  const count = Math.min(1000, Math.floor(total / 2));
  const [orderKey, sampleKey] = random.split(key);
  const order = random.permutation(orderKey, total);
  const part = (x: Tensor, from: number) => gather(x, slice(order, [[from, from + count]]));
  const { perFeature } = model.config.settings;
  const scaled = (x: Tensor) => (perFeature ? standardized(model.config, x) : x);
  const real = scaled(data.points);
  const [some, others] = [part(real, 0), part(real, count)];
  const { points, labels, evaluations } = generate(model, { count, key: sampleKey, steps });
  const samples = scaled(points);
  return {
    points: count,
    evaluations,
    units: perFeature ? 'deviations' : 'data',
    energyDistance: { model: energyDistance(samples, some), floor: energyDistance(others, some) },
    wasserstein2: { model: wasserstein2(samples, some), floor: wasserstein2(others, some) },
    ...(labels &&
      data.labels &&
      total >= 5 && { agreement: nearestNeighbourAgreement(samples, labels, real, data.labels) }),
  };
}

/** The figures as text, a row each. */
export function formatEvaluation({
  points,
  evaluations,
  units,
  agreement,
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
    `${points} samples, ${evaluations} evaluation${evaluations === 1 ? '' : 's'} each, against as many points of the data${units === 'data' ? '' : ', each column in its standard deviations'}\n\n`,
    row(['', 'model', 'floor']),
    distance('energy distance', distances.energyDistance),
    distance('2-Wasserstein', distances.wasserstein2),
    agreement === undefined ? '' : row(['5-NN agreement', agreement.toFixed(4), '']),
  ].join('');
}
