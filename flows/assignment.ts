/**
 * The linear assignment problem: who does what, at the least total cost. We solve it ourselves because npm's
 * solvers take at least 25 times as long for 2,000 points in the plane (CONTRIBUTING.md has the figures).
 */
import {
  ArgumentError,
  cast,
  describe,
  flat,
  formatShape,
  type NDArray,
  ShapeError,
  transpose,
} from '../lib/index.ts';

/** A cost matrix in row-major order, at least as wide as it is high. */
interface Costs {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * A matching in progress, and the prices that prove it cheapest. Subtract from the costs of a row the prices
 * of the columns: the row's own column is then the cheapest one.
 */
interface Matching {
  /** The column of each row, −1 if it has none. */
  readonly columnOf: Int32Array;
  /** The row of each column, −1 if it has none. */
  readonly rowOf: Int32Array;
  /** What a row subtracts from its cost of each column. The more rows want a column, the lower its price. */
  readonly columnPrice: Float64Array;
}

/**
 * The assignment of rows to columns with the least total cost, as int32 [n]: the index of a column for each
 * row. No two rows get the same column. With more rows than columns, the rows without a column get −1. The
 * result is exact for costs in float64.
 *
 * First an auction finds good prices for the columns. Some rows then have no column yet. For each of them,
 * Dijkstra's algorithm finds the path through the matching that raises the total least; the prices make its
 * costs non-negative. Without the auction the paths are long: 2,000 points take half a minute instead of a
 * second. The time is O(n²m) at worst, for n rows and m columns, n ≤ m.
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
  if (costs?.shape?.length !== 2) {
    const got = Array.isArray(costs?.shape) ? formatShape(costs.shape) : describe(costs);
    throw new ShapeError(`assignment: wanted costs of shape [n, m], got ${got}`);
  }
  const [rows, columns] = costs.shape as [number, number];
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
  // A column that stays free must have the price 0. With more columns than rows, an auction could break that.
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
 * Each row without a column bids for its cheapest column. Its bid is the price at which the second cheapest
 * column costs as much, and the increment on top. Without the increment, two rows could outbid each other for
 * ever, each time by almost nothing. The row that loses the column bids next.
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

/** Matches anew, so that the prices prove it: a row gets its cheapest column, if no other row has it yet. */
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

/**
 * The cheapest column of a row at the prices, and how much cheaper it is than the second cheapest: infinitely
 * much if it is the only one, for which nobody holds an auction.
 */
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
  return { first, margin: next - least };
}

/** Finds the cheapest way to give one more row a column. Each search uses the same work arrays again. */
class PathSearch {
  readonly #costs: Costs;
  readonly #matching: Matching;
  /** The length of the shortest path to each column, and the last row on that path. */
  readonly #length: Float64Array;
  readonly #cameFrom: Int32Array;
  /** All columns. Those whose shortest path is final come first; the search has yet to visit the others. */
  readonly #order: Int32Array;

  constructor(costs: Costs, matching: Matching) {
    this.#costs = costs;
    this.#matching = matching;
    this.#length = new Float64Array(costs.columns);
    this.#cameFrom = new Int32Array(costs.columns);
    this.#order = Int32Array.from({ length: costs.columns }, (_, j) => j);
  }

  /** Matches the row `start`. The rows on the shortest path from it to a free column change their columns. */
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

  /** Dijkstra's algorithm over columns, up to a free one. Updates the prices and returns that column. */
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
   * Shortens the paths to the unvisited columns where a path through `row` is shorter. Returns the place of
   * the nearest unvisited column.
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
      // Among equally near columns, prefer a free one: it ends the search.
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
