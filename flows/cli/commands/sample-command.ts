/** fluxion sample: draws new points from a trained model. */
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { random } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { formatNpz } from '../../formats/format-npz.ts';
import { formatNpy } from '../../formats/index.ts';
import {
  folderArgument,
  guidanceHelp,
  guidanceScale,
  parseOptions,
  UsageError,
  wholeNumber,
} from '../arguments.ts';
import type { Command } from '../command.ts';
import { requireOutFile } from '../out-path.ts';
import { type Generated, generate } from '../run/generating.ts';
import { encodingOf, type Model, readModel } from '../run/run-folder.ts';
import { samplesPng, samplesSvg } from '../run/samples-picture.ts';
import { classColumn } from '../run/table-columns.ts';
import { suggestion } from '../suggestion.ts';
import { arrayOf, classNumbers } from '../tables/format-array.ts';
import { formatDelimited, formatJsonLines, type ShownTable } from '../tables/format-table.ts';

const help = `Usage: fluxion sample <folder> --out <file> [options]

Draws samples from the model that fluxion train wrote into a folder.

  --out <file>       .csv, .tsv, .jsonl, .npy or .npz, and .gz behind it: a table; or .png or
                     .svg: a picture; - for the table on standard output
  --count <n>        how many (default 1000; 100 images for a picture)
  --steps <n>        steps from noise to data (default 1 for meanflow, 20 for the others)
  --class <class>    only this class, by its name (default: as many of each)
${guidanceHelp}  --seed <n>         what all randomness comes from (default 0)
  --json             print what was written as JSON; with --out - the samples as JSON lines
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion sample moons --count 5000 --out moons.csv
  fluxion sample out --class 7 --steps 2 --out sevens.png
  fluxion sample moons --count 3 --out -
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
    if (out === undefined) {
      throw new UsageError('sample: wanted --out <file>, such as samples.csv, or - for standard output');
    }
    requireOutFile('sample', out, 'samples.csv');
    const toStream = out === '-';
    const format = toStream ? (values.json ? jsonLines : csv) : formatOf(out);
    const asked = {
      count: wholeNumber('sample', '--count', values.count, 1, 0),
      steps: wholeNumber('sample', '--steps', values.steps, 1, 0) || undefined,
      guidance: guidanceScale('sample', values.guidance),
      key: random.key(wholeNumber('sample', '--seed', values.seed, 0, 0)),
    };
    if (asked.guidance === 0 && values.class !== undefined) {
      throw new UsageError('sample: --guidance 0 ignores the class, so it cannot go with --class');
    }
    const model = readModel(folder);
    const picture = model.config.data.image !== null && /\.(png|svg)$/i.test(out);
    const count = asked.count || (picture ? 100 : 1000);
    const label = values.class === undefined ? undefined : classIndex(model, values.class);
    const drawn = generate(model, { ...asked, count, label });
    const content = format(model, drawn);
    if (toStream) {
      console.out.write(content);
      return 0;
    }
    writeFileAtomically(out, content);
    const written = { out, count, evaluations: drawn.evaluations };
    const times = `${drawn.evaluations} evaluation${drawn.evaluations === 1 ? '' : 's'}`;
    console.out.write(
      values.json ? `${JSON.stringify(written)}\n` : `Wrote ${count} samples, ${times} each, to ${out}\n`,
    );
    return 0;
  },
};

type Format = (model: Model, drawn: Generated) => string | Uint8Array;

const asText = (format: (table: ShownTable) => string) => (model: Model, drawn: Generated) =>
  format(shownTable(model, drawn));
const csv = asText(formatDelimited);
const jsonLines = asText(formatJsonLines);
const formats: Readonly<Record<string, Format>> = {
  '.csv': csv,
  '.tsv': asText((table) => formatDelimited(table, '\t')),
  '.jsonl': jsonLines,
  '.ndjson': jsonLines,
  '.npy': ({ config }, { points }) => formatNpy(arrayOf(encodingOf(config).kinds, points)),
  '.npz': ({ config }, { points, labels }) =>
    formatNpz({
      points: arrayOf(encodingOf(config).kinds, points),
      ...(labels && { labels: classNumbers(config.data.classNames, labels) }),
    }),
  '.png': ({ config }, { points }) => samplesPng(points, config.data.image),
  '.svg': ({ config }, { points }) => samplesSvg(points, config.data.image),
};

/** The ending of a file, and whether it is to be gzipped. */
function formatOf(out: string): Format {
  const isGzipped = /\.gz$/i.test(out);
  const format = formats[extname(isGzipped ? out.slice(0, -3) : out).toLowerCase()];
  if (!format) {
    throw new UsageError(
      `sample: wanted a ${endings.slice(0, -1).join(', ')} or ${endings.at(-1)} file for --out, got '${out}'`,
    );
  }
  return isGzipped ? (model, drawn) => gzipSync(format(model, drawn)) : format;
}

const endings = Object.keys(formats);

function shownTable({ config }: Model, { points, labels }: Generated): ShownTable {
  const { columns, classNames, label } = config.data;
  const isName = label !== null && !/^\d+$/.test(label) && !columns.includes(label);
  const classes = labels && {
    name: isName ? label : classColumn,
    of: Array.from(labels.toTypedArray(), (k) => classNames[k] as string),
  };
  return { points, columns, kinds: encodingOf(config).kinds, classes };
}

function classIndex({ config }: Model, name: string): number {
  const { classNames } = config.data;
  if (classNames.length === 0) throw new UsageError('sample: this model has no classes');
  const index = classNames.indexOf(name);
  if (index >= 0) return index;
  throw new UsageError(
    `sample: there is no class '${name}'${suggestion(name, classNames)}; the classes are ${classNames.slice(0, 20).join(', ')}`,
  );
}
