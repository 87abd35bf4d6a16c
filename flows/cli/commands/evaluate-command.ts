/** fluxion evaluate: measures how close a model's samples are to data. */
import { random } from '../../../autograd/index.ts';
import {
  finiteNumber,
  folderArgument,
  guidanceHelp,
  guidanceScale,
  parseOptions,
  UsageError,
  wholeNumber,
} from '../arguments.ts';
import type { Command } from '../command.ts';
import { evaluate, formatEvaluation } from '../run/evaluation.ts';
import { loadForModel } from '../run/model-data.ts';
import { printNotes, readingHelp, readingOf, readingOptions } from '../run/reading.ts';
import { readModel } from '../run/run-folder.ts';
import { usualRatio, verdictOn } from '../run/verdict.ts';

const help = `Usage: fluxion evaluate <folder> [--data <data>] [options]

Compares samples of the model that fluxion train wrote into a folder with data: energy distance,
2-Wasserstein distance, and the share of samples that look like the class asked for. Beside each
distance stands its floor: what as many points of the data themselves get. Exits with 3 if the
model is far from the data.

  --data <data>      what to compare with (default: the training data; for distributions, new points)
  --label <column>   the classes, as for training (default: as it was then)
  --steps <n>        steps from noise to data (default 1 for meanflow, 20 for the others)
${guidanceHelp}  --at-most <r>      how many times its floor the energy distance may be (default ${usualRatio}); above
                     that the model is far from the data, and the exit code is 3
  --seed <n>         what all randomness comes from (default 0)
${readingHelp}  --json             print the result as JSON
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion evaluate moons
  fluxion evaluate out --steps 4 --json
  fluxion evaluate penguins --guidance 2
  fluxion evaluate penguins --at-most 3 && echo good enough
`;

/** The exit code for a model that is far from the data: neither a failure (1) nor a mistake (2). */
const farFromData = 3;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'compare samples of a trained model with data',
  help,
  async run(args, console) {
    const { folder, rest } = folderArgument('evaluate', args);
    const values = parseOptions('evaluate', rest, {
      data: { type: 'string' },
      label: { type: 'string' },
      steps: { type: 'string' },
      guidance: { type: 'string' },
      'at-most': { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      ...readingOptions,
    });
    const steps = wholeNumber('evaluate', '--steps', values.steps, 1, 0) || undefined;
    const guidance = guidanceScale('evaluate', values.guidance);
    const most = finiteNumber('evaluate', '--at-most', values['at-most']) ?? usualRatio;
    if (most <= 0) throw new UsageError(`evaluate: wanted a number above 0 for --at-most, got '${most}'`);
    const key = random.key(wholeNumber('evaluate', '--seed', values.seed, 0, 0));
    const model = readModel(folder);
    const { data: source, label } = values;
    const data = await loadForModel(model, { data: source, label, reading: readingOf('evaluate', values) });
    printNotes(console, data);
    const evaluation = evaluate(model, data, { key, steps, guidance });
    const { ratio, isFar, text } = verdictOn(evaluation, most);
    console.out.write(
      values.json
        ? `${JSON.stringify({ ...evaluation, ratio, isFar }, null, 2)}\n`
        : `${formatEvaluation(evaluation)}\n${text}\n`,
    );
    return isFar ? farFromData : 0;
  },
};
