/** `docs/conventions.md`, written from the rows that the spec enforces. */
import { type Answer, type Edge, golden, sections, values } from './conventions.ts';

export const pageUrl = new URL('../../docs/conventions.md', import.meta.url);

export function conventionsPage(): string {
  return [header, ...sections.map(sectionText), valuesText()].join('\n');
}

const header = `# Conventions

This page says what fluxion answers at kinks and limits, in both modes and at every order of nesting. A spec
checks each row. \`npx tsx spec/tools/write-conventions.ts\` writes this page from
\`spec/autograd/conventions.ts\`, and a spec fails if the two differ.

A cell has the value and the derivative with respect to x. The answers of JAX 0.10.2 and PyTorch 2.13 stand
beside ours where \`spec/golden/edges.json\` has them. They are in **bold** where they differ from ours.
`;

function sectionText({ title, why, edges }: (typeof sections)[number]): string {
  const rows = edges.flatMap((edge) => edge.answers.map(([x, ...ours]) => rowText(edge, x, ours)));
  return table(`## ${title}\n\n${why}`, ['f(x)', 'x', 'fluxion', 'JAX', 'PyTorch'], rows);
}

function rowText(edge: Edge, x: number, ours: Answer): readonly string[] {
  const known = goldenAt(edge, x);
  const theirs = (answer: readonly (number | string)[] | undefined) => {
    if (answer === undefined) return '—';
    const numbers = answer.map(Number) as unknown as Answer;
    return isSame(numbers, ours) ? answerText(numbers) : `**${answerText(numbers)}**`;
  };
  return [
    `\`${edge.expression}\``,
    Object.is(x, -0) ? '−0' : numberText(x),
    answerText(ours),
    theirs(known?.jax),
    theirs(known?.torch),
  ];
}

function valuesText(): string {
  const rows = values.map(({ expression, value }) => [
    `\`${expression}\``,
    [value]
      .flat()
      .map((entry) => (typeof entry === 'number' ? numberText(entry) : String(entry)))
      .join(', '),
  ]);
  return table('## Values', ['', 'fluxion'], rows);
}

/** The golden entry for an edge at x, if there is one. */
export function goldenAt({ golden: name }: Edge, x: number) {
  return name === undefined ? undefined : golden[name]?.find((entry) => Object.is(entry.x, x));
}

function isSame(a: Answer, b: Answer): boolean {
  return answerText(a) === answerText(b);
}

function answerText(answer: Answer): string {
  return answer.map(numberText).join(', ');
}

function numberText(value: number): string {
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? '∞' : '−∞';
  return String(Number(value.toPrecision(7)) + 0).replace('-', '−');
}

function table(intro: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [intro, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
