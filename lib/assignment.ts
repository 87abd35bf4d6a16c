/**
 * The linear assignment problem: who does what, at the least total cost. Our own, since npm's solvers take 25
 * times as long or more for 2,000 points in the plane (CONTRIBUTING.md has the figures).
 */
import { cast, flat, type NDArray } from './array.ts';
import { ArgumentError, ShapeError } from './errors.ts';
import { formatShape } from './shape.ts';
import { transpose } from './views.ts';

/** A cost matrix in row-major order, at least as wide as it is high. */
interface Costs {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * A matching in progress, and the prices that prove it cheapest: each matched row has the column that is
 * cheapest for it once the columns' prices are taken off its costs.
 */
interface Matching {
  /** The column of each row, −1 if it has none. */
  readonly columnOf: Int32Array;
  /** The row of each column, −1 if it has none. */
  readonly rowOf: Int32Array;
  /** What is taken off the cost of each column; the more wanted, the lower. */
  readonly columnPrice: Float64Array;
}

/**
 * The assignment of rows to columns with the least total cost: an index of a column for each row, all
 * different, as int32 [n]. Exact, in float64. With more rows than columns, the rows that go without get −1.
 *
 * An auction finds good prices for the columns; then each row that is not matched at them is, along the path
 * through the matching that raises the total least (Dijkstra's shortest path, with costs made non-negative by
 * the prices). Without the auction the paths are long, and 2,000 points take half a minute instead of a
 * second. O(n²m) at worst, for n rows and m columns, n ≤ m.
 *
 * Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems" (1987); Bertsekas, "The auction algorithm" (1988), with ε-scaling; Crouse, "On implementing 2D
 * rectangular assignment algorithms" (2016).
 *
 * @param costs [n, m], any dtype
 * @throws ShapeError unless the costs are a matrix, ArgumentError if one of them is not finite
 * @example
 * assignment(fromNested('costs', [[1, 2, 3], [4, 2, 1], [2, 2, 2]], 'float64')); // [0, 2, 1], at a cost of 4
 */
export function assignment(costs: NDArray): Int32Array {
  const [rows, columns] = costs.shape;
  if (rows === undefined || columns === undefined || costs.shape.length !== 2) {
    throw new ShapeError(`assignment: wanted costs of shape [n, m], got ${formatShape(costs.shape)}`);
  }
  if (rows > columns) return inverse(assignment(transpose(costs, [1, 0])), rows);
  const values = flat(cast(costs, 'float64')) as Float64Array;
  const odd = values.find((cost) => !Number.isFinite(cost));
  if (odd !== undefined) throw new ArgumentError(`assignment: wanted finite costs, got ${odd}`);
  return match({ values, rows, columns });
}

function match(costs: Costs): Int32Array {
  const matching: Matching = {
    columnOf: new Int32Array(costs.rows).fill(-1),
    rowOf: new Int32Array(costs.columns).fill(-1),
    columnPrice: new Float64Array(costs.columns),
  };
  // With columns to spare, those left over must be free of charge, and prices set in advance would not be
  if (costs.rows === costs.columns) {
    const range = rangeOf(costs.values);
    for (let increment = range / 4; increment > range / (64 * costs.rows); increment /= 4) {
      matching.columnOf.fill(-1);
      matching.rowOf.fill(-1);
      auction(costs, matching, increment);
    }
    keepCheapest(costs, matching);
  }
  const search = new PathSearch(costs, matching);
  for (let row = 0; row < costs.rows; row++) {
    if (matching.columnOf[row] === -1) search.augment(row);
  }
  return matching.columnOf;
}

/**
 * Rows without a column bid for the one that is cheapest for them: up to where the second cheapest would do
 * as well, plus the increment, which keeps two rows from outbidding each other by next to nothing for ever.
 * The row that had it bids next.
 */
function auction(costs: Costs, { columnOf, rowOf, columnPrice }: Matching, increment: number): void {
  for (let free = 0; free < costs.rows; free++) {
    let row = free;
    while (row !== -1) {
      const { first, margin } = twoCheapest(costs, columnPrice, row);
      const sentAway = rowOf[first] as number;
      columnPrice[first] = (columnPrice[first] as number) - margin - increment;
      rowOf[first] = row;
      columnOf[row] = first;
      if (sentAway !== -1) columnOf[sentAway] = -1;
      row = sentAway;
    }
  }
}

/** Keeps of a matching what is exactly the cheapest at the prices, so that they prove it. */
function keepCheapest(costs: Costs, { columnOf, rowOf, columnPrice }: Matching): void {
  columnOf.fill(-1);
  rowOf.fill(-1);
  for (let row = 0; row < costs.rows; row++) {
    const { first } = twoCheapest(costs, columnPrice, row);
    if (rowOf[first] !== -1) continue;
    rowOf[first] = row;
    columnOf[row] = first;
  }
}

/** The two columns that are cheapest for a row, prices included, and how much cheaper the first is. */
function twoCheapest({ values, columns }: Costs, columnPrice: Float64Array, row: number) {
  const offset = row * columns;
  let first = -1;
  let [least, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let j = 0; j < columns; j++) {
    const cost = (values[offset + j] as number) - (columnPrice[j] as number);
    if (cost >= next) continue;
    if (cost < least) {
      next = least;
      first = j;
      least = cost;
    } else {
      next = cost;
    }
  }
  return { first, margin: next === Number.POSITIVE_INFINITY ? 0 : next - least };
}

/**
 * Finds the cheapest way to give one more row a column. Keeps its work arrays from one search to the next.
 */
class PathSearch {
  readonly #costs: Costs;
  readonly #matching: Matching;
  /** The length of the shortest path to each column, and the row it comes from. */
  readonly #length: Float64Array;
  readonly #cameFrom: Int32Array;
  /** The columns: those whose shortest path is final come first, then those yet to visit. */
  readonly #order: Int32Array;

  constructor(costs: Costs, matching: Matching) {
    this.#costs = costs;
    this.#matching = matching;
    this.#length = new Float64Array(costs.columns);
    this.#cameFrom = new Int32Array(costs.columns);
    this.#order = Int32Array.from({ length: costs.columns }, (_, j) => j);
  }

  /** Matches `start`, rematching the rows along the shortest path from it to a free column. */
  augment(start: number): void {
    const { columnOf, rowOf } = this.#matching;
    let column = this.#shortestPath(start);
    for (;;) {
      const row = this.#cameFrom[column] as number;
      rowOf[column] = row;
      const previous = columnOf[row] as number;
      columnOf[row] = column;
      if (row === start) return;
      column = previous;
    }
  }

  /**
   * Dijkstra's algorithm over columns, until a free one is reached. Returns that column, with the prices
   * brought up to date.
   */
  #shortestPath(start: number): number {
    const { columns } = this.#costs;
    const { columnPrice, rowOf } = this.#matching;
    const [length, order] = [this.#length, this.#order];
    length.fill(Number.POSITIVE_INFINITY);
    let row = start;
    let travelled = 0;
    for (let visited = 0; visited < columns; visited++) {
      const nearest = this.#relax(row, travelled, visited);
      const column = order[nearest] as number;
      order[nearest] = order[visited] as number;
      order[visited] = column;
      travelled = length[column] as number;
      row = rowOf[column] as number;
      if (row !== -1) continue;
      for (let k = 0; k < visited; k++) {
        const j = order[k] as number;
        columnPrice[j] = (columnPrice[j] as number) + (length[j] as number) - travelled;
      }
      return column;
    }
    throw new ArgumentError('assignment: ran out of columns'); // unreachable: there are as many columns as rows
  }

  /**
   * Shortens the paths to the unvisited columns by going through `row`; returns the place of the nearest such
   * column.
   */
  #relax(row: number, travelled: number, visited: number): number {
    const { values, columns } = this.#costs;
    const { columnOf, columnPrice, rowOf } = this.#matching;
    const [length, cameFrom, order] = [this.#length, this.#cameFrom, this.#order];
    const offset = row * columns;
    const own = columnOf[row] as number;
    const rowPrice = own === -1 ? 0 : (values[offset + own] as number) - (columnPrice[own] as number);
    const base = travelled - rowPrice;
    let nearest = visited;
    let shortest = Number.POSITIVE_INFINITY;
    for (let k = visited; k < columns; k++) {
      const j = order[k] as number;
      const through = base + (values[offset + j] as number) - (columnPrice[j] as number);
      if (through < (length[j] as number)) {
        length[j] = through;
        cameFrom[j] = row;
      }
      const distance = length[j] as number;
      // Of equally near columns a free one ends the search
      if (distance < shortest || (distance === shortest && rowOf[j] === -1)) {
        shortest = distance;
        nearest = k;
      }
    }
    return nearest;
  }
}

function inverse(rowOf: Int32Array, rows: number): Int32Array {
  const columnOf = new Int32Array(rows).fill(-1);
  rowOf.forEach((row, column) => {
    columnOf[row] = column;
  });
  return columnOf;
}

function rangeOf(values: Float64Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}
