/** Loads the data of a run: a distribution or a data set by its name, or a file of the user. */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { cast, gather, random, reshape, type Tensor, tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import { classLabels } from '../../data/class-labels.ts';
import * as data from '../../data/index.ts';
import { FileError, loadCsv, loadMnist, loadNpy, loadNpz } from '../../files/index.ts';
import { UsageError } from '../arguments.ts';

/** The size of images whose points are their pixels, row by row, from 0 to `maximum`. */
export interface ImageKind {
  readonly height: number;
  readonly width: number;
  /** The value of ink. Paper is 0. */
  readonly maximum: number;
}

/** Points, their classes, and what we know of them. */
export interface DataSet {
  /** [n, d], float32 */
  readonly points: Tensor;
  /** The names of the d features. */
  readonly columns: readonly string[];
  /** [n], int32: indices into `classNames`. Only for data with classes. */
  readonly labels?: Tensor;
  readonly classNames: readonly string[];
  readonly image?: ImageKind;
}

/** Which data to load. */
export interface DataRequest {
  /** A name in `namedData`, or the path of a .csv, .npy or .npz file. */
  readonly source: string;
  /** Where the classes are: the column of a table, or the array of a .npz file. */
  readonly label?: string | undefined;
  /** For distributions and MNIST: points that training never saw. Default false. */
  readonly fresh?: boolean;
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
 * cannot be read, numbers that are not finite, fewer than 2 points, or labels that are not classes
 * @example const { points, labels } = await loadData({ source: 'penguins.csv', label: 'species' });
 */
export async function loadData({ source, label, fresh = false }: DataRequest): Promise<DataSet> {
  const toy = Object.hasOwn(toys, source) ? toys[source] : undefined;
  if (label !== undefined && (toy || namedData.includes(source))) {
    throw new UsageError(`--label is for files; '${source}' has its own classes`);
  }
  if (toy) {
    const { points, labels } = toy(random.key(fresh ? 1 : 0), toyCount);
    return { points, labels, columns: ['x', 'y'], classNames: namesUpTo(labels) };
  }
  if (source === 'digits') return images(data.digits(), 8, 16);
  if (source === 'mnist') return images(await loadMnist({ split: fresh ? 'test' : 'train' }), 28, 255);
  const loaders: Readonly<Record<string, (path: string, label: string | undefined) => Promise<DataSet>>> = {
    '.csv': fromCsv,
    '.npy': fromNpy,
    '.npz': fromNpz,
  };
  const load = loaders[extname(source).toLowerCase()];
  if (!load)
    throw new UsageError(
      `there are no data '${source}'; wanted ${namedData.join(', ')}, or a .csv, .npy or .npz file`,
    );
  return checkFinite(source, await load(source, label));
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
  return { points: set.images, labels: set.labels, columns, classNames: namesUpTo(set.labels), image };
}

async function fromCsv(path: string, label: string | undefined): Promise<DataSet> {
  const column = label !== undefined && /^\d+$/.test(label) ? Number(label) : label;
  const {
    points,
    columns,
    labels,
    classNames = [],
  } = await loadCsv(path, column === undefined ? {} : { labels: column });
  requireClasses(path, classNames, points.shape[0] as number);
  return { points, columns, classNames, ...(labels && { labels }) };
}

async function fromNpy(path: string, label: string | undefined): Promise<DataSet> {
  const array = asEvents(path, await loadNpy(path, { dtype: 'float32' }));
  if (label === undefined) return array;
  const [count = 0, width = 0] = array.points.shape;
  const column = Number(label);
  if (!/^\d+$/.test(label) || column >= width) {
    throw new UsageError(`${path}: wanted a column from 0 to ${width - 1} for --label, got '${label}'`);
  }
  const kept = [...Array(width).keys()].filter((j) => j !== column);
  const at = (columns: readonly number[]) =>
    gather(array.points, tensor([...columns], { dtype: 'int32' }), { axis: 1 });
  return {
    points: at(kept),
    columns: kept.map(String),
    ...classesOf(path, reshape(at([column]), [count])),
  };
}

/**
 * Takes as points the array called points, x, data or images, or else the first array that does not hold the
 * labels.
 */
async function fromNpz(path: string, label: string | undefined): Promise<DataSet> {
  const arrays = new Map(Object.entries(await loadNpz(path)));
  const labelName = label ?? ['labels', 'label', 'y'].find((name) => arrays.has(name));
  const labels = labelName === undefined ? undefined : arrays.get(labelName);
  if (labelName !== undefined && !labels) {
    throw new UsageError(
      `${path}: there is no array '${labelName}'; the arrays are ${[...arrays.keys()].join(', ')}`,
    );
  }
  const others = [...arrays].filter(([name]) => name !== labelName);
  const [, points] =
    others.find(([name]) => ['points', 'x', 'data', 'images'].includes(name)) ?? others[0] ?? [];
  if (!points) throw new FileError(`${path} holds no array of points`);
  const events = asEvents(path, cast(points, 'float32'));
  if (!labels) return events;
  if (labels.rank !== 1 || labels.size !== events.points.shape[0]) {
    throw new FileError(
      `${path}: wanted one label for each of the ${events.points.shape[0]} points, got [${labels.shape}]`,
    );
  }
  return { ...events, ...classesOf(path, labels) };
}

/** Takes an array [n, d] as points, and an array [n, height, width] as images. */
function asEvents(path: string, x: Tensor): DataSet {
  const [count = 0, height = 0, width = 1] = x.shape;
  if ((x.rank !== 2 && x.rank !== 3) || x.size === 0) {
    throw new FileError(
      `${path}: wanted an array [points, features] or [images, height, width], got [${x.shape}]`,
    );
  }
  const features = height * (x.rank === 3 ? width : 1);
  const columns = Array.from({ length: features }, (_, i) => String(i));
  const points = reshape(x, [count, features]);
  if (x.rank === 2) return { points, columns, classNames: [] };
  return {
    points,
    columns,
    classNames: [],
    image: { height, width, maximum: cast(x, 'float32').max().item() || 1 },
  };
}

/** Makes classes of labels that are numbers: the different numbers, in ascending order. */
function classesOf(path: string, labels: Tensor) {
  const classes = classLabels(Array.from(labels.toTypedArray(), String));
  requireClasses(path, classes.classNames, labels.size);
  return classes;
}

/** Throws a FileError if the labels are a quantity and not classes: numbers, of which too many differ. */
function requireClasses(path: string, names: readonly string[], count: number): void {
  const numbers = names.map(Number);
  const isContinuous = numbers.some((value) => !Number.isInteger(value)) && names.length > count / 2;
  if (numbers.some(Number.isNaN) || !(isContinuous || names.length > 1000)) return;
  throw new FileError(
    `${path}: the labels of ${count} points have ${names.length} different values, so they are no classes; ` +
      "continuous conditions are for programs, as a network's option 'conditions'",
  );
}

function namesUpTo(labels: Tensor): string[] {
  return Array.from({ length: 1 + cast(labels, 'float64').max().item() }, (_, i) => String(i));
}

/** Returns the data set. Throws a FileError for fewer than 2 points, or a number that is not finite. */
function checkFinite(path: string, set: DataSet): DataSet {
  const [rows = 0, width = 1] = set.points.shape;
  if (rows < 2) throw new FileError(`${path}: wanted at least 2 points, got ${rows}`);
  const bad = flat(toNDArray(set.points)).findIndex((value: number) => !Number.isFinite(value));
  if (bad < 0) return set;
  const place = `row ${Math.floor(bad / width)}, column '${set.columns[bad % width]}'`;
  throw new FileError(`${path}: ${place} is not finite; take such rows out first`);
}
