/** Writes tables of codes as people read them: words, dates and numbers. `readTable` reads them again. */
import { type Tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import { csvLine, shortestDigits } from '../../formats/format-csv.ts';
import { type ColumnKind, cellOf } from './column-kind.ts';

/** A table, and the class of each row if there are classes. */
export interface ShownTable {
  /** [n, d]: the codes. */
  readonly points: Tensor;
  readonly columns: readonly string[];
  readonly kinds: readonly ColumnKind[];
  readonly classes?: { readonly name: string; readonly of: readonly string[] } | undefined;
}

/** As `formatCsv` writes tables; or with tabs. */
export function formatDelimited({ columns, classes, ...table }: ShownTable, delimiter = ','): string {
  const names = [...columns, ...(classes ? [classes.name] : [])];
  const rows = cellsOf({ columns, ...table }).map((cells, i) =>
    classes ? [...cells, classes.of[i] as string] : cells,
  );
  return [names, ...rows].map((cells) => csvLine(cells, delimiter)).join('');
}

/** JSON lines: numbers as numbers, true and false as such, null for what is missing. */
export function formatJsonLines(table: ShownTable): string {
  const { columns, kinds, classes } = table;
  return cellsOf(table)
    .map((cells, i) => {
      const entries = cells.map((cell, j) => [columns[j] as string, jsonValue(kinds[j] as ColumnKind, cell)]);
      return `${JSON.stringify(Object.fromEntries(classes ? [...entries, [classes.name, classes.of[i]]] : entries))}\n`;
    })
    .join('');
}

function jsonValue({ kind, words }: ColumnKind, cell: string): unknown {
  if (cell === '') return null;
  const isBare = kind === 'number' || kind === 'whole' || words?.join() === '0,1';
  if (isBare) return Number.isFinite(Number(cell)) ? Number(cell) : cell;
  return words?.join() === 'false,true' ? cell === 'true' : cell;
}

function cellsOf({ points, columns, kinds }: ShownTable): string[][] {
  const codes = flat(toNDArray(points));
  const digits = shortestDigits(points.dtype);
  const width = columns.length;
  return Array.from({ length: points.shape[0] as number }, (_, i) =>
    kinds.map((kind, j) => cellOf(kind, codes[i * width + j] as number, digits)),
  );
}
