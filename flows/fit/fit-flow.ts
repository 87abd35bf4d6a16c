/** From data to a generative model, in one call. */
import { ArgumentError, type Tensor } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { adam, shuffledBatches } from '../training/index.ts';
import { trainInTurns } from '../training/train.ts';
import { type FittedFlow, fittedFlow } from './fitted-flow.ts';
import {
  type Batch,
  isCompilable,
  learningRates,
  lossFor,
  type NetworkParameters,
  networkFor,
  runKeys,
} from './learning.ts';
import { defaultSettings, flawOfSetting, type TrainingSettings } from './settings.ts';
import { encodePoints, featureCount, standardizationOf } from './standardization.ts';
import { dtypeOf, type FlowData, type FlowLabels, readLabels, readPoints } from './training-data.ts';

/** The settings of `fluxion train` that are for any data. */
export type FlowSettings = Omit<TrainingSettings, 'network' | 'validation' | 'validateEvery' | 'patience'>;

/** How `fitFlow` trains. Every option has a default. */
export interface FitFlowOptions extends Partial<FlowSettings> {
  /** A class for each point: numbers or words. Then `sample` takes a class, and `guidance`. */
  readonly labels?: FlowLabels;
  /** Called after each step. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Stops the training before its next step. */
  readonly signal?: AbortSignal;
}

/** What `fitFlow` tells after a step. */
export interface FitProgress {
  /** How many steps are done, from 1. */
  readonly step: number;
  /** How many there will be. */
  readonly steps: number;
  /** What was minimised in this step. A MeanFlow's is weighted, so it stays near 1. */
  readonly loss: number;
  /** The mean squared error before any weighting. It does not fall to 0: the targets are random. */
  readonly rawError: number;
}

const flowDefaults = {
  ...defaultSettings,
  method: 'cfm',
  steps: 1000,
  hidden: 128,
  perFeature: true,
} as const satisfies TrainingSettings;

const { network: _, validation: __, validateEvery: ___, patience: ____, ...settingDefaults } = flowDefaults;

/**
 * Trains a generative model of points, [n, d]: a velocity network by conditional flow matching, or by the
 * method that you choose, on data that it standardises in float64. The model gives samples in the data's own
 * units, and log-likelihoods. The same data and options give the same model, bit for bit.
 *
 * It trains as `trainAsync` does: every 20 ms, other tasks of the program get their turn. To keep a page free
 * of even such pauses, use `fitFlowInWorker` of `fluxion/worker`. For images by convolutions, other networks,
 * validation and going on later, use `train` or the command line.
 *
 * Defaults: `method` 'cfm' (or 'ot-cfm', 'meanflow'), 1000 steps of at most 256 points, an MLP of 3 layers of
 * width 128, each column with its own mean and scale.
 *
 * Source: Lipman et al. 2023; Tong et al. 2024 for 'ot-cfm'; Geng et al. 2025 for 'meanflow'.
 * @param data a tensor [n, d], or a list of n lists of d numbers; n ≥ 2
 * @returns a promise of the model, which is rejected with one of these:
 * @throws ArgumentError for a number that is not finite, fewer than two points, points that are all the same,
 * or an option that is unknown or out of its range; ShapeError for a shape other than [n, d], or labels that
 * are more or fewer than the points; TrainingError if a loss becomes NaN or ∞; the signal's reason, by
 * default a DOMException named AbortError, if it is aborted
 * @example const samples = (await fitFlow(moons(random.key(0), 2000).points)).sample(500);
 * @example const model = await fitFlow(rows, { labels: species, onProgress: ({ step, loss }) => show(step, loss) });
 */
export function fitFlow(data: FlowData, options: FitFlowOptions = {}): Promise<FittedFlow> {
  return fitFlowAs('fitFlow', data, options);
}

/** `fitFlow`, with errors that name the caller's operation. */
export async function fitFlowAs(
  operation: string,
  data: FlowData,
  options: FitFlowOptions,
): Promise<FittedFlow> {
  const {
    labels: given,
    onProgress,
    signal,
    ...chosen
  } = completeOptions(
    operation,
    { ...settingDefaults, batchSize: undefined, labels: undefined, onProgress: undefined, signal: undefined },
    options,
  );
  const points = readPoints(operation, data);
  const { count } = points;
  if (count < 2) throw new ArgumentError(`${operation}: wanted at least 2 points, got ${count}`);
  const batchSize = chosen.batchSize ?? Math.min(flowDefaults.batchSize, count);
  const settings: TrainingSettings = { ...flowDefaults, ...chosen, batchSize };
  const classes = given === undefined ? undefined : readLabels(operation, given, count);
  requireSettings(operation, settings, { count, hasClasses: classes !== undefined });

  const standardization = standardizationOf(points, settings.perFeature);
  const features = featureCount(standardization);
  if (features === 0)
    throw new ArgumentError(`${operation}: all points are the same, so there is nothing to learn`);
  const classNames = classes?.classNames ?? [];
  const network = networkFor(settings, { features, classes: classNames.length });
  const keys = runKeys(settings.seed);
  const examples = {
    data: encodePoints(standardization, points).features,
    ...(classes && { labels: classes.labels }),
  };
  const { steps } = settings;
  const { average } = await trainInTurns<NetworkParameters, Batch>(
    operation,
    {
      ...{ steps, ema: settings.ema, compile: isCompilable(settings), ...(signal && { signal }) },
      loss: lossFor(settings, network),
      parameters: network.initialise(keys.initial),
      optimizer: adam(),
      schedule: learningRates(settings),
      batches: shuffledBatches(examples, { batchSize, key: keys.batches }),
      key: keys.training,
    },
    onProgress &&
      (({ step, losses }) =>
        onProgress({ step, steps, loss: losses.loss as number, rawError: losses.rawError as number })),
  );
  const classCounts = countsOf(classes?.labels, classNames.length);
  const flow = { network, parameters: average, settings, features, classCounts };
  return fittedFlow({ flow, standardization, classNames, dtype: dtypeOf(data), points: count });
}

function requireSettings(
  operation: string,
  settings: TrainingSettings,
  { count, hasClasses }: { readonly count: number; readonly hasClasses: boolean },
): void {
  for (const name of Object.keys(settingDefaults)) {
    const flaw = flawOfSetting(name, settings[name as keyof TrainingSettings]);
    if (flaw !== undefined) throw new ArgumentError(`${operation}: ${flaw}`);
  }
  if (settings.batchSize > count) {
    throw new ArgumentError(
      `${operation}: wanted a 'batchSize' of at most the ${count} points, got ${settings.batchSize}`,
    );
  }
  if (settings.guidance === 1) return;
  if (settings.method !== 'meanflow')
    throw new ArgumentError(
      `${operation}: only a meanflow learns 'guidance'; for ${settings.method}, give it to sample()`,
    );
  if (!hasClasses) throw new ArgumentError(`${operation}: 'guidance' needs labels`);
}

function countsOf(labels: Tensor | undefined, classes: number): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels?.toTypedArray() ?? []) counts[label] = (counts[label] as number) + 1;
  return counts;
}
