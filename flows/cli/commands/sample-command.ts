/** fluxion sample: draws new points from a trained model. */
import { extname } from 'node:path';
import { random } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { formatCsv, formatNpy } from '../../formats/index.ts';
import { finiteNumber, folderArgument, parseOptions, UsageError, wholeNumber } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type Generated, generate } from '../run/generating.ts';
import { type Model, readModel } from '../run/run-folder.ts';
import { samplesPng, samplesSvg } from '../run/samples-picture.ts';
import { classColumn } from '../run/table-columns.ts';

const help = `Usage: fluxion sample <folder> --out <file> [options]

Draws samples from the model that fluxion train wrote into a folder.

  --out <file>       .csv, .npy, .png or .svg: numbers, or a picture
  --count <n>        how many (default 1000; 100 images for a picture)
  --steps <n>        steps from noise to data (default 1 for meanflow, 20 for the others)
  --class <class>    only this class, by its name (default: as many of each)
  --guidance <w>     exaggerate the class, w > 1 (for cfm and ot-cfm; two evaluations a step)
  --seed <n>         what all randomness comes from (default 0)
  --json             print what was written as JSON
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion sample moons --count 5000 --out moons.csv
  fluxion sample out --class 7 --steps 2 --out sevens.png
`;

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'draw samples from a trained model',
  help,
  run(args, console) {
    const { folder, rest } = folderArgument('sample', args);
    const values = parseOptions('sample', rest, {
      out: { type: 'string' },
      count: { type: 'string' },
      steps: { type: 'string' },
      class: { type: 'string' },
      guidance: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    });
    const out = values.out;
    if (out === undefined) throw new UsageError('sample: wanted --out <file>, a .csv, .npy, .png or .svg');
    const format = formats[extname(out).toLowerCase()];
    if (!format)
      throw new UsageError(`sample: wanted a .csv, .npy, .png or .svg file for --out, got '${out}'`);
    const asked = {
      count: wholeNumber('sample', '--count', values.count, 1, 0),
      steps: wholeNumber('sample', '--steps', values.steps, 1, 0) || undefined,
      guidance: finiteNumber('sample', '--guidance', values.guidance),
      key: random.key(wholeNumber('sample', '--seed', values.seed, 0, 0)),
    };
    const model = readModel(folder);
    const picture = model.config.data.image !== null && /\.(png|svg)$/i.test(out);
    const count = asked.count || (picture ? 100 : 1000);
    const label = values.class === undefined ? undefined : classIndex(model, values.class);
    const drawn = generate(model, { ...asked, count, label });
    writeFileAtomically(out, format(model, drawn));
    const written = { out, count, evaluations: drawn.evaluations };
    const times = `${drawn.evaluations} evaluation${drawn.evaluations === 1 ? '' : 's'}`;
    console.out.write(
      values.json ? `${JSON.stringify(written)}\n` : `Wrote ${count} samples, ${times} each, to ${out}\n`,
    );
    return 0;
  },
};

const formats: Readonly<Record<string, (model: Model, drawn: Generated) => string | Uint8Array>> = {
  '.csv': ({ config }, { points, labels }) => {
    const { columns, classNames, label } = config.data;
    const classes = labels && Array.from(labels.toTypedArray(), (k) => classNames[k] as string);
    const name = label !== null && !/^\d+$/.test(label) && !columns.includes(label) ? label : classColumn;
    return formatCsv(points, columns, classes && { [name]: classes });
  },
  '.npy': (_, { points }) => formatNpy(points),
  '.png': ({ config }, { points }) => samplesPng(points, config.data.image),
  '.svg': ({ config }, { points }) => samplesSvg(points, config.data.image),
};

function classIndex({ config }: Model, name: string): number {
  const { classNames } = config.data;
  if (classNames.length === 0) throw new UsageError('sample: this model has no classes');
  const index = classNames.indexOf(name);
  if (index >= 0) return index;
  throw new UsageError(
    `sample: there is no class '${name}'; the classes are ${classNames.slice(0, 20).join(', ')}`,
  );
}
