/** Tables from JSON: a line for each row (JSON lines), or one list of rows; and from rows in general. */
import type { CutTable } from '../../data/parse-csv.ts';
import { FileError } from '../../files/index.ts';
import { named, quoted } from '../../formats/shown-text.ts';

/**
 * JSON lines: one object for each row. Empty lines are skipped. One JSON text of several lines is read, too.
 */
export function cutJsonLines(text: string): CutTable {
  const isWhole = /^\s*[[{]\s*$/m.test(text.slice(0, text.indexOf('\n') + 1 || undefined));
  return isWhole ? cutJson(text) : cutLines(text);
}

function cutLines(text: string): CutTable {
  const lines = text.split('\n').map((line, i) => ({ line, number: i + 1 }));
  const rows = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => ({ line: number, value: parsed(line, `line ${number}: `) }));
  return cutRows(rows);
}

/**
 * One JSON text: a list of objects, or an object with one such list, as GeoJSON has (`features`); or what
 * pandas writes, columns by name. JSON lines are read, too.
 */
export function cutJson(text: string): CutTable {
  const lines = text.trim().split('\n', 2);
  if (lines.length === 2 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return cutLines(text);
  const root = parsed(text, '');
  const columns = columnsOf(root);
  if (columns !== undefined) return cutRows(columns);
  const lists = Array.isArray(root) ? [root] : Object.values(asObject(root) ?? {}).filter(isListOfRows);
  if (lists.length !== 1)
    throw new FileError(`wanted a list of rows, or an object with one such list, got ${quoted(text)}`);
  return cutRows((lists[0] as unknown[]).map((value, i) => ({ line: i + 1, value })));
}

/**
 * The rows of columns: of `{a: [1, 2], b: [3, 4]}`, of pandas' `{a: {"0": 1, "1": 2}}`, or of its orient
 * 'split', `{columns: ['a'], data: [[1], [2]]}`. Undefined for what is none of them.
 */
function columnsOf(root: unknown) {
  if (asObject(root) === undefined || Array.isArray(root)) return undefined;
  const { columns, data, ...others } = root as Readonly<Record<string, unknown>>;
  const asRows = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.map((value, i) => ({ line: i + 1, value }));
  const isSplit = Array.isArray(columns) && Array.isArray(data) && data.every(Array.isArray);
  if (isSplit && Object.keys(others).every((key) => key === 'index'))
    return asRows(data.map((row) => Object.fromEntries(columns.map((name, j) => [String(name), row[j]]))));
  const entries = Object.entries(root as object);
  const [[, first] = []] = entries;
  const keys = Object.keys(asObject(first) ?? {});
  const isColumn = (column: unknown) =>
    Array.isArray(column) === Array.isArray(first) &&
    Object.values(asObject(column) ?? {}).length === keys.length &&
    Object.entries(asObject(column) ?? {}).every(([, cell]) => asObject(cell) === undefined) &&
    keys.every((key) => Object.hasOwn(column as object, key));
  if (keys.length === 0 || !entries.every(([, column]) => isColumn(column))) return undefined;
  return asRows(keys.map((key) => Object.fromEntries(entries.map(([name, column]) => [name, column[key]]))));
}

/**
 * The table of rows, each an object. What an object holds within has names with dots, such as
 * `geometry.coordinates.0`. A property that some rows lack is missing there.
 */
export function cutRows(rows: readonly { readonly line: number; readonly value: unknown }[]): CutTable {
  const columns = new Map<string, number>();
  const body = rows.map(({ line, value }) => {
    if (asObject(value) === undefined)
      throw new FileError(`row ${line}: wanted an object, got ${quoted(String(JSON.stringify(value)))}`);
    const cells: string[] = [];
    for (const [name, cell] of leavesOf(value, '', line)) {
      const j = columns.get(name) ?? columns.size;
      columns.set(name, j);
      if (Object.hasOwn(cells, j))
        throw new FileError(`row ${line}: two of its values are called ${named(name)}`);
      cells[j] = cell;
    }
    return { line, cells };
  });
  if (body.length === 0) throw new FileError('it holds no rows');
  const full = body.map(({ line, cells }) => ({
    line,
    cells: Array.from({ length: columns.size }, (_, j) => cells[j] ?? ''),
  }));
  return {
    names: [...columns.keys()],
    body: full,
    dialect: { delimiter: '', decimal: '.', header: true, comments: 0 },
  };
}

const deepest = 100;

function* leavesOf(
  value: unknown,
  name: string,
  line: number,
  depth = 0,
): Generator<[name: string, cell: string]> {
  if (depth > deepest) throw new FileError(`row ${line}: its objects are nested more than ${deepest} deep`);
  const children = asObject(value);
  if (children === undefined) {
    yield [name, value === null || value === undefined ? '' : String(value)];
    return;
  }
  for (const [key, child] of Object.entries(children))
    yield* leavesOf(child, name === '' ? key : `${name}.${key}`, line, depth + 1);
}

function isListOfRows(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((row) => asObject(row) !== undefined);
}

/** Also of a list. A date of Parquet is no object here, but a value. */
function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? value : undefined;
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(withLongNumbersAsText(text));
  } catch (cause) {
    // Python writes NaN, which is no JSON. Texts that hold the word are left alone.
    const plain = text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b/g, (part) => (part === 'NaN' ? 'null' : part));
    if (plain !== text) return parsed(plain, place);
    throw new FileError(`${place}this is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** JSON.parse would round whole numbers beyond 2⁵³. As texts they are judged as those of a CSV file are. */
function withLongNumbersAsText(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  const parts = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;
  return text.replace(parts, (part) =>
    part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${part}"`,
  );
}
