/**
 * Writes flows/data/digits-text.ts from spec/golden/digits.csv.gz (64 pixels and a label a line, as
 * scikit-learn ships the UCI set). Run it only to change the encoding: `npx tsx spec/tools/write-digits.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const header = `/**
 * The 1,797 handwritten digits of scikit-learn's \`load_digits\`: the test part of "Optical Recognition of Handwritten Digits".
 *
 * One digit a line: its label, a colon, then its 8 × 8 pixels row by row. A pixel is 0 (paper) to 16 (ink), which is one digit
 * in base 17: 0 … 9, a … g. Written by spec/tools/write-digits.ts; read by digits.ts.
 *
 * Licence: Creative Commons Attribution 4.0 International (CC BY 4.0), https://creativecommons.org/licenses/by/4.0/.
 * Changed from the original: the encoding only.
 * Citation: E. Alpaydin and C. Kaynak (1998). Optical Recognition of Handwritten Digits [data set].
 * UCI Machine Learning Repository. https://doi.org/10.24432/C50P49
 */
export const digitsText: string = \`
`;

const source = new URL('../golden/digits.csv.gz', import.meta.url);
const target = new URL('../../flows/data/digits-text.ts', import.meta.url);
const rows = gunzipSync(readFileSync(source)).toString('ascii').trim().split('\n');
const lines = rows.map((row) => {
  const values = row.split(',').map(Number);
  const pixels = values.slice(0, 64).map((value) => value.toString(17));
  return `${values[64]}:${pixels.join('')}`;
});
writeFileSync(target, `${header}${lines.join('\n')}\n\`;\n`);
