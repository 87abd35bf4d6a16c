/** The claims as a table of plain text, for a terminal or a log. */
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { requireFields, requireList } from '../checks.ts';
import type { ClaimResult } from './claim.ts';

export interface TableOptions {
  /** The width of the table in characters; by default 110, at least 72. */
  readonly width?: number;
}

/**
 * A table with a row for each claim: its verdict, the equation, what was compared, the residual, its bound
 * and the margin. The rows stand under the parts of the note; the last line counts them. The text has no
 * colours, and no line is longer than `width`.
 *
 * @throws ArgumentError unless `width` is a whole number of at least 72
 * @example console.log(formatClaims(verify(), { width: process.stdout.columns }));
 */
export function formatClaims(results: readonly ClaimResult[], options: TableOptions = {}): string {
  const { width } = completeOptions('formatClaims', { width: 110 }, options);
  requireList('formatClaims', 'the list of results of verify()', results);
  for (const result of results) {
    requireFields('formatClaims', result, ['id', 'part', 'claim', 'equation', 'compared'], 'string');
    requireFields('formatClaims', result, ['residual', 'tolerance', 'margin'], 'number');
  }
  if (!Number.isInteger(width) || width < 72 || width > 2 ** 20) {
    throw new ArgumentError(`formatClaims: wanted a width from 72 to 2²⁰ columns, got ${width}`);
  }
  const widths = columnWidths(width);
  const heading = row(widths, ['', 'Claim', 'Compared', 'Residual', 'Bound', 'Margin']);
  const parts = [...new Set(results.map(({ part }) => part))].map((part) =>
    [
      '',
      part,
      '─'.repeat(width),
      ...results.filter((result) => result.part === part).map((result) => row(widths, cells(result))),
    ].join('\n'),
  );
  return [heading, ...parts, '', verdict(results)].join('\n');
}

function cells({
  passed,
  claim,
  equation,
  compared,
  detail,
  residual,
  bound,
  tolerance,
  margin,
}: ClaimResult): readonly string[] {
  return [
    passed ? '✓' : '✗',
    `${claim}\n${equation}`,
    detail === undefined ? compared : `${compared}\n${detail}`,
    formatResidual(residual),
    `${bound === 'at most' ? '≤' : '≥'} ${formatResidual(tolerance)}`,
    formatMargin(margin),
  ];
}

function verdict(results: readonly ClaimResult[]): string {
  const failed = results.filter(({ passed }) => !passed).map(({ id }) => id);
  if (failed.length === 0) return `All ${results.length} claims hold.`;
  return `${failed.length} of ${results.length} claims FAILED: ${failed.join(', ')}`;
}

/** Three significant digits, or two with an exponent: '0.22', '140', '1.2e-15'. */
export function formatResidual(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || !Number.isFinite(value) || (size >= 0.01 && size < 10_000);
  return plain ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace('.0e', 'e');
}

/** One significant digit is enough to see how far the bound is: '20', '4e3'. */
function formatMargin(margin: number): string {
  const rounded = Number(margin.toPrecision(1));
  return rounded < 1000 ? String(rounded) : rounded.toExponential().replace('e+', 'e');
}

/** The two columns of text share the width that the other columns leave. */
function columnWidths(width: number): readonly number[] {
  const [mark, residual, bound, margin, gaps] = [1, 8, 9, 6, 5 * 2];
  const text = width - mark - residual - bound - margin - gaps;
  const claim = Math.floor(text * 0.52);
  return [mark, claim, text - claim, residual, bound, margin];
}

function row(widths: readonly number[], texts: readonly string[]): string {
  const columns = texts.map((text, i) => text.split('\n').flatMap((line) => wrap(line, widths[i] as number)));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, i) => (lines[line] ?? '').padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  ).join('\n');
}

/** Breaks a line at spaces; breaks a word that is longer than the width at any letter. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => chunks(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function chunks(word: string, width: number): readonly string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...chunks(word.slice(width), width)];
}
