/** Writes the results of a finished run that people look at: samples.png and report.html. */
import { random, type Tensor, treeLeaves } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { renderRunReport } from '../../report/index.ts';
import type { DataSet } from './data-source.ts';
import { decisionsOf } from './decisions.ts';
import { type Evaluation, evaluate, formatEvaluation } from './evaluation.ts';
import { generate } from './generating.ts';
import type { Products } from './gpu.ts';
import { readMetrics } from './metrics-log.ts';
import { type Model, readModel, runFiles } from './run-folder.ts';
import { samplesPng, samplesSvg } from './samples-picture.ts';
import { tablePictures } from './table-pictures.ts';
import { verdictOn } from './verdict.ts';

/** The results of a finished run. */
export interface Summary {
  readonly folder: string;
  readonly steps: number;
  readonly seconds: number;
  readonly parameters: number;
  /** How many matrix products of the training each kernel computed. */
  readonly products: Products;
  /** Which GPU there was and what it did; absent if the user did not ask for it. */
  readonly gpu?: string;
  readonly evaluation: Evaluation;
}

/** How a training went, besides its model and its metrics. */
export interface Training extends Pick<Summary, 'seconds' | 'products'> {
  readonly gpu?: string | undefined;
}

/**
 * Evaluates the model of a finished run, and writes its picture and its report. Returns the results, and the
 * text that the command prints.
 * @throws FileError if the model cannot be read or a file cannot be written
 */
export function summarize(
  folder: string,
  data: DataSet,
  training: Training,
): { readonly summary: Summary; readonly text: string } {
  const model = readModel(folder);
  const { settings } = model.config;
  const key = random.key(settings.seed);
  const evaluation = evaluate(model, data, { key });
  const files = runFiles(folder);
  const pictured = model.config.data.columns.length >= 2;
  const { points } = generate(model, { count: data.image ? 100 : 2000, key: random.foldIn(key, 1) });
  if (pictured) writeFileAtomically(files.samples, samplesPng(points, model.config.data.image));
  writeFileAtomically(
    files.report,
    reportOf(folder, { model, data, evaluation, points: pictured ? points : undefined }, training),
  );
  const parameters = parameterCount(model);
  const text = `\n${formatEvaluation(evaluation)}\n${verdictOn(evaluation).text}\n\nWrote ${files.model}, ${files.config}, ${files.metrics}, ${files.report}${pictured ? ` and ${files.samples}` : ''}\n`;
  const { seconds, products, gpu } = training;
  const asked = gpu !== undefined && { gpu };
  const summary = { folder, steps: settings.steps, seconds, parameters, products, ...asked, evaluation };
  return { summary, text };
}

/** What a report shows besides the training. */
interface Results {
  readonly model: Model;
  readonly data: DataSet;
  readonly evaluation: Evaluation;
  readonly points: Tensor | undefined;
}

function reportOf(
  folder: string,
  { model, data: set, evaluation, points }: Results,
  { seconds, products, gpu }: Training,
): string {
  const lines = readMetrics(runFiles(folder).metrics);
  const validated = lines.filter(({ validationLoss }) => Number.isFinite(validationLoss));
  const curve = (name: string, key: string, scale: 'linear' | 'logarithmic') => {
    return { name, values: lines.map((line) => line[key] ?? Number.NaN), scale };
  };
  const { data, settings, fluxion } = model.config;
  return renderRunReport({
    title: `${settings.method} of ${data.source}`,
    samples: points && data.image ? samplesSvg(points, data.image) : undefined,
    table: tablePictures(model, set, random.foldIn(random.key(settings.seed), 2)),
    verdict: verdictOn(evaluation),
    figures: formatEvaluation(evaluation),
    columns: decisionsOf(model.config),
    training: {
      steps: lines.map(({ step }) => step),
      curves: [
        {
          name: 'Validation loss',
          scale: 'logarithmic',
          steps: validated.map(({ step }) => step),
          values: validated.map(({ validationLoss }) => validationLoss as number),
        },
        curve('Raw error', 'rawError', 'logarithmic'),
        curve('Loss', 'loss', 'linear'),
        curve('Gradient norm', 'gradientNorm', 'logarithmic'),
        curve('Learning rate', 'learningRate', 'linear'),
      ],
    },
    run: {
      version: fluxion,
      seed: settings.seed,
      startedAt: new Date(Date.now() - 1000 * seconds).toISOString(),
      seconds,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      products,
      settings: [
        ...(gpu === undefined ? [] : [{ name: 'GPU', value: gpu }]),
        { name: 'Data', value: `${data.source}, ${data.points} points of ${data.columns.length} features` },
        { name: 'Classes', value: data.classNames.length },
        { name: 'Parameters', value: parameterCount(model) },
        ...Object.entries(settings)
          .filter(([name]) => name !== 'seed')
          .map(([name, value]) => ({ name, value: value as string | number | boolean })),
      ],
    },
  });
}

function parameterCount({ parameters }: Model): number {
  return treeLeaves(parameters).reduce<number>((count, leaf) => count + (leaf as Tensor).size, 0);
}
