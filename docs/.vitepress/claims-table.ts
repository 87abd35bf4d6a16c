/** The table of measured claims in a page, as HTML. */
import { typesetFormula, typesetSentence } from '../../flows/report/notation.ts';

/** A row of claims.json; spec/docs/write-claims.ts writes it. */
export interface Measured {
  readonly id: string;
  readonly claim: string;
  readonly equation: string;
  readonly bound: string;
  readonly tolerance: number;
  readonly residual: number;
  readonly margin: number;
  readonly detail?: string;
}

const titles = { en: ['Claim', 'Residual', 'Bound', 'Margin'], zh: ['命题', '残差', '界', '余量'] } as const;

export type Language = keyof typeof titles;

/** The rows whose ids begin with one of the given names, which spaces separate. */
export function claimsTable(measured: readonly Measured[], only: string, lang: Language): string {
  const names = only.split(' ');
  const missing = names.find((name) => !measured.some(({ id }) => isNamed(name, id)));
  if (missing !== undefined) throw new Error(`Claims: there is no claim '${missing}'`);
  const rows = measured.filter(({ id }) => names.some((name) => isNamed(name, id)));
  const [claim, ...numbers] = titles[lang];
  const head = [claim, ...numbers].map((title) => `<th>${title}</th>`).join('');
  const body = rows.map((row) => {
    const small = [typesetFormula(row.equation), typesetSentence(row.detail ?? '')].filter(Boolean);
    const equations = small.map((text) => `<div class="equation">${text}</div>`).join('');
    const bound = `${row.bound === 'at most' ? '≤' : '≥'} ${format(row.tolerance)}`;
    const cells = [format(row.residual), bound, format(row.margin)];
    const figures = cells.map((text, i) => `<td data-label="${numbers[i]}">${text}</td>`).join('');
    return `<tr><td><div>${typesetSentence(row.claim)}</div>${equations}</td>${figures}</tr>`;
  });
  return `<table class="claims cards" v-pre><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>\n`;
}

function isNamed(name: string, id: string): boolean {
  return id === name || id.startsWith(`${name}.`);
}

/** Two significant digits. */
function format(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.01 && size < 10_000);
  return plain
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(1).replace('.0e', 'e').replace('-', '−');
}
