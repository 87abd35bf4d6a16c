/** A training step for other machines: as programs for XLA, with the state that they begin from. */
import { whileCompiling } from '../../autograd/core/compiling.ts';
import { simplify } from '../../autograd/graph/simplify.ts';
import { formatStableHlo, type StableHloOptions } from '../../autograd/graph/stablehlo/index.ts';
import { makeGraph, type random, type Tensor, type TensorTree, tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, formatShape, required } from '../../lib/index.ts';
import {
  flattenNames,
  formatNpy,
  formatSafetensors,
  type NamedTensors,
  stateDict,
} from '../formats/index.ts';
import { tracedKeepingFinite } from '../training/compiled-steps.ts';
import {
  type MovingAverageState,
  movingAverage,
  type Schedule,
  type TrainingState,
} from '../training/index.ts';
import {
  type LearnerState,
  makeStep,
  type TrainingStepOptions,
  trainingStepDefaults,
} from '../training/training-step.ts';
import { runText } from './run-text.ts';

/** What a step learns from: the first axis of both tensors counts the examples. */
export interface ExportedBatch {
  /** [batch, features], float32, standardised. */
  readonly data: Tensor;
  /** [batch], int32. */
  readonly labels?: Tensor;
}

/** What to export: the options of `trainingStep`, and where the run stands. */
export interface TrainingExport<P> extends TrainingStepOptions<P, ExportedBatch> {
  /** The state to begin from: that of the last report, or `initialState(parameters, optimizer)`. */
  readonly state: TrainingState<P>;
  /** A batch of the size to train with. Its numbers do not matter. */
  readonly batch: ExportedBatch;
  readonly schedule: Schedule;
  /** The number of the last step. */
  readonly steps: number;
  /** The keys of the run: of the losses (as `key` of `trainingSteps`), and of `shuffledBatches`. */
  readonly keys: { readonly training: random.Key; readonly batches: random.Key };
  /** The model knows points as (x − mean) / scale: one number for all columns, or one for each. */
  readonly standardization: { readonly mean: readonly number[]; readonly scale: readonly number[] };
  /** How many columns the points have, constant ones among them. By default as many as the batch. */
  readonly columns?: number;
  /** How many classes the labels tell apart. By default 0, for data without labels. */
  readonly classes?: number;
  /** From the averaged parameters, noise and labels to points. Without it there is no sample.mlir. */
  readonly sample?: (parameters: P, batch: ExportedBatch) => Tensor;
  /** What identifies the run: as that of a checkpoint. */
  readonly run?: Readonly<Record<string, string>>;
}

/** Files by their names. */
export type ExportedFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Writes down a training step for JAX's compiler, XLA, which runs it on the processors, graphics cards and
 * TPUs of one machine or many. `run.py` among the files is the program that trains with it.
 *
 * | file                  | what it is                                                                 |
 * |-----------------------|----------------------------------------------------------------------------|
 * | `step.mlir`, `.json`  | the step as StableHLO: loss, gradient, clipping, update, average; its types |
 * | `model.mlir`, `.json` | from the state to the averaged parameters by PyTorch's names               |
 * | `sample.mlir`, `.json` | from the state, noise and labels to points                                |
 * | `state.safetensors`   | the state to begin from, and the keys, as a checkpoint names them          |
 * | `learning-rates.npy`  | the learning rate of each step                                             |
 * | `run.json`            | sizes, and the data's standardisation                                      |
 * | `run.py`              | the program                                                                |
 *
 * The step draws the same random numbers as here. A step whose results are not finite leaves the state as it
 * was.
 *
 * @throws ArgumentError for an option that is missing or unknown, a batch whose tensors do not have one
 * length, or a primitive that StableHLO has no operation for; LevelError if the loss looks at a value
 * @example
 * const files = exportTraining({
 *   loss, optimizer: adam(), ema: 0.99, state, batch, schedule, steps: 10_000, keys, standardization,
 * });
 * for (const [name, content] of Object.entries(files)) writeFileSync(`exported/${name}`, content);
 */
export function exportTraining<P>(options: TrainingExport<P>): ExportedFiles {
  const { state, batch, schedule, steps, keys, standardization, columns, classes, sample, run, ...step } =
    completeOptions('exportTraining', defaults, options);
  requireExportable(options);
  const features = batch.data.shape[1] as number;
  const about = {
    format: 'fluxion export 1',
    batchSize: batch.data.shape[0],
    columns: columns ?? features,
    classes,
    standardization,
  };
  const rates = Float64Array.from({ length: steps }, (_, i) => schedule(i));
  return {
    ...stepProgram(makeStep('exportTraining', step), state, batch, keys.training),
    ...modelProgram(state, step.ema),
    ...(sample && sampleProgram(state, step.ema, batch, sample)),
    'state.safetensors': stateFile(state, keys, run),
    'learning-rates.npy': formatNpy(tensor(rates)),
    'run.json': `${JSON.stringify(about, null, 2)}\n`,
    'run.py': runText,
  };
}

const defaults = {
  ...trainingStepDefaults,
  state: required,
  batch: required,
  schedule: required,
  steps: required,
  keys: required,
  standardization: required,
  columns: undefined,
  classes: 0,
  sample: undefined,
  run: {},
} as const;

/** The state as a checkpoint names its parts, and its two counters. */
function namedState<P>({ parameters, optimizer, average }: LearnerState<P>) {
  return {
    parameters,
    moments: optimizer.moments,
    average: average.total,
    optimizerStep: optimizer.step,
    averageStep: average.step,
  };
}

type NamedState<P> = ReturnType<typeof namedState<P>>;

function learnerOf<P>(named: NamedState<P>): LearnerState<P> {
  const { parameters, moments, optimizerStep } = named;
  return { parameters, optimizer: { step: optimizerStep, moments }, average: averageOf(named) };
}

function averageOf<P>({ average, averageStep }: NamedState<P>): MovingAverageState<P> {
  return { step: averageStep, total: average };
}

function stepProgram<P>(
  step: ReturnType<typeof makeStep<P, ExportedBatch>>,
  state: TrainingState<P>,
  batch: ExportedBatch,
  key: random.Key,
): ExportedFiles {
  const guarded = tracedKeepingFinite(step);
  const given = { ...namedState(state), batch, key, learningRate: tensor(0, { dtype: 'float64' }) };
  const fn = ({ batch, key, learningRate, ...named }: typeof given) => {
    const [next, results] = guarded(learnerOf(named as NamedState<P>), batch, key, learningRate);
    return flattenNames({ ...namedState(next), ...results });
  };
  const names = Object.keys(flattenNames(namedState(state)));
  return program('step', fn, given, { batch: Object.keys(flattenNames({ batch })), donate: names });
}

function modelProgram<P>(state: TrainingState<P>, ema: number): ExportedFiles {
  const fn = (named: NamedState<P>) => stateDict(movingAverage(ema).value(averageOf(named)));
  return program('model', fn, namedState(state));
}

function sampleProgram<P>(
  state: TrainingState<P>,
  ema: number,
  { data, ...labels }: ExportedBatch,
  sample: (parameters: P, batch: ExportedBatch) => Tensor,
): ExportedFiles {
  const given = { ...namedState(state), noise: data, ...labels };
  const fn = ({ noise, labels, ...named }: typeof given) => {
    const parameters = movingAverage(ema).value(averageOf(named as NamedState<P>));
    return { points: sample(parameters, { data: noise, ...(labels && { labels }) }) };
  };
  return program('sample', fn, given);
}

/** A function from a tree to tensors by name, as a program whose inputs are named by the tree's paths. */
function program<A extends object>(
  name: string,
  fn: (given: A) => NamedTensors,
  given: A,
  marks: Pick<StableHloOptions, 'batch' | 'donate'> = {},
): ExportedFiles {
  let outputs: readonly string[] = [];
  const traced = (tree: TensorTree<A>) => {
    const result = fn(tree as unknown as A);
    outputs = Object.keys(result);
    return result;
  };
  const graph = simplify(whileCompiling(() => makeGraph(traced as (...args: unknown[]) => unknown, [given])));
  const inputs = Object.keys(flattenNames(given));
  const { text, signature } = formatStableHlo(graph, { inputs, outputs, ...marks });
  return { [`${name}.mlir`]: text, [`${name}.json`]: `${JSON.stringify(signature, null, 1)}\n` };
}

function stateFile<P>(
  state: TrainingState<P>,
  keys: TrainingExport<P>['keys'],
  run: Readonly<Record<string, string>>,
): Uint8Array {
  const { optimizerStep, averageStep, ...tensors } = namedState(state);
  const runEntries = Object.entries(run).map(([name, value]) => [`run.${name}`, value] as const);
  const metadata = {
    step: String(state.step),
    optimizerStep: String(optimizerStep.item()),
    averageStep: String(averageStep.item()),
    ...Object.fromEntries(runEntries),
  };
  return formatSafetensors({ ...flattenNames(tensors), ...flattenNames({ key: keys }) }, metadata);
}

/** Throws an ArgumentError unless `run.py` can feed the step. */
function requireExportable<P>({ batch, steps, state }: TrainingExport<P>): void {
  const { data, labels } = batch;
  if (data.rank !== 2 || data.dtype !== 'float32') {
    throw new ArgumentError(
      `exportTraining: wanted the batch's data as float32 [batch, features], got ${data.dtype}${formatShape(data.shape)}`,
    );
  }
  if (labels && (labels.rank !== 1 || labels.dtype !== 'int32' || labels.size !== data.shape[0])) {
    throw new ArgumentError(
      `exportTraining: wanted an int32 label for each of ${data.shape[0]} points, got ${labels.dtype}${formatShape(labels.shape)}`,
    );
  }
  if (!Number.isInteger(steps) || steps <= state.step) {
    throw new ArgumentError(
      `exportTraining: wanted more 'steps' than the ${state.step} that are done, got ${steps}`,
    );
  }
}
