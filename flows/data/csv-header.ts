/** Whether the first row of a table holds the names of its columns. */
import { type DecimalMark, isMissing, readNumber } from './csv-cells.ts';
import type { Row } from './csv-rows.ts';

/**
 * It does if it has a word above a column of numbers; in a table without numbers, if none of its words comes
 * again below. A row 0, 1, 2 … is what pandas calls columns that have no names: a header, unless the numbers
 * below are whole too and these are among them.
 */
export function detectHeader([first, ...body]: readonly Row[], decimal: DecimalMark): boolean {
  if (first === undefined) return false;
  const sample = body.slice(0, 1000);
  const columns = first.cells.map((name, j) => ({ name, cells: sample.map(({ cells }) => cells[j] ?? '') }));
  const isNumber = (cell: string) => readNumber(cell, decimal) !== undefined;
  const isWord = (cell: string) => !isNumber(cell) && !isMissing(cell);
  if (columns.every(({ name }, j) => name.trim() === String(j))) {
    const isWhole = (cell: string) => /^\s*[+-]?\d+\s*$/.test(cell);
    return (
      sample.length > 0 &&
      !columns.every(({ name, cells }) => cells.every(isWhole) && cells.some((c) => c.trim() === name.trim()))
    );
  }
  const numeric = columns.filter(({ cells }) => isMostly(isNumber, cells));
  if (numeric.length > 0 || columns.every(({ name }) => !isWord(name)))
    return numeric.some(({ name }) => isWord(name));
  return columns.every(({ name, cells }) => !cells.includes(name));
}

/** Whether a word stands above a column of numbers. */
export function namesNumbers([first, ...body]: readonly Row[], decimal: DecimalMark): boolean {
  const sample = body.slice(0, 1000);
  const isNumber = (cell: string) => readNumber(cell, decimal) !== undefined;
  return (first?.cells ?? []).some(
    (name, j) =>
      !isNumber(name) &&
      !isMissing(name) &&
      isMostly(
        isNumber,
        sample.map(({ cells }) => cells[j] ?? ''),
      ),
  );
}

function isMostly(holds: (cell: string) => boolean, cells: readonly string[]): boolean {
  const known = cells.filter((cell) => !isMissing(cell));
  return 2 * known.filter(holds).length > known.length;
}
