/** The report of a training run on any data: one HTML page that loads nothing else. */
import type { RunDetails, Training } from './data.ts';
import { html, Markup } from './markup.ts';
import { runSection } from './sections/run.ts';
import { type TablePictures, tableSections } from './sections/table.ts';
import { trainingSection } from './sections/training.ts';
import { styleSheet } from './style.ts';

export interface RunReportData {
  /** What was trained on what: "ot-cfm of moons". */
  readonly title: string;
  /** A picture of samples as the text of an SVG. The report does not escape it, so it must be trustworthy. */
  readonly samples?: string | undefined;
  /** What the figures say, in words, and whether that is bad news. */
  readonly verdict: { readonly text: string; readonly isFar: boolean };
  /** How close the samples are to the data, as a table of plain text. */
  readonly figures: string;
  /** Real rows beside generated ones; absent for images. */
  readonly table?: TablePictures | undefined;
  /** What each column of a table was taken for, and what was done with it. */
  readonly columns?: readonly (readonly [column: string, takenFor: string, done: string])[];
  readonly training: Training;
  readonly run: RunDetails;
}

/**
 * The report as HTML text. The same data give the same text. It escapes all text but the SVG.
 * @example writeFileAtomically('out/report.html', renderRunReport(data));
 */
export function renderRunReport({
  title,
  samples,
  verdict,
  figures,
  table,
  columns = [],
  training,
  run,
}: RunReportData): string {
  const picture =
    samples === undefined
      ? ''
      : html`<section id="samples" aria-labelledby="samples-title">
<h2 id="samples-title">Samples</h2>
<figure>${new Markup(samples)}</figure>
</section>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fluxion: ${title}</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<div class="page">
<header>
<p class="mark">ẋ fluxion</p>
<h1>${title}</h1>
<p class="${verdict.isFar ? 'lead bad' : 'lead'}">${verdict.text}</p>
</header>
<main>
${picture}
${table ? tableSections(table) : ''}
<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Compared with the data</h2>
<figure><pre>${figures}</pre></figure>
</section>
${columnsSection(columns)}
${trainingSection(training, 'Faint: each step. Strong: a running mean.')}
${runSection(run, '')}
</main>
</div>
</body>
</html>
`.text;
}

function columnsSection(columns: NonNullable<RunReportData['columns']>): Markup | '' {
  if (columns.length === 0) return '';
  const rows = columns.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<section id="columns" aria-labelledby="columns-title">
<h2 id="columns-title">Columns</h2>
<div class="scroll" role="region" aria-label="Table of columns" tabindex="0">
<table class="narrow">
<thead><tr><th scope="col">Column</th><th scope="col">Taken for</th><th scope="col">What is done</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>
</section>`;
}
