/** Loads the data of a run: a distribution or a data set by its name, or a file of the user. */
import { createHash } from 'node:crypto';
import { cast, gather, random, reshape, type Tensor, tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import { classLabels } from '../../data/class-labels.ts';
import * as data from '../../data/index.ts';
import { type CutTable, cutCsv } from '../../data/parse-csv.ts';
import { FileError, loadMnist, loadNpy, loadNpz } from '../../files/index.ts';
import { loadFile } from '../../files/load.ts';
import { UsageError } from '../arguments.ts';
import { suggestion } from '../suggestion.ts';
import type { ColumnKind, LeftOut } from '../tables/column-kind.ts';
import { cutJson, cutJsonLines } from '../tables/json-table.ts';
import { cutParquet } from '../tables/parquet-table.ts';
import { readArray, readTable, type TypedTable } from '../tables/read-table.ts';
import type { DataRequest, Reading, WantedColumns } from './reading.ts';
import { chooseColumns, mentionedNames } from './table-columns.ts';

/** The size of images whose points are their pixels, row by row, from 0 to `maximum`. */
export interface ImageKind {
  readonly height: number;
  readonly width: number;
  /** The value of ink. Paper is 0. */
  readonly maximum: number;
}

/** Points, their classes, and what we know of them. */
export interface DataSet {
  /** [n, d], float64 for tables (the codes of their columns) and float32 for images and distributions */
  readonly points: Tensor;
  /** The names of the d columns. */
  readonly columns: readonly string[];
  /** What the columns of a table are taken for; without it, all are numbers. */
  readonly kinds?: readonly ColumnKind[];
  /** The columns of a table that no model can learn. */
  readonly leftOut?: readonly LeftOut[];
  /** [n], int32: indices into `classNames`. Only for data with classes. */
  readonly labels?: Tensor;
  readonly classNames: readonly string[];
  readonly image?: ImageKind;
  /** How a file was read, and what of it was passed over: lines for the user. */
  readonly notes: readonly string[];
}

const toyCount = 10_000;
const toys: Readonly<Record<string, (key: random.Key, count: number) => data.LabelledPoints>> = {
  moons: data.moons,
  circles: data.circles,
  'eight-gaussians': data.eightGaussians,
  checkerboard: data.checkerboard,
  pinwheel: data.pinwheel,
  spirals: data.spirals,
  mixture: (key, count) => data.gaussianMixture(key, count),
};

/** The names that `--data` knows. */
export const namedData: readonly string[] = ['digits', 'mnist', ...Object.keys(toys)];

/**
 * Loads a data set.
 * @throws UsageError for an unknown name, or a label column that does not exist; FileError for a file that
 * cannot be read, numbers that are not finite, no points, or labels that are not classes
 * @example const { points, labels } = await loadData({ source: 'penguins.csv', label: 'species' });
 */
export async function loadData(request: DataRequest): Promise<DataSet> {
  const { source, label, fresh = false } = request;
  const toy = Object.hasOwn(toys, source) ? toys[source] : undefined;
  if (label !== undefined && (toy || namedData.includes(source))) {
    throw new UsageError(`--label is for files; '${source}' has its own classes`);
  }
  if (toy) {
    const { points, labels } = toy(random.key(fresh ? 1 : 0), toyCount);
    return { points, labels, columns: ['x', 'y'], classNames: namesUpTo(labels), notes: [] };
  }
  if (source === 'digits') return images(data.digits(), 8, 16);
  if (source === 'mnist') return images(await loadMnist({ split: fresh ? 'test' : 'train' }), 28, 255);
  const ending = endingOf(source);
  if (!ending)
    throw new UsageError(
      `there are no data '${source}'${suggestion(source, namedData)}; wanted ${namedData.join(', ')}, or a file that ends in ${fileEndings.join(' ')}`,
    );
  const load = ending === '.npy' ? fromNpy : ending === '.npz' ? fromNpz : tableReader(ending);
  return checkFinite(source, await load(request));
}

/** What files end in, `.gz` apart. */
export const fileEndings = [
  ...['.csv', '.tsv', '.txt', '.data', '.json', '.jsonl', '.ndjson', '.parquet', '.npy', '.npz'],
] as const;

function endingOf(source: string) {
  const name = source.toLowerCase().replace(/\.gz$/, '');
  return fileEndings.find((ending) => name.endsWith(ending));
}

/** Whether a source is a file's path; else it is a name. */
export function isFile(source: string): boolean {
  return !namedData.includes(source) && endingOf(source) !== undefined;
}

/** A SHA-256 hash of the points and labels, by which a resumed run checks that its data are the same. */
export function dataDigest({ points, labels }: DataSet): string {
  const hash = createHash('sha256').update(JSON.stringify(points.shape));
  for (const part of labels ? [points, labels] : [points]) {
    const { buffer, byteOffset, byteLength } = flat(toNDArray(part));
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

function images(set: { images: Tensor; labels: Tensor }, side: number, maximum: number): DataSet {
  const columns = Array.from({ length: side * side }, (_, i) => `pixel${i}`);
  const image = { height: side, width: side, maximum };
  const classNames = namesUpTo(set.labels);
  return { points: set.images, labels: set.labels, columns, classNames, image, notes: [] };
}

/** Cuts the bytes of a file into cells. */
type Cutter = (bytes: Uint8Array, request: DataRequest) => CutTable | Promise<CutTable>;

function tableReader(ending: string): (request: DataRequest) => Promise<DataSet> {
  const asText =
    (cut: (text: string) => CutTable): Cutter =>
    (bytes, { reading }) =>
      cut(data.decodeText(bytes, reading?.encoding));
  const cutters: Readonly<Record<string, Cutter>> = {
    '.json': asText(cutJson),
    '.jsonl': asText(cutJsonLines),
    '.ndjson': asText(cutJsonLines),
    '.parquet': cutParquet,
  };
  return (request) => fromTable(request, cutters[ending] ?? cutDelimited);
}

function cutDelimited(bytes: Uint8Array, request: DataRequest): CutTable {
  const { delimiter, decimal, header, encoding, skip = 0 } = request.reading ?? {};
  const options = {
    ...(delimiter && { delimiter }),
    ...(decimal && { decimal }),
    ...(header !== undefined && { header }),
  };
  const text = withoutLines(data.decodeText(bytes, encoding), skip);
  return cutCsv(text, { ...options, drop: mentionedNames(request) });
}

/** Empties the first lines, so that the others keep their numbers. */
function withoutLines(text: string, count: number): string {
  let end = 0;
  for (let i = 0; i < count; i++) end = text.indexOf('\n', end) + 1 || text.length;
  return '\n'.repeat(count) + text.slice(end);
}

async function fromTable(request: DataRequest, cutFile: Cutter): Promise<DataSet> {
  const { source, reading = {}, wanted } = request;
  return loadFile(source, async (bytes) => {
    const cut = await cutFile(bytes, request);
    const { foreign, ...chosen } = chooseColumns(request, cut);
    const table = readTable(cut, { ...saidOfColumns(reading), ...chosen, known: knownKinds(wanted) });
    requireClasses(request, table.classNames ?? [], table.points.shape[0] as number);
    const notes = foreign.map((name) => `left out column '${name}', which the model does not know`);
    const { dropped, filled, ...rest } = table;
    return {
      classNames: [],
      ...rest,
      notes: [describeTable(table, cut.dialect), ...notes].map((note) => `${source}: ${note}`),
    };
  });
}

/** What the user said of the columns, and of what is missing in them. */
function saidOfColumns({ missing, types, bounds }: Reading) {
  return { ...(missing && { missing }), ...(types && { types }), ...(bounds && { bounds }) };
}

/** What a model takes its columns for. */
function knownKinds(wanted: WantedColumns | undefined): readonly ColumnKind[] | undefined {
  return wanted && (wanted.kinds ?? wanted.columns.map(() => ({ kind: 'number' as const })));
}

/** How a table was read, in a line. */
function describeTable(
  { points, classNames, dropped, filled }: TypedTable,
  { delimiter, decimal, thousands, header, comments }: CutTable['dialect'],
): string {
  const [rows, width] = points.shape;
  const marks = { '\t': 'tabs', ' ': 'spaces' } as const;
  return [
    `${rows} rows of ${width} columns`,
    ...(delimiter === '' ? [] : [header ? 'with a header' : 'without a header']),
    ...(delimiter === '' ? [] : [`cut at ${marks[delimiter as keyof typeof marks] ?? `'${delimiter}'`}`]),
    ...(decimal === ',' ? ['decimal commas'] : []),
    ...(thousands ? [`thousands divided by '${thousands}'`] : []),
    ...(comments > 0 ? [`${comments} lines that begin with # passed over as comments`] : []),
    ...(classNames ? [`${classNames.length} classes`] : []),
    ...(dropped > 0 ? [`${dropped} rows with missing values left out`] : []),
    ...(filled > 0 ? [`${filled} missing values filled with means`] : []),
  ].join(', ');
}

async function fromNpy(request: DataRequest): Promise<DataSet> {
  const { source: path, label } = request;
  const array = asEvents(path, await loadNpy(path, { dtype: 'float64' }));
  if (label === undefined) return typed(request, array);
  const [count = 0, width = 0] = array.points.shape;
  const column = Number(label);
  if (!/^\d+$/.test(label) || column >= width) {
    throw new UsageError(`${path}: wanted a column from 0 to ${width - 1} for --label, got '${label}'`);
  }
  const kept = [...Array(width).keys()].filter((j) => j !== column);
  const at = (columns: readonly number[]) =>
    gather(array.points, tensor([...columns], { dtype: 'int32' }), { axis: 1 });
  return typed(request, {
    points: at(kept),
    columns: kept.map(String),
    ...classesOf(request, reshape(at([column]), [count])),
    notes: [],
  });
}

/** The columns of an array as codes, unless it holds images; and the labels of the rows that stay. */
function typed({ source, reading = {}, wanted }: DataRequest, set: DataSet): DataSet {
  const [count = 0] = set.points.shape;
  if (set.image || count === 0 || (wanted && wanted.columns.length !== set.columns.length)) return set;
  try {
    const { points, kinds, rows, dropped } = readArray(set.points, set.columns, {
      ...saidOfColumns(reading),
      known: knownKinds(wanted),
    });
    const labels =
      set.labels && dropped > 0 ? gather(set.labels, tensor([...rows], { dtype: 'int32' })) : set.labels;
    return { ...set, points, kinds, columns: wanted?.columns ?? set.columns, ...(labels && { labels }) };
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new FileError(`${source}: ${cause.message}`, { cause });
  }
}

const pointNames = ['points', 'x', 'data', 'images', 'x_train', 'train_images'];
const labelNames = ['labels', 'label', 'y', 'target', 'y_train', 'train_labels'];

/** The arrays by the names that the user gives; else by usual names, or the only one that is left. */
async function fromNpz(request: DataRequest): Promise<DataSet> {
  const { source: path, label, reading = {} } = request;
  const notes: string[] = [];
  const onSkipped = (file: string, reason: string) => notes.push(`${path}: passed over '${file}': ${reason}`);
  const arrays = new Map(Object.entries(await loadNpz(path, { dtype: 'float64', onSkipped })));
  const usual = (names: readonly string[]) =>
    names.flatMap((name) => [...arrays.keys()].filter((key) => key.toLowerCase() === name))[0];
  const named = (option: string, name: string) => {
    if (arrays.has(name)) return name;
    throw new UsageError(
      `${path}: there is no array '${name}' of numbers for ${option}; there are ${[...arrays.keys()].join(', ')}`,
    );
  };
  const labelName = label === undefined ? usual(labelNames) : named('--label', label);
  const others = [...arrays.keys()].filter((name) => name !== labelName);
  const pointsName =
    reading.points === undefined
      ? (usual(pointNames) ?? (others.length === 1 ? others[0] : undefined))
      : named('--points', reading.points);
  if (pointsName === undefined || pointsName === labelName)
    throw new UsageError(`${path}: say which array holds the points, by --points: ${others.join(', ')}`);
  const events = asEvents(path, arrays.get(pointsName) as Tensor);
  const labels = labelName === undefined ? undefined : flatLabels(arrays.get(labelName) as Tensor);
  if (labels && labels.size !== events.points.shape[0]) {
    throw new FileError(
      `${path}: wanted one label for each of the ${events.points.shape[0]} points, got [${arrays.get(labelName as string)?.shape}]`,
    );
  }
  const used = `${path}: points from '${pointsName}'${labelName === undefined ? '' : `, classes from '${labelName}'`}`;
  return typed(request, { ...events, ...(labels && classesOf(request, labels)), notes: [used, ...notes] });
}

/** [n], also if it was [n, 1]. */
function flatLabels(labels: Tensor): Tensor {
  const [count = 0, ...rest] = labels.shape;
  return rest.every((size) => size === 1) ? reshape(labels, [count]) : labels;
}

/** Takes an array [n, d] as points, [n] as points of one column, and [n, height, width] as images. */
function asEvents(path: string, array: Tensor): DataSet {
  const x = array.rank === 1 ? reshape(array, [array.size, 1]) : array;
  const [count = 0, height = 0, width = 1] = x.shape;
  if ((x.rank !== 2 && x.rank !== 3) || x.size === 0) {
    throw new FileError(
      `${path}: wanted an array [points, features] or [images, height, width], got [${array.shape}]`,
    );
  }
  const features = height * (x.rank === 3 ? width : 1);
  const columns = Array.from({ length: features }, (_, i) => String(i));
  const points = reshape(x, [count, features]);
  if (x.rank === 2) return { points, columns, classNames: [], notes: [] };
  return {
    points: cast(points, 'float32'),
    columns,
    classNames: [],
    image: { height, width, maximum: cast(x, 'float32').max().item() || 1 },
    notes: [],
  };
}

/** Classes from numbers: the different ones, in ascending order. */
function classesOf(request: DataRequest, labels: Tensor) {
  const values = Array.from(labels.toTypedArray());
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new FileError(`${request.source}: the label of row ${bad} is ${values[bad]}`);
  const classes = classLabels(values.map((value) => nameOf(value, request.wanted)));
  requireClasses(request, classes.classNames, labels.size);
  return classes;
}

/** A model whose classes are words knows them in arrays by their numbers. */
function nameOf(value: number, wanted: WantedColumns | undefined): string {
  const isIndex = wanted && !wanted.classNames.every(isDecimal);
  return (isIndex && wanted.classNames[value]) || String(value);
}

/**
 * Throws for labels that look like a quantity: numbers, more than 20 different ones, and fewer than 5 points
 * for each; unless the user said that they are classes, or a model knows them.
 */
function requireClasses(
  { source, reading, wanted }: DataRequest,
  names: readonly string[],
  count: number,
): void {
  const known = wanted !== undefined || reading?.classes === 'many';
  if (known || names.length <= 20 || 5 * names.length <= count || names.some((name) => !isDecimal(name)))
    return;
  throw new FileError(
    `${source}: the labels of ${count} points are ${names.length} different numbers, so they seem to be a quantity; if they are classes, say --classes many; ` +
      "continuous conditions are for programs, as a network's option 'conditions'",
  );
}

function isDecimal(name: string): boolean {
  return name.trim() !== '' && !Number.isNaN(Number(name));
}

function namesUpTo(labels: Tensor): string[] {
  return Array.from({ length: 1 + cast(labels, 'float64').max().item() }, (_, i) => String(i));
}

/** Returns the data set. Throws a FileError if it has no points, or a number that is not finite. */
function checkFinite(path: string, set: DataSet): DataSet {
  const [rows = 0, width = 1] = set.points.shape;
  if (rows < 1) throw new FileError(`${path} holds no points`);
  const mayMiss = set.columns.map((_, j) => set.kinds?.[j]?.missing ?? false);
  const bad = flat(toNDArray(set.points)).findIndex(
    (value: number, at: number) => !Number.isFinite(value) && !(Number.isNaN(value) && mayMiss[at % width]),
  );
  if (bad < 0) return set;
  const place = `row ${Math.floor(bad / width)}, column '${set.columns[bad % width]}'`;
  throw new FileError(`${path}: ${place} is not finite; take such rows out first`);
}
