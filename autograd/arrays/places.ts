/** Grids and windows, and tables of which some rows are replaced. */
import * as lib from '../../lib/index.ts';
import { plain, toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { full } from '../create.ts';
import { add } from '../operations/addition.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { greater, less, notEqual } from '../operations/comparisons.ts';
import { gather, scatterAdd } from '../operations/gathering.ts';
import { concatenate } from '../operations/joining.ts';
import { promoteOperands, requireCount } from '../operations/operands.ts';
import { argsort } from '../operations/ordering.ts';
import { diagonal } from '../operations/rearranging.ts';
import { sum } from '../operations/reductions.ts';
import { moveAxis, reshape } from '../operations/reshaping.ts';
import { where } from '../operations/selection.ts';
import { slice } from '../operations/slicing.ts';

export interface MeshgridOptions {
  /** 'xy', the default: the first list runs along the columns. 'ij': along the first axis. */
  readonly indexing?: 'xy' | 'ij';
}

/**
 * For lists x [n], y [m], …: the coordinates of all their combinations, each [m, n, …]. With
 * `indexing: 'ij'` each is [n, m, …].
 * @throws ShapeError unless each is a list.
 * @example const [x, y] = meshgrid([linspace(0, 1, 3), linspace(0, 1, 2)]); // both [2, 3]
 */
export function meshgrid(lists: readonly Tensor[], options: MeshgridOptions = {}): readonly Tensor[] {
  const { indexing } = lib.completeOptions('meshgrid', { indexing: 'xy' }, options);
  if (indexing !== 'xy' && indexing !== 'ij')
    throw new lib.ArgumentError(`meshgrid: wanted indexing 'xy' or 'ij', got ${lib.describe(indexing)}`);
  if (!Array.isArray(lists))
    throw new lib.ArgumentError(`meshgrid: wanted a list of lists, got ${lib.describe(lists)}`);
  const each = lists.map((list) => toTensor('meshgrid', list));
  const wrong = each.find(({ rank }) => rank !== 1);
  if (wrong) throw new lib.ShapeError(`meshgrid: wanted lists, [n], got ${lib.formatShape(wrong.shape)}`);
  const order = each.map((_, i) => (indexing === 'xy' && i < 2 && each.length > 1 ? 1 - i : i));
  const shape = order.map((i) => (each[i] as Tensor).size);
  return each.map((list, i) => {
    const axis = order.indexOf(i);
    return broadcastTo(
      reshape(
        list,
        shape.map((_, a) => (a === axis ? list.size : 1)),
      ),
      shape,
    );
  });
}

export interface WindowOptions {
  /** The axis to look along; by default the last. */
  readonly axis?: number;
  /** How far the next window begins after this one; by default 1. */
  readonly step?: number;
}

/**
 * All windows of a length along an axis: in the result that axis counts the windows, and a further last axis
 * has a window's entries.
 * @throws ArgumentError unless the length is from 1 to the axis's, and the step at least 1.
 * @example rollingWindows(tensor([1, 2, 3]), 2); // [[1, 2], [2, 3]]
 */
export function rollingWindows(x: Tensor, length: number, options: WindowOptions = {}): Tensor {
  const { axis, step } = lib.completeOptions('rollingWindows', { axis: -1, step: 1 }, options);
  const input = toTensor('rollingWindows', x);
  const place = lib.normalizeAxis('rollingWindows', axis, input.rank);
  const total = input.shape[place] as number;
  if (requireCount('rollingWindows', 'step', step) === 0)
    throw new lib.ArgumentError('rollingWindows: wanted a step of at least 1, got 0');
  if (!(requireCount('rollingWindows', 'length', length) >= 1 && length <= total))
    throw new lib.ArgumentError(
      `rollingWindows: wanted a length from 1 to ${total}, that of axis ${place}, got ${length}`,
    );
  const count = Math.floor((total - length) / step) + 1;
  const indices = Int32Array.from({ length: count * length }, (_, i) => {
    const entry = i % length;
    return ((i - entry) / length) * step + entry;
  });
  const windows = gather(input, plain(lib.wrap(indices, [count, length])), { axis: place });
  return moveAxis(windows, place + 1, windows.rank - 1);
}

/** The sum of the diagonals of the matrices in the last two axes. @example trace(eye(3)).item(); // 3 */
export function trace(x: Tensor): Tensor {
  return sum(diagonal(toTensor('trace', x)), { axes: -1 });
}

/**
 * x with other rows at the given indices, [n] int32, along the first axis: `values` are [n, ...row]. If an
 * index occurs twice, its last values count. Negative indices count from the end.
 * @throws ArgumentError for an index out of bounds; ShapeError unless there is a row for each index;
 * DTypeError unless the indices are int32.
 * @example setRows(zeros([3]), tensor([2], { dtype: 'int32' }), tensor([5])); // [0, 0, 5]
 */
export function setRows(x: Tensor, indices: Tensor, values: Tensor): Tensor {
  const { table, places, rows } = checkedRows('setRows', x, indices, values);
  const [length = 0] = table.shape;
  const last = lastOfEach(places, length);
  const kept = where(reshape(last, [places.size, ...onesFor(rows)]), rows, 0);
  const isSet = greater(scatterAdd(cast(last, 'float64'), places, length), 0);
  return where(reshape(isSet, [length, ...onesFor(table)]), scatterAdd(kept, places, length), table);
}

/**
 * x to whose rows, at the given indices, [n] int32, along the first axis, `values` [n, ...row] are added, as
 * often as an index occurs. Negative indices count from the end.
 * @throws ArgumentError for an index out of bounds; ShapeError unless there is a row for each index;
 * DTypeError unless the indices are int32.
 * @example addRows(zeros([3]), tensor([2, 2], { dtype: 'int32' }), tensor([5, 1])); // [0, 0, 6]
 */
export function addRows(x: Tensor, indices: Tensor, values: Tensor): Tensor {
  const { table, places, rows } = checkedRows('addRows', x, indices, values);
  return add(table, scatterAdd(rows, places, table.shape[0] as number));
}

/** The table and the rows, of one dtype, and a list of indices with a row for each. */
function checkedRows(operation: string, x: Tensor, indices: Tensor, values: Tensor) {
  const given = [toTensor(operation, x), toTensor(operation, values)];
  const [table, rows] = promoteOperands(operation, given) as [Tensor, Tensor];
  const places = toTensor(operation, indices);
  const wanted = [places.size, ...table.shape.slice(1)];
  if (table.rank === 0 || places.rank !== 1 || !lib.sameShape(rows.shape, wanted)) {
    const [of, at, got] = [table, places, rows].map(({ shape }) => lib.formatShape(shape));
    throw new lib.ShapeError(
      `${operation}: wanted a table, a list of indices [n], and a row for each, [n, ...row]; ` +
        `got ${of}, indices ${at} and rows ${got}`,
    );
  }
  if (places.dtype !== 'int32')
    throw new lib.DTypeError(`${operation}: wanted int32 indices, got ${places.dtype}; cast them first`);
  if (places.hasValues) lib.requireIndices(operation, places.plainArray(operation), table.shape[0] as number);
  return { table, places, rows };
}

/** A mask of the indices that do not occur again. When sorted, equal ones stand together in their order. */
function lastOfEach(places: Tensor, length: number): Tensor {
  const numbers = cast(places, 'float64');
  const counted = where(less(numbers, 0), add(numbers, length), numbers);
  const order = argsort(counted);
  const sorted = gather(counted, order);
  const next = concatenate([slice(sorted, [[1, undefined]]), full([1], length, { dtype: 'float64' })]);
  return greater(scatterAdd(cast(notEqual(sorted, next), 'float64'), order, places.size), 0);
}

/** A length of 1 for each axis but the first. */
function onesFor({ rank }: Tensor): readonly number[] {
  return new Array<number>(Math.max(rank - 1, 0)).fill(1);
}
