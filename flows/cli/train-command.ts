/** fluxion train: a MeanFlow of the digits, its figures and its report. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { random } from '../../autograd/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { type Claim, type ReportData, renderReport } from '../report/index.ts';
import { parseOptions, wholeNumber } from './arguments.ts';
import type { Command, Console } from './command.ts';
import { type DigitsEvaluation, evaluateDigits, keepsLimits } from './digits-evaluation.ts';
import { type DigitsModel, type DigitsSettings, digitsSettings, trainDigits } from './digits-model.ts';
import { formatFigures } from './figures-table.ts';
import { drawAverageVelocities, drawPaths } from './pictures.ts';
import { trainingProgress } from './progress.ts';

const help = `Usage: fluxion train [--steps <n>] [--seed <n>] [--out <folder>]

Trains a class-conditional MeanFlow on 1,797 handwritten digits, draws 1,000 samples with
1, 2 and 4 network evaluations, and compares them with the real digits. Writes
report.html and metrics.json. Exits with 1 if a figure misses its limit.

  --steps <n>      training steps (default ${digitsSettings.steps})
  --seed <n>       what all randomness comes from (default ${digitsSettings.seed})
  --out <folder>   where to write (default out)
  --debug          print a stack trace if something breaks
  --help           print this

Examples:
  fluxion train
  fluxion train --seed 1 --out out/seed-1
`;

export const trainCommand: Command = {
  name: 'train',
  summary: 'train a MeanFlow on handwritten digits and draw new ones',
  help,
  run(args, console) {
    const values = parseOptions('train', args, {
      steps: { type: 'string' },
      seed: { type: 'string' },
      out: { type: 'string' },
    });
    const settings = {
      ...digitsSettings,
      steps: wholeNumber('train', '--steps', values.steps, 1, digitsSettings.steps),
      seed: wholeNumber('train', '--seed', values.seed, 0, digitsSettings.seed),
    };
    return trainAndReport(console, settings, values.out ?? 'out', []) ? 0 : 1;
  },
};

/**
 * Trains, evaluates, prints the figures and writes the report with the given claims in it.
 * @param startedAt when the whole job began
 * @returns whether every figure keeps its limit
 */
export function trainAndReport(
  console: Console,
  settings: DigitsSettings,
  folder: string,
  claims: readonly Claim[],
  startedAt = new Date(),
): boolean {
  const model = trainWithProgress(console, settings);
  const evaluation = evaluateDigits(model, random.key(settings.seed));
  console.out.write(`\n${formatFigures(evaluation.figures)}\n`);
  const data = reportData({ settings, model, evaluation, claims, startedAt });
  const reportPath = join(folder, 'report.html');
  const metricsPath = join(folder, 'metrics.json');
  writeFileAtomically(reportPath, renderReport(data));
  writeFileAtomically(metricsPath, `${JSON.stringify(metrics(data), null, 2)}\n`);
  console.out.write(`\nWrote ${reportPath} and ${metricsPath}\n`);
  return evaluation.figures.every(keepsLimits);
}

function trainWithProgress(console: Console, settings: DigitsSettings): DigitsModel {
  const progress = trainingProgress({ total: settings.steps, stream: console.err });
  try {
    return trainDigits(settings, ({ step, losses }) => progress.update(step, losses.loss as number));
  } finally {
    progress.finish();
  }
}

interface Run {
  readonly settings: DigitsSettings;
  readonly model: DigitsModel;
  readonly evaluation: DigitsEvaluation;
  readonly claims: readonly Claim[];
  readonly startedAt: Date;
}

function reportData({ settings, model, evaluation, claims, startedAt }: Run): ReportData {
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
      settings: [
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

/** What a program would want to read of a run: everything but the pictures. */
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

/** From package.json, which lies elsewhere in the sources than in the built package. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('fluxion/package.json') as { version: string };
  return version;
}
