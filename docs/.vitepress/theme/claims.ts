import { type FunctionalComponent, h } from 'vue';
import { math } from '../../../flows/report/markup.ts';

/** A row of claims.json; spec/docs/write-claims.ts writes it. */
interface Measured {
  readonly id: string;
  readonly claim: string;
  readonly equation: string;
  readonly bound: string;
  readonly tolerance: number;
  readonly residual: number;
  readonly margin: number;
  readonly detail?: string;
}

const [measured = []] = Object.values(
  import.meta.glob<readonly Measured[]>('../claims.json', { eager: true, import: 'default' }),
);

const titles = { en: ['Claim', 'Residual', 'Bound', 'Margin'], zh: ['命题', '残差', '界', '余量'] } as const;

/** The rows of `fluxion verify` whose ids begin with one of the given names, as they were last measured. */
export const Claims: FunctionalComponent<{ only: string; lang?: keyof typeof titles }> = ({
  only,
  lang = 'en',
}) => {
  const names = only.split(' ');
  const missing = names.find((name) => !measured.some(({ id }) => isNamed(name, id)));
  if (missing !== undefined) throw new Error(`Claims: there is no claim '${missing}'`);
  const rows = measured.filter(({ id }) => names.some((name) => isNamed(name, id)));
  return h('table', { class: 'claims', tabindex: 0 }, [
    h(
      'thead',
      h(
        'tr',
        titles[lang].map((title) => h('th', title)),
      ),
    ),
    h(
      'tbody',
      rows.map((row) =>
        h('tr', [
          h('td', [
            formula('div', row.claim),
            ...[row.equation, row.detail ?? ''].filter(Boolean).map(small),
          ]),
          h('td', format(row.residual)),
          h('td', `${row.bound === 'at most' ? '≤' : '≥'} ${format(row.tolerance)}`),
          h('td', format(row.margin)),
        ]),
      ),
    ),
  ]);
};
Claims.props = ['only', 'lang'];

function isNamed(name: string, id: string): boolean {
  return id === name || id.startsWith(`${name}.`);
}

function small(text: string) {
  return h('div', { class: 'equation' }, formula('span', text));
}

/** Text with the indices of its formulas lowered and their powers raised. */
function formula(element: string, text: string) {
  return h(element, { innerHTML: math(text).text });
}

/** Two significant digits. */
function format(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.01 && size < 10_000);
  return plain
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(1).replace('.0e', 'e').replace('-', '−');
}
