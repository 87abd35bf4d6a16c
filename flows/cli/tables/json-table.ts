/** Tables from JSON: a line for each row (JSON lines), or one list of rows; and from rows in general. */
import type { CutTable } from '../../data/parse-csv.ts';
import { FileError } from '../../files/index.ts';
import { quoted } from '../../formats/shown-text.ts';

/** JSON lines: one object for each row. Empty lines are skipped. */
export function cutJsonLines(text: string): CutTable {
  const lines = text.split('\n').map((line, i) => ({ line, number: i + 1 }));
  const rows = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => ({ line: number, value: parsed(line, `line ${number}: `) }));
  return cutRows(rows);
}

/** One JSON text: a list of objects, or an object with one such list, as GeoJSON has (`features`). */
export function cutJson(text: string): CutTable {
  const root = parsed(text, '');
  const lists = Array.isArray(root) ? [root] : Object.values(asObject(root) ?? {}).filter(isListOfRows);
  if (lists.length !== 1)
    throw new FileError(`wanted a list of rows, or an object with one such list, got ${quoted(text)}`);
  return cutRows((lists[0] as unknown[]).map((value, i) => ({ line: i + 1, value })));
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
    for (const [name, cell] of leavesOf(value, '')) {
      if (!columns.has(name)) columns.set(name, columns.size);
      cells[columns.get(name) as number] = cell;
    }
    return { line, cells };
  });
  if (body.length === 0) throw new FileError('it holds no rows');
  const full = body.map(({ line, cells }) => ({
    line,
    cells: Array.from({ length: columns.size }, (_, j) => cells[j] ?? ''),
  }));
  return { names: [...columns.keys()], body: full, dialect: { delimiter: '', decimal: '.', header: true } };
}

function* leavesOf(value: unknown, name: string): Generator<[name: string, cell: string]> {
  const children = asObject(value);
  if (children === undefined) {
    yield [name, value === null || value === undefined ? '' : String(value)];
    return;
  }
  for (const [key, child] of Object.entries(children))
    yield* leavesOf(child, name === '' ? key : `${name}.${key}`);
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
    return JSON.parse(text);
  } catch (cause) {
    throw new FileError(`${place}this is no JSON: ${(cause as Error).message}`, { cause });
  }
}
