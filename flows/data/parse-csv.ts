/** Reads tables of numbers from text. */
import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, completeOptions, wrap } from '../../lib/index.ts';
import { classLabels, isNumber } from './class-labels.ts';

export interface CsvOptions {
  /** The character between two cells. Default ','. */
  readonly delimiter?: string;
  /** Whether the first row holds names. By default, it does if one of its cells is not a number. */
  readonly header?: boolean;
  /** The column of the class labels, by name or by number from 0. The points leave this column out. */
  readonly labels?: string | number;
  /** The dtype of the points. Default 'float32'. */
  readonly dtype?: 'float32' | 'float64';
}

export interface Table {
  /** [n, d] */
  readonly points: Tensor;
  /** [d]: the names of the points' columns. Without a header they are '0', '1' … */
  readonly columns: readonly string[];
  /** [n], int32: indices into `classNames`. Only with the option `labels`. */
  readonly labels?: Tensor;
  /** The different labels: in ascending order if all are numbers, else sorted as text. */
  readonly classNames?: readonly string[];
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a table of numbers from comma-separated text. The option `labels` names a column of class labels.
 *
 * Cells may stand in quotes; within them "" means one quote. Empty lines are skipped.
 *
 * Source: RFC 4180.
 * @throws ArgumentError for rows of different length, a cell that is not a number (with its line and column),
 * a quote that is not closed, a text without rows, a column that does not exist, or an unknown option
 * @example const { points, labels } = parseCsv('x,y,kind\n1,2,a\n3,4,b', { labels: 'kind' });
 */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  const { delimiter, header, labels, dtype } = completeOptions(
    'parseCsv',
    { delimiter: ',', header: undefined, labels: undefined, dtype: 'float32' },
    options,
  );
  if (delimiter.length !== 1 || '"\n\r'.includes(delimiter)) {
    throw new ArgumentError(
      `parseCsv: wanted one character as the delimiter, got ${JSON.stringify(delimiter)}`,
    );
  }
  const rows = readRows(text, delimiter);
  const [first] = rows;
  if (first === undefined) throw new ArgumentError('parseCsv: the text holds no rows');
  const named = header ?? !first.cells.every(isNumber);
  const names = first.cells.map((cell, j) => (named ? cell.trim() : String(j)));
  const body = named ? rows.slice(1) : rows;
  for (const { line, cells } of body) {
    if (cells.length === names.length) continue;
    throw new ArgumentError(`parseCsv: line ${line}: wanted ${names.length} cells, got ${cells.length}`);
  }
  const labelColumn = labels === undefined ? -1 : columnIndex(names, labels);
  const kept = [...names.keys()].filter((j) => j !== labelColumn);
  const values = allocate(body.length * kept.length, dtype);
  body.forEach(({ line, cells }, i) => {
    kept.forEach((j, k) => {
      values[i * kept.length + k] = toNumber(cells[j] as string, line, names[j] as string);
    });
  });
  const table = {
    points: fromNDArray(wrap(values, [body.length, kept.length])),
    columns: kept.map((j) => names[j] as string),
  };
  return labelColumn === -1
    ? table
    : { ...table, ...classLabels(body.map(({ cells }) => (cells[labelColumn] as string).trim())) };
}

/** Splits text into rows of cells, and takes the quotes off the cells. */
function readRows(text: string, delimiter: string): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let [line, startLine] = [1, 1];
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== '') rows.push({ line: startLine, cells });
    [cells, cell, startLine] = [[], '', line];
  };
  for (let i = 0; i < source.length; i++) {
    const character = source[i] as string;
    if (character === '\n') line++;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (source[i + 1] === '"') cell += source[++i];
      else quoted = false;
    } else if (character === '"' && cell.trim() === '') [cell, quoted] = ['', true];
    else if (character === delimiter) [cells, cell] = [[...cells, cell], ''];
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (quoted) throw new ArgumentError(`parseCsv: line ${startLine}: a quote is not closed`);
  endRow();
  return rows;
}

function toNumber(cell: string, line: number, column: string): number {
  if (isNumber(cell)) return Number(cell);
  const got = cell.trim() === '' ? 'an empty cell' : JSON.stringify(cell);
  throw new ArgumentError(`parseCsv: line ${line}, column '${column}': wanted a number, got ${got}`);
}

function columnIndex(names: readonly string[], column: string | number): number {
  const index = typeof column === 'number' ? column : names.indexOf(column);
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  throw new ArgumentError(`parseCsv: there is no column '${column}'; the columns are ${names.join(', ')}`);
}
