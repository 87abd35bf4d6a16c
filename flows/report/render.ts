/** The report: one HTML page that loads nothing else. */
import type { ReportData } from './data.ts';
import { html, Markup } from './markup.ts';
import { formatNumber, formatSeconds } from './numbers.ts';
import { averageVelocitiesSection } from './sections/average-velocities.ts';
import { claimsSection } from './sections/claims.ts';
import { digitsSection } from './sections/digits.ts';
import { figurePasses, figuresSection } from './sections/figures.ts';
import { pathsSection } from './sections/paths.ts';
import { runSection } from './sections/run.ts';
import { trainingSection } from './sections/training.ts';
import { styleSheet } from './style.ts';

/**
 * The report as HTML text. The same data give the same text.
 *
 * The page loads nothing from anywhere, follows the reader's light or dark theme, and fits on a phone. The
 * report escapes all text.
 *
 * @example
 * writeFileAtomically('out/report.html', renderReport(data));
 */
export function renderReport(data: ReportData): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fluxion: ${title(data)}</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<div class="page">
${header(data)}
<main>
${digitsSection(data.digits)}
${figuresSection(data.figures)}
${trainingSection(data.training)}
${pathsSection(data.paths)}
${averageVelocitiesSection(data.averageVelocities)}
${verified(data) ? claimsSection(data.claims) : ''}
${runSection(data.run)}
</main>
</div>
</body>
</html>
`.text;
}

const contents: readonly [anchor: string, title: string][] = [
  ['digits', 'Digits'],
  ['figures', 'Figures'],
  ['training', 'Training'],
  ['paths', 'Paths'],
  ['average-velocity', 'Average velocity'],
  ['note', 'The note, verified'],
  ['run', 'This run'],
];

/** Whether there are claims to show. A training run alone has none. */
function verified({ claims }: ReportData): boolean {
  return claims.length > 0;
}

function title(data: ReportData): string {
  return verified(data) ? 'The note verified, a MeanFlow trained' : 'A MeanFlow trained';
}

function header(data: ReportData): Markup {
  return html`<header>
<p class="mark">ẋ fluxion</p>
<h1>${title(data)}</h1>
<p class="lead">${verdict(data)}</p>
<ul class="tiles">
${tiles(data)}
</ul>
<nav aria-label="Contents"><ul>
${contents
  .filter(([anchor]) => anchor !== 'note' || verified(data))
  .map(([anchor, title]) => html`<li><a href="#${anchor}">${title}</a></li>`)}
</ul></nav>
</header>`;
}

/** What came out, in words. */
function verdict({ claims, figures }: ReportData): string {
  const failed = claims.filter((claim) => !claim.passed).length;
  const checked =
    failed === 0 ? `All ${claims.length} claims` : `${claims.length - failed} of ${claims.length} claims`;
  const models = figures.filter(({ kind }) => kind === 'model');
  const missed = models.filter((figure) => !figurePasses(figure)).map(({ name }) => name);
  const digits =
    missed.length === 0
      ? 'A MeanFlow learned to write digits in pure TypeScript, and keeps every bound.'
      : `The MeanFlow misses a bound in ${missed.join(', ')}.`;
  const note = `${checked} of the note on flow matching and MeanFlow hold, to the digits that float64 allows. `;
  return `${claims.length > 0 ? note : ''}${models.length > 0 ? digits : ''}`;
}

/** The most important results, as a few large numbers. */
function tiles(data: ReportData): Markup[] {
  const { claims, figures, run } = data;
  const held = claims.filter((claim) => claim.passed).length;
  const models = figures.filter((figure) => figure.kind === 'model');
  return [
    ...(verified(data)
      ? [tile(`${held} of ${claims.length}`, 'claims of the note hold', held === claims.length)]
      : []),
    ...models.slice(0, 2).map((figure) => {
      return tile(
        formatNumber(figure.energyDistance),
        `energy distance, ${figure.name}`,
        figurePasses(figure),
      );
    }),
    tile(formatSeconds(run.seconds), `on ${run.platform}, Node ${run.node.replace(/^v/, '')}`, true),
  ];
}

function tile(value: string, label: string, passed: boolean): Markup {
  return html`<li class="${passed ? 'tile' : 'tile failed'}"><strong>${value}</strong><span>${label}</span></li>`;
}
