import type { Figure } from '../../report/index.ts';

/**
 * The figures of a run as plain text. Each figure has a row, with its limits and whether it keeps them.
 * @example console.log(formatFigures(evaluateDigits(model, key).figures));
 */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    judged(figure.energyDistance, figure.energyDistanceLimit, '≤'),
    figure.agreement === undefined ? '' : judged(figure.agreement, figure.agreementLimit, '≥'),
  ]);
  const table = [['Digits', 'energy distance', '5-NN agreement'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function judged(value: number, limit: number | undefined, sign: '≤' | '≥'): string {
  const shown = value.toFixed(3);
  if (limit === undefined) return shown;
  const kept = sign === '≤' ? value <= limit : value >= limit;
  return `${shown} ${sign} ${Number(limit.toFixed(3))} ${kept ? '✓' : '✗'}`;
}
