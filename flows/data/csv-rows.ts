/** From text to rows of cells, by Papa Parse, and what separates the cells. */
import Papa from 'papaparse';
import { ArgumentError } from '../../lib/index.ts';
import { quoted } from '../formats/shown-text.ts';
import { type DecimalMark, isAmbiguous, readNumber, thousandsMark } from './csv-cells.ts';

/** A row, and the line of the text that it begins on. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a text, without empty lines and comments. */
export interface Rows {
  readonly rows: readonly Row[];
  /** How many comments stand below the first row: some may have been meant as rows. */
  readonly comments: number;
  /** The last of the comments above the first row, if it has as many cells as that: names, it may be. */
  readonly heading?: Row | undefined;
}

const comment = '#';

/** Splits text into rows of cells. */
export function readRows(text: string, delimiter: string): Rows {
  const source = plainLines(text, delimiter);
  const rows: Row[] = [];
  let [line, at] = [1, 0];
  Papa.parse<string[]>(source, {
    delimiter,
    newline: '\n',
    comments: comment,
    step({ data: cells, errors, meta }) {
      const lines = countNewlines(source, at, meta.cursor);
      const ended = source[meta.cursor - 1] === '\n' ? 1 : 0;
      const within = cells.reduce((sum, cell) => sum + countNewlines(cell, 0, cell.length), 0);
      const start = line + lines - ended - within;
      [line, at] = [line + lines, meta.cursor];
      const [error] = errors;
      if (error !== undefined) throw openQuote(error, source);
      if (cells.length > 1 || cells[0]?.trim() !== '') rows.push({ line: start, cells: cells.map(unquoted) });
    },
  });
  return { rows, comments: commentsBelow(rows[0], source), heading: headingOf(source, delimiter, rows[0]) };
}

/** A cell whose quotes stand behind a space, which is none of it. */
function unquoted(cell: string): string {
  const [, inner] = cell.match(/^[ \t]+"(.*)"\s*$/s) ?? [];
  return inner === undefined ? cell : inner.replaceAll('""', '"');
}

/** Those that a quoted cell holds are no comments, but they are rare, and this is only told. */
function commentsBelow(first: Row | undefined, source: string): number {
  if (first === undefined) return 0;
  let [count, at, line] = [0, 0, 1];
  for (; line < first.line; line++) at = source.indexOf('\n', at) + 1;
  for (at = source.indexOf(`\n${comment}`, at); at >= 0; at = source.indexOf(`\n${comment}`, at + 1)) count++;
  return count;
}

/**
 * The delimiter that cuts most of the first rows into equally many cells. A comma comes late, because it may
 * be a decimal mark.
 */
export function detectDelimiter(text: string): string {
  const candidates = ['\t', ';', '|', ',', ' '].map((delimiter) => ({
    delimiter,
    agreeing: agreeingRows(text, delimiter),
  }));
  const most = Math.max(...candidates.map(({ agreeing }) => agreeing));
  return most === 0 ? ',' : candidates.find(({ agreeing }) => agreeing === most)!.delimiter;
}

/**
 * A comma, if some numbers can be read only so, and none can be read only otherwise. Where all that is said
 * is 1,234, it may be either; between commas, where a comma in a number has to be quoted, it groups
 * thousands.
 * @throws ArgumentError for numbers that may be either
 */
export function detectDecimal(delimiter: string, rows: readonly Row[]): DecimalMark {
  const cells = rows.slice(0, 1000).flatMap((row) => row.cells);
  const only = (one: DecimalMark, other: DecimalMark) => (cell: string) =>
    readNumber(cell, one) !== undefined && readNumber(cell, other) === undefined;
  const [hasComma, hasPoint] = [cells.some(only(',', '.')), cells.some(only('.', ','))];
  const unclear = hasComma || hasPoint || delimiter === ',' ? undefined : cells.find(isAmbiguous);
  if (unclear === undefined) return hasComma && !hasPoint ? ',' : '.';
  throw new ArgumentError(
    `parseCsv: ${quoted(unclear.trim())} can be a thousand and more, or a fraction: say which mark stands before fractions (decimal '.' or ',')`,
  );
}

/** What divides groups of three digits in the first rows that have such. */
export function detectThousands(decimal: DecimalMark, rows: readonly Row[]): string | undefined {
  for (const { cells } of rows.slice(0, 1000)) {
    const mark = cells.map((cell) => thousandsMark(cell, decimal)).find((each) => each !== undefined);
    if (mark !== undefined) return mark;
  }
  return undefined;
}

/** One kind of line end; where spaces separate cells, one space between them and none around. */
function plainLines(text: string, delimiter: string): string {
  const marked = text.startsWith('\ufeff') ? text.slice(1) : text;
  const unquoted = marked.includes('\r') ? marked.replace(/"[^"]*"/g, '') : '';
  const lines = unquoted.includes('\r') ? marked.replace(/\r\n?/g, '\n') : marked;
  return delimiter === ' ' ? lines.replace(/[ \t]+/g, ' ').replace(/^ | $/gm, '') : lines;
}

/** How many of the first rows have as many cells as the first of them, and more than one. */
function agreeingRows(text: string, delimiter: string): number {
  const source = plainLines(text, delimiter);
  const options = { delimiter, newline: '\n', comments: comment, preview: 20, skipEmptyLines: true } as const;
  const { data } = Papa.parse<string[]>(source, options);
  const width = data[0]?.length ?? 0;
  return width < 2 ? 0 : data.filter((cells) => cells.length === width).length;
}

/** numpy.savetxt puts names behind a #, and some tables call their first column #. */
function headingOf(source: string, delimiter: string, first: Row | undefined): Row | undefined {
  if (first === undefined || first.cells.length < 2 || !source.startsWith(comment)) return undefined;
  const above = source.split('\n', first.line - 1);
  const line = above.findLastIndex((text) => text.trim() !== '');
  const { data } = Papa.parse<string[]>(above[line] as string, { delimiter, newline: '\n' });
  const cells = data[0]?.map((cell, j) => (j === 0 ? cell.replace(/^#\s*(?=\S)/, '') : cell)) ?? [];
  return cells.length === first.cells.length ? { line: line + 1, cells } : undefined;
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

/** Papa Parse says at which character the cell begins. */
function openQuote({ code, index = 0 }: Papa.ParseError, source: string): ArgumentError {
  const line = 1 + countNewlines(source, 0, index);
  const message = code === 'MissingQuotes' ? 'a quote is not closed' : 'text stands behind a closing quote';
  return new ArgumentError(`parseCsv: line ${line}: ${message}`);
}
