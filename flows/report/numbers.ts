/** Formats numbers for readers: few digits, and powers of ten written out. */

/**
 * A number with three significant digits. Below 0.001 and from 100,000 on: two digits and a power of ten.
 *
 * @example
 * formatNumber(2.2e-15); // '2.2 × 10⁻¹⁵'
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞').replace('-', '−');
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5)) return minus(String(Number(value.toPrecision(3))));
  const [mantissa = '', exponent = ''] = value.toExponential(1).split('e');
  const power = `10${superscript(Number(exponent))}`;
  if (Math.abs(Number(mantissa)) === 1) return value < 0 ? `−${power}` : power;
  return minus(`${Number(mantissa)} × ${power}`);
}

/** Seconds as '1 min 58 s' or '8.3 s'. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (character) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)] ?? '⁻');
}

function minus(text: string): string {
  return text.replace('-', '−');
}
