/** Digits for a terminal, in characters that are half ink and half paper. */
import type { DigitSamples } from '../../report/index.ts';

/**
 * The first row of real digits, and of those from one evaluation, two, and so on. A character holds two
 * pixels, one above the other, and each is ink or paper. A narrow terminal shows fewer digits.
 * @example console.out.write(formatDigits(evaluation.samples, 80));
 */
export function formatDigits({ side, maximum, real, generated }: DigitSamples, columns: number): string {
  const most = Math.max(1, Math.floor((columns + 1) / (side + 1)));
  const groups = [
    { title: 'Real', row: real[0] },
    ...generated.map(({ evaluations, rows }) => {
      return { title: `${evaluations} evaluation${evaluations === 1 ? '' : 's'}`, row: rows[0] };
    }),
  ];
  return groups
    .map(({ title, row = [] }) => {
      const lines = Array.from({ length: Math.ceil(side / 2) }, (_, line) =>
        row
          .slice(0, most)
          .map((image) => characters(image, 2 * line * side, side, 0.4 * maximum))
          .join(' ')
          .trimEnd(),
      );
      return `${title}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** Two rows of pixels, the first of which begins at `from`, as one line. */
function characters(image: readonly number[], from: number, side: number, threshold: number): string {
  const isInk = (at: number) => (image[at] ?? 0) >= threshold;
  return Array.from({ length: side }, (_, column) => {
    const at = from + column;
    return ' ▀▄█'[(isInk(at) ? 1 : 0) + (isInk(at + side) ? 2 : 0)];
  }).join('');
}
