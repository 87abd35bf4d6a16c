/** One ONNX graph for batches of any size: what differs between sizes becomes a formula of the size. */
import { broadcastTo, fromNDArray, type Tensor, toNDArray } from '../../../autograd/index.ts';
import { ArgumentError, slice } from '../../../lib/index.ts';
import { renamed } from './constants.ts';
import {
  type Attribute,
  isTensor,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  sameValues,
} from './model.ts';

/**
 * Far apart and prime: what is rounded up to a block, or decided by a threshold, shows as no whole multiple
 * of the size, or as other operators. From two sizes follows the formula; the third one checks it.
 */
const tracedSizes = [5, 37, 4099] as const;

/** Something at each of the traced sizes, in their order. */
type Each<T> = readonly [T, T, T];

/** slope·batch + offset */
interface Formula {
  readonly slope: number;
  readonly offset: number;
}

/** What the files call the size. */
const theBatch = 'batch';

/**
 * Writes the graph for each of the traced sizes, and makes one of the three.
 * @throws ArgumentError for what depends on the size in another way, or graphs without an input of that size
 * @example const graph = forAnyBatch((batch) => written(graphFor(batch)));
 */
export function forAnyBatch(write: (batch: number) => OnnxGraph): OnnxGraph {
  const graphs = map(tracedSizes, write);
  const { nodes, inputs, outputs } = mergedBody(graphs);
  const sizes = new Sizes(inputs);
  const constants = mergedLists(
    map(graphs, ({ constants }) => constants),
    (each) => sizes.constant(each),
  );
  return {
    inputs,
    outputs,
    nodes: [...sizes.nodes, ...renamed(nodes, (name) => sizes.nameOf(name))],
    constants: [...constants.filter((constant) => constant !== null), ...sizes.constants],
  };
}

/** The nodes that compute what follows the size, and their constants. */
class Sizes {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly #lists = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(inputs: readonly OnnxValue[]) {
    const counted = inputs.find(({ shape }) => shape.includes(theBatch));
    if (!counted) {
      const shapes = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
      throw new ArgumentError(
        `formatOnnx: wanted an input with an axis as long as the batch, got inputs of shapes ${shapes}`,
      );
    }
    const axis = counted.shape.indexOf(theBatch);
    this.#add('Shape', [counted.name], `:${theBatch}`, { start: axis, end: axis + 1 });
  }

  /** The name of what takes a constant's place. */
  nameOf(constant: string): string {
    return this.#names.get(constant) ?? constant;
  }

  /**
   * What remains of a constant: itself, the entry that is repeated for each member of the batch, or nothing,
   * if a formula takes its place.
   */
  constant(each: Each<OnnxConstant>): OnnxConstant | null {
    const [{ source, name, values }, second, third] = each;
    if (sameValues(values, second.values) && sameValues(values, third.values)) return each[0];
    if (!isTensor(values)) {
      const lists = map(each, (one) => one.values as readonly number[]);
      this.#names.set(name, this.#list(formulasOf(source, lists)));
      return null;
    }
    const tensors = map(each, (one) => one.values as Tensor);
    const shapes = map(tensors, ({ shape }) => shape);
    const sizes = formulasOf(source, shapes);
    const [entry] = map(tensors, (x) => entryOf(x, sizes));
    if (!tensors.every((x) => areAlike(broadcastTo(entry, x.shape), x)))
      throw refusal(source, 'the numbers that it gets from a constant follow the size');
    this.#names.set(name, `${name}:repeated`);
    this.#add('Expand', [name, this.#list(sizes)], `${name}:repeated`);
    return { source, name, values: entry };
  }

  /** The name of the list that the formulas give. */
  #list(formulas: readonly Formula[]): string {
    const key = formulas.map(textOf).join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const name = `:${theBatch}:${this.#lists.size}`;
    this.#lists.set(key, name);
    const [slopes, offsets, products] = ['slopes', 'offsets', 'products'].map((part) => `${name}:${part}`) as [string, string, string]; // biome-ignore format: one line
    this.constants.push(
      { source: theBatch, name: slopes, values: formulas.map(({ slope }) => slope) },
      { source: theBatch, name: offsets, values: formulas.map(({ offset }) => offset) },
    );
    this.#add('Mul', [`:${theBatch}`, slopes], products);
    this.#add('Add', [products, offsets], name);
    return name;
  }

  #add(operator: string, inputs: readonly string[], output: string, attributes = {}): void {
    this.nodes.push({ source: theBatch, operator, inputs, outputs: [output], attributes });
  }
}

/** The nodes of three graphs as those of one. Constants are still those of the first. */
function mergedBody(graphs: Each<OnnxGraph>): OnnxGraph {
  return {
    nodes: mergedLists(
      map(graphs, ({ nodes }) => nodes),
      mergedNode,
    ),
    inputs: mergedLists(
      map(graphs, ({ inputs }) => inputs),
      mergedValue,
    ),
    outputs: mergedLists(
      map(graphs, ({ outputs }) => outputs),
      mergedValue,
    ),
    constants: [],
  };
}

function mergedNode(each: Each<OnnxNode>): OnnxNode {
  const [node] = each;
  const { source } = node;
  const stranger = each.find((other) => other.source !== source);
  if (stranger) throw refusal(source, `at another size '${stranger.source}' stands in its place`);
  const outline = ({ operator, inputs, outputs, attributes = {} }: OnnxNode) =>
    [operator, inputs, outputs, Object.keys(attributes)].join('; ');
  if (each.some((other) => outline(other) !== outline(node)))
    throw refusal(source, 'at another size it becomes other operators');
  const attributes = Object.keys(node.attributes ?? {}).map((name) => {
    const values = map(each, ({ attributes }) => attributes?.[name] as Attribute);
    return [name, mergedAttribute(source, name, values)] as const;
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

function mergedAttribute(source: string, name: string, values: Each<Attribute>): Attribute {
  const [first] = values;
  if (isGraph(first)) return mergedBody(values as Each<OnnxGraph>);
  if (values.some((value) => String(value) !== String(first)))
    throw refusal(source, `the operator's ${name} follows the size`);
  return first;
}

function isGraph(value: Attribute): value is OnnxGraph {
  return typeof value === 'object' && 'nodes' in value;
}

function mergedValue(each: Each<OnnxValue>): OnnxValue {
  const shapes = map(each, ({ shape }) => shape as readonly number[]);
  const shape = formulasOf(each[0].name, shapes).map((size) =>
    size.slope === 0 ? size.offset : textOf(size),
  );
  return { ...each[0], shape };
}

function mergedLists<T, R>(
  [first, second, third]: Each<readonly T[]>,
  merge: (each: Each<T>) => R,
): readonly R[] {
  const shortest = first.slice(0, Math.min(second.length, third.length));
  const merged = shortest.map((one, i) => merge([one, second[i] as T, third[i] as T]));
  if (Math.max(first.length, second.length, third.length) > merged.length)
    throw refusal('the function', 'at another size it computes more');
  return merged;
}

/** The formulas that give these numbers. The source is what errors name. */
function formulasOf(source: string, [first, second, third]: Each<readonly number[]>): readonly Formula[] {
  const [few, more, many] = tracedSizes;
  if (first.length !== second.length || first.length !== third.length)
    throw refusal(source, 'at another size it has more axes');
  return first.map((size, i) => {
    const sizes = [size, second[i] as number, third[i] as number] as const;
    const slope = (sizes[1] - size) / (more - few);
    const offset = size - slope * few;
    if (Number.isInteger(slope) && slope * many + offset === sizes[2]) return { slope, offset };
    const got = `it has sizes ${sizes.join(', ')} at batches of ${tracedSizes.join(', ')}`;
    throw refusal(source, `${got}, which are no multiples of the batch`);
  });
}

function textOf({ slope, offset }: Formula): string {
  const product = slope === 1 ? theBatch : `${slope}*${theBatch}`;
  return offset === 0 ? product : `${product} + ${offset}`;
}

/** The first entry along each axis whose size follows the batch's. */
function entryOf(x: Tensor, sizes: readonly Formula[]): Tensor {
  const lengths = x.shape.map((size, i) => (sizes[i]?.slope === 0 ? size : 1));
  const [zeros, ones] = [lengths.map(() => 0), lengths.map(() => 1)];
  return fromNDArray(slice(toNDArray(x), zeros, lengths, ones));
}

/**
 * Whether two tensors of one shape are equal but for rounding: a cosine's last bit depends on the kernel, and
 * that on how many there are.
 */
function areAlike(a: Tensor, b: Tensor): boolean {
  const [left, right] = [[...a.toTypedArray()], b.toTypedArray()];
  const largest = left.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const rounding = a.dtype === 'float32' ? 2 ** -20 : a.dtype === 'float64' ? 2 ** -49 : 0;
  return left.every((x, i) => Object.is(x, right[i]) || Math.abs(x - right[i]!) <= rounding * largest);
}

function map<T, U>([first, second, third]: Each<T>, fn: (one: T) => U): Each<U> {
  return [fn(first), fn(second), fn(third)];
}

function refusal(source: string, because: string): ArgumentError {
  return new ArgumentError(
    `formatOnnx: cannot write '${source}' for batches of any size: ${because}; give the graph of one size`,
  );
}
