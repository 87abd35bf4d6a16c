/** Evaluates the generated digits: figures beside two floors and two baselines, and pictures to look at. */
import { gather, random, type Tensor, tensor } from '../../../autograd/index.ts';
import { digits } from '../../data/index.ts';
import {
  classMeansPlusNoise,
  energyDistance,
  energyDistanceFloor,
  nearestNeighbourAgreement,
  perClassDiagonalGaussian,
} from '../../metrics/index.ts';
import type { DigitSamples, Figure } from '../../report/index.ts';
import type { DigitsModel } from './digits-model.ts';

/** The figures of the digits and the images to show. */
export interface DigitsEvaluation {
  readonly figures: readonly Figure[];
  readonly samples: DigitSamples;
}

const sampleCount = 1000;
const pictureRows = 4;
const evaluationCounts = [1, 2, 4];
/**
 * The agreement that a trained model must reach. With one and with two evaluations, its energy distance must
 * also be at most that of the per-class diagonal Gaussian, measured in the same run.
 */
const agreementLimit = 0.97;

/**
 * Draws 1,000 samples, 100 of each class, for each number of network evaluations. Compares them with the
 * 1,797 real digits, on the scale from 0 to 16, without clipping.
 *
 * @example const { figures } = evaluateDigits(model, random.key(0));
 */
export function evaluateDigits(model: DigitsModel, key: random.Key): DigitsEvaluation {
  const { images, labels, classCount } = digits();
  const asked = tensor(
    Array.from({ length: sampleCount }, (_, i) => i % classCount),
    { dtype: 'int32' },
  );
  const figure = (samples: Tensor) => ({
    energyDistance: energyDistance(samples, images),
    agreement: nearestNeighbourAgreement(samples, asked, images, labels),
  });
  const [modelKey, floorKey, baselineKey] = random.split(key, 3);
  const drawKey = random.foldIn(floorKey, 0);
  const drawn = evaluationCounts.map((evaluations) => ({
    evaluations,
    samples: model.sample(random.foldIn(modelKey, evaluations), asked, evaluations),
  }));
  const gaussian = figure(perClassDiagonalGaussian(baselineKey, images, labels, asked));
  const limits: Readonly<Record<number, number>> = { 1: gaussian.energyDistance, 2: gaussian.energyDistance };
  return {
    figures: [
      ...drawn.map(({ evaluations, samples }) => ({
        name: evaluations === 1 ? '1 evaluation' : `${evaluations} evaluations`,
        kind: 'model' as const,
        ...figure(samples),
        agreementLimit,
        ...(limits[evaluations] !== undefined && { energyDistanceLimit: limits[evaluations] }),
      })),
      {
        // Fewer points than in the rows above, so the V-statistic has a larger bias.
        name: 'Two halves of the real digits (898, 899)',
        kind: 'floor',
        energyDistance: energyDistanceFloor(floorKey, images),
      },
      {
        // As many points as in the rows above. A model that draws from the data set itself would reach this.
        name: 'The real digits, drawn again',
        kind: 'floor',
        energyDistance: energyDistance(drawAgain(drawKey, images), images),
      },
      {
        name: 'Class means plus noise',
        kind: 'baseline',
        ...figure(classMeansPlusNoise(baselineKey, images, labels, asked)),
      },
      {
        name: 'Per-class diagonal Gaussian',
        kind: 'baseline',
        ...gaussian,
      },
    ],
    samples: {
      side: 8,
      maximum: 16,
      real: firstOfEachClass(images, labels, classCount),
      generated: drawn.map(({ evaluations, samples }) => ({
        evaluations,
        rows: firstOfEachClass(samples, asked, classCount),
      })),
    },
  };
}

/** Draws real digits with replacement, as many as the samples of the model. */
function drawAgain(key: random.Key, images: Tensor): Tensor {
  return gather(images, random.randint(key, [sampleCount], 0, images.shape[0] as number));
}

/** Whether a figure keeps its limits. A figure without limits does. */
export function keepsLimits({
  energyDistance,
  energyDistanceLimit,
  agreement,
  agreementLimit,
}: Figure): boolean {
  // A NaN fails these comparisons. It would pass their negations.
  return (
    (energyDistanceLimit === undefined || energyDistance <= energyDistanceLimit) &&
    (agreementLimit === undefined || (agreement !== undefined && agreement >= agreementLimit))
  );
}

/** The first images of every class, not the best, as `[row][class]`. */
function firstOfEachClass(images: Tensor, labels: Tensor, classCount: number): number[][][] {
  const pixels = images.toArray() as number[][];
  const classes = [...labels.toTypedArray()];
  const byClass = Array.from({ length: classCount }, (_, c) => pixels.filter((_, i) => classes[i] === c));
  return Array.from({ length: pictureRows }, (_, row) => byClass.map((members) => members[row] as number[]));
}
