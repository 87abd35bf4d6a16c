/** The second half of `npm start`: trains a MeanFlow of the digits and writes its figures and its report. */
import { join } from 'node:path';
import { random } from '../../../autograd/index.ts';
import { backendReport } from '../../../lib/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import type { TrainingSettings } from '../../fit/settings.ts';
import type { ReportData, ReportedClaim } from '../../report/index.ts';
import { renderReport } from '../../report/render.ts'; // not the command's: it needs KaTeX
import type { Console } from '../command.ts';
import { describeGpu, type Products, productsSince } from '../run/gpu.ts';
import { drawAverageVelocities, drawPaths } from '../run/pictures.ts';
import { trainingProgress } from '../run/progress.ts';
import { packageVersion } from '../version.ts';
import { type DigitsEvaluation, evaluateDigits, keepsLimits } from './digits-evaluation.ts';
import { type DigitsModel, trainDigits } from './digits-model.ts';
import { formatFigures } from './figures-table.ts';
import { formatDigits } from './format-digits.ts';

/**
 * Trains, evaluates, prints the figures, and writes report.html (with the given claims) and metrics.json.
 * @param startedAt when the whole job began
 * @param compile whether to compile the training step
 * @param onGpu whether the user asked for the GPU, which is loaded then
 * @returns whether every figure keeps its limit
 * @throws TrainingError if the loss is not finite; FileError if a file cannot be written
 */
export function trainAndReport(
  console: Console,
  settings: TrainingSettings,
  folder: string,
  claims: readonly ReportedClaim[],
  { startedAt = new Date(), compile = true, onGpu = false } = {},
): boolean {
  const { products: before } = backendReport();
  const model = trainWithProgress(console, settings, compile);
  const products = productsSince(before);
  const gpu = onGpu ? describeGpu() : undefined;
  const evaluation = evaluateDigits(model, random.key(settings.seed));
  console.out.write(`\n${formatDigits(evaluation.samples, console.out.columns ?? 110)}\n`);
  console.out.write(`${formatFigures(evaluation.figures)}\n`);
  const data = reportData({ settings, model, evaluation, claims, startedAt, products, gpu });
  const reportPath = join(folder, 'report.html');
  const metricsPath = join(folder, 'metrics.json');
  writeFileAtomically(reportPath, renderReport(data));
  writeFileAtomically(metricsPath, `${JSON.stringify(metrics(data), null, 2)}\n`);
  console.out.write(`\nWrote ${reportPath} and ${metricsPath}\n`);
  return evaluation.figures.every(keepsLimits);
}

function trainWithProgress(console: Console, settings: TrainingSettings, compile: boolean): DigitsModel {
  const progress = trainingProgress({ total: settings.steps, stream: console.err });
  try {
    return trainDigits(
      settings,
      ({ step, losses }) => progress.update(step, losses.rawError as number),
      compile,
    );
  } finally {
    progress.finish();
  }
}

interface Run {
  readonly settings: TrainingSettings;
  readonly model: DigitsModel;
  readonly evaluation: DigitsEvaluation;
  readonly claims: readonly ReportedClaim[];
  readonly startedAt: Date;
  readonly products: Products;
  readonly gpu: string | undefined;
}

function reportData({ settings, model, evaluation, claims, startedAt, products, gpu }: Run): ReportData {
  const { loss, rawError } = model.curves;
  return {
    claims,
    training: {
      steps: loss.map((_, i) => i + 1),
      curves: [
        { name: 'Raw error ‖Δ‖²', values: rawError, scale: 'logarithmic' },
        { name: 'Weighted loss', values: loss, scale: 'linear' },
      ],
    },
    digits: evaluation.samples,
    figures: evaluation.figures,
    paths: drawPaths(random.key(settings.seed)),
    averageVelocities: drawAverageVelocities(random.key(settings.seed)),
    run: {
      version: packageVersion(),
      seed: settings.seed,
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1000,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      products,
      settings: [
        ...(gpu === undefined ? [] : [{ name: 'GPU', value: gpu }]),
        { name: 'Training steps', value: settings.steps },
        { name: 'Batch', value: settings.batchSize },
        { name: 'Network', value: `${settings.layers} residual layers of ${settings.hidden}, SiLU` },
        { name: 'Parameters', value: model.parameterCount },
        { name: 'Data', value: `(x − ${model.scaling.mean.toFixed(3)}) / ${model.scaling.scale.toFixed(3)}` },
        { name: 'Adam learning rate', value: `${settings.learningRate}, cosine to 0` },
        { name: 'Warm-up', value: `${100 * settings.warmUpShare} % of the steps` },
        { name: 'γ, c', value: `${settings.gamma}, ${settings.c}` },
        { name: 'Times', value: settings.times === 'uniform' ? 'uniform on [0, 1)' : 'logit-normal' },
        { name: 'Share with r ≠ t', value: settings.differentShare },
        { name: 'Label drop', value: settings.labelDrop },
        { name: 'EMA', value: settings.ema },
      ],
    },
  };
}

/** The report's data without the pictures, for programs to read. */
function metrics({ claims, figures, training, run }: ReportData) {
  return {
    run,
    figures,
    claims: claims.map(({ part, claim, compared, residual, bound, tolerance, passed }) => {
      return { part, claim, compared, residual, bound, tolerance, passed };
    }),
    curves: Object.fromEntries(training.curves.map(({ name, values }) => [name, values])),
  };
}
