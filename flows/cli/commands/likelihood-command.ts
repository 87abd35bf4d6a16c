/** fluxion likelihood: computes how probable data are under a trained model. */
import { random, reshape } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { formatCsv } from '../../formats/index.ts';
import { negativeLogLikelihood } from '../../metrics/index.ts';
import { folderArgument, parseOptions, wholeNumber } from '../arguments.ts';
import type { Command } from '../command.ts';
import { isExact, logDensities } from '../run/generating.ts';
import { loadForModel } from '../run/model-data.ts';
import { readModel } from '../run/run-folder.ts';

const help = `Usage: fluxion likelihood <folder> [--data <data>] [options]

The log-likelihood of data under the model that fluxion train wrote into a folder, on the scale
of the data, by solving the flow back to noise. Up to 16 features the divergence is exact, above
that it is Hutchinson's estimate.

  --data <data>      what to judge (default: the training data; for distributions, new points)
  --label <column>   the classes, as for training (default: as it was then)
  --count <n>        only the first n points
  --out <file.csv>   write log p(x) of each point
  --seed <n>         for the estimate (default 0)
  --json             print the result as JSON
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
    });
    const count = wholeNumber('likelihood', '--count', values.count, 2, 0) || undefined;
    const key = random.key(wholeNumber('likelihood', '--seed', values.seed, 0, 0));
    const model = readModel(folder);
    const { points, labels } = await loadForModel(model, { ...values, count });
    const densities = logDensities(model, points, labels, key);
    if (values.out !== undefined) {
      const column = reshape(densities, [densities.size, 1]);
      writeFileAtomically(values.out, formatCsv(column, ['log_density']));
    }
    const { nats, standardError } = negativeLogLikelihood(densities);
    const features = model.config.data.columns.length;
    const result = {
      points: densities.size,
      negativeLogLikelihood: nats,
      standardError,
      bitsPerDimension: nats / (features * Math.LN2),
      exact: isExact(model),
    };
    const text = [
      `${result.points} points: −log p = ${nats.toFixed(4)} ± ${standardError.toFixed(4)} nats`,
      `, ${result.bitsPerDimension.toFixed(4)} bits per dimension`,
      `${result.exact ? '' : ' (divergence estimated)'}\n`,
    ].join('');
    console.out.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : text);
    return 0;
  },
};
