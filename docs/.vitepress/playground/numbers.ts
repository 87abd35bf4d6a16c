/** Numbers as the page shows them. */

/** Three significant digits, or a dash where there is no number. */
export function digits(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e4) ? String(Number(value.toPrecision(3))) : powers(value);
}

/** One digit and a power of ten: 4.2·10⁻¹⁶. */
export function powers(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(1).split('e');
  return value === 0
    ? '0'
    : `${mantissa}·10${[...exponent.replace('+', '')].map((c) => superscripts[c]).join('')}`;
}

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((c, i) => [String(i), c])),
};
