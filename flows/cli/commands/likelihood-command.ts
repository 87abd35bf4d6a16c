/** fluxion likelihood: how probable data are under a trained model. */
import { random, reshape, type Tensor } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { isExact } from '../../fit/generating.ts';
import { formatCsv } from '../../formats/index.ts';
import { negativeLogLikelihood } from '../../metrics/index.ts';
import { folderArgument, parseOptions, wholeNumber } from '../arguments.ts';
import type { Command } from '../command.ts';
import { requireOutFile } from '../out-path.ts';
import { isNoisy, varyingColumns } from '../run/encoding.ts';
import { flowOf, logDensities } from '../run/generating.ts';
import { loadForModel } from '../run/model-data.ts';
import { printNotes, readingHelp, readingOf, readingOptions } from '../run/reading.ts';
import { encodingOf, readModel } from '../run/run-folder.ts';

const help = `Usage: fluxion likelihood <folder> [--data <data>] [options]

The log-likelihood of data under the model that fluxion train wrote into a folder, on the scale
of the data, by solving the flow back to noise. Up to 16 features the divergence is exact, above
that it is Hutchinson's estimate. Points without a class get the mixture over the model's classes,
by their frequencies in training.

  --data <data>      what to judge (default: the training data; for distributions, new points)
  --label <column>   the classes, as for training (default: as it was then)
  --count <n>        only the first n points
  --out <file.csv>   write log p(x) of each point
  --seed <n>         for the estimate (default 0)
${readingHelp}  --json             print the result as JSON
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion likelihood moons
  fluxion likelihood penguins --data new.csv --out likelihoods.csv
`;

export const likelihoodCommand: Command = {
  name: 'likelihood',
  summary: 'how probable data are under a trained model',
  help,
  async run(args, console) {
    const { folder, rest } = folderArgument('likelihood', args);
    const values = parseOptions('likelihood', rest, {
      data: { type: 'string' },
      label: { type: 'string' },
      count: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      ...readingOptions,
    });
    if (values.out !== undefined) requireOutFile('likelihood', values.out, 'likelihoods.csv');
    const count = wholeNumber('likelihood', '--count', values.count, 1, 0) || undefined;
    const key = random.key(wholeNumber('likelihood', '--seed', values.seed, 0, 0));
    const model = readModel(folder);
    const { data: source, label } = values;
    const reading = readingOf('likelihood', values);
    const data = await loadForModel(model, { data: source, label, count, reading });
    printNotes(console, data);
    const { points, labels } = data;
    const densities = logDensities(model, points, labels, key);
    if (values.out !== undefined) {
      const column = reshape(densities, [densities.size, 1]);
      writeFileAtomically(values.out, formatCsv(column, ['log_density']));
    }
    const { nats, standardError } = meanOf(densities);
    const encoding = encodingOf(model.config);
    const columns = varyingColumns(encoding).length;
    const result = {
      points: densities.size,
      negativeLogLikelihood: nats,
      standardError,
      bitsPerDimension: nats / (columns * Math.LN2),
      exact: isExact(flowOf(model)),
      classes: model.config.data.classNames.length === 0 ? 'none' : labels ? 'given' : 'mixture',
      upperBound: isNoisy(encoding),
    };
    const remarks = [
      ...(result.exact ? [] : ['divergence estimated']),
      ...(result.upperBound ? ['whole numbers, words and gaps by their probability: an upper bound'] : []),
    ];
    const text = [
      `${result.points} point${result.points === 1 ? '' : 's'}: −log p = ${nats.toFixed(4)}`,
      `${standardError === null ? '' : ` ± ${standardError.toFixed(4)}`} nats`,
      `, ${result.bitsPerDimension.toFixed(4)} bits per dimension`,
      `${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`,
      result.classes === 'mixture' ? '; without a class: mixture over the classes by their frequencies' : '',
      '\n',
    ].join('');
    console.out.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : text);
    return 0;
  },
};

/** Of one point there is no standard error. */
function meanOf(densities: Tensor): { readonly nats: number; readonly standardError: number | null } {
  return densities.size === 1
    ? { nats: -densities.reshape([]).item(), standardError: null }
    : negativeLogLikelihood(densities);
}
