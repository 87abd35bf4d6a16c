export type Backend = 'auto' | 'javascript';

// float32 rounds once where WebAssembly has a fused multiply-add, and twice where it has none.
const tolerance = 1e-5;

/**
 * Throws unless a place computes what Node computes: in JavaScript the same bits, else the same numbers up to
 * the last bits. Both are texts of `consumer/digits.mjs`.
 */
export function compareDigits(place: string, backend: Backend, got: string, wanted: string): void {
  const [numbers, wantedNumbers] = [numbersOf(got), numbersOf(wanted)];
  const errors = wantedNumbers.map(
    (x, i) => Math.abs(x - (numbers[i] ?? Number.NaN)) / Math.max(1, Math.abs(x)),
  );
  const error = numbers.length === errors.length ? Math.max(...errors) : Number.NaN;
  if (!(error <= (backend === 'javascript' ? 0 : tolerance)))
    throw new Error(`✗ ${place} (${backend}) differs from Node by ${error}:\n${got}\n${wanted}`);
  console.log(
    `✓ ${place} (${backend}) computes what Node does${error > 0 ? `, up to ${error.toExponential(0)}` : ''}`,
  );
}

function numbersOf(digits: string): number[] {
  // JSON has null for what is no number.
  return (Object.values(JSON.parse(digits)).flat(3) as (number | null)[]).map((x) => x ?? Number.NaN);
}
