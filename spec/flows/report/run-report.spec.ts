/** The report of a run on a table: pictures and the verdict first. */
import { expect } from 'chai';
import { parseHTML } from 'linkedom';
import { renderRunReport } from '../../../flows/report/index.ts';
import { correlation } from '../../../flows/report/sections/table.ts';
import { hostile } from './example.ts';
import { exampleRun } from './run-example.ts';

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

function page(data = exampleRun) {
  const text = renderRunReport(data);
  const { document } = parseHTML(text) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Element> };
  };
  return { text, all: (selector: string) => [...document.querySelectorAll(selector)] };
}

describe('renderRunReport', () => {
  it('says the verdict, and shows pictures before figures and tables', () => {
    const { all } = page();
    expect(all('header .lead').map(({ textContent }) => textContent)).to.deep.equal(['Close enough.']);
    expect(all('main > section').map((section) => section.getAttribute('id'))).to.deep.equal([
      ...['pairs', 'histograms', 'correlations', 'figures', 'columns', 'training', 'run'],
    ]);
    const far = page({ ...exampleRun, verdict: { text: 'Far.', isFar: true } });
    expect(far.all('header .bad').map(({ textContent }) => textContent)).to.deep.equal(['Far.']);
  });

  it('draws the most correlated pairs twice, on the same axes, with the classes in colours', () => {
    const { all } = page();
    const labels = all('#pairs svg').map((svg) => svg.getAttribute('aria-label'));
    expect(labels.slice(0, 2)).to.deep.equal([
      'Real rows: mass (g) against length (mm)',
      'Generated rows: mass (g) against length (mm)',
    ]);
    expect(labels).to.have.length(6);
    const ticks = (k: number) =>
      page()
        .text.split('<svg')
        [k]?.match(/<text[^>]*>[^<]*</g);
    expect(ticks(1)).to.deep.equal(ticks(2));
    expect(all('#pairs .lead strong').map(({ textContent }) => textContent)).to.deep.equal([
      '● old',
      '● new',
    ]);
    expect(
      page({ ...exampleRun, table: { columns: exampleRun.table!.columns } }).all('#pairs strong'),
    ).to.have.length(0);
  });

  it('has a histogram for each column, by its words where it has words', () => {
    const labels = page()
      .all('#histograms svg')
      .map((svg) => svg.getAttribute('aria-label'));
    expect(labels).to.have.length(4);
    expect(labels[3]).to.equal('Shares of the words of colour, real and generated');
  });

  it('puts the correlations of both side by side', () => {
    const rows = page()
      .all('#correlations tbody tr')
      .map(({ textContent }) => textContent);
    expect(rows[0]).to.equal('length (mm) and mass (g)1.00−1.00');
    expect(rows).to.have.length(3);
  });

  it('escapes all text, describes every picture, and loads nothing', () => {
    const { text, all } = page();
    expect(text).not.to.contain('<script');
    expect(text).to.contain('&#60;script&#62;');
    expect(all('svg').every((svg) => svg.getAttribute('aria-label'))).to.equal(true);
    expect(text).not.to.match(/url\((?!#)|@import|src=/);
  });

  it('stands a table of nothing, of one column, and of missing values', () => {
    const column = { name: hostile, real: [Number.NaN], generated: [] };
    for (const columns of [[], [column], [column, { ...column, time: 'days' as const }]])
      expect(page({ ...exampleRun, table: { columns } }).text).not.to.match(/undefined|>NaN</);
  });

  it('shows the picture of images instead', () => {
    const { all } = page({
      ...exampleRun,
      table: undefined,
      samples: '<svg role="img" aria-label="x"></svg>',
    });
    expect(all('main > section')[0]?.getAttribute('id')).to.equal('samples');
    expect(all('#pairs, #histograms')).to.have.length(0);
  });
});

describe('correlation', () => {
  it('is that of the rows in which both are present', () => {
    expect(correlation([1, 2, Number.NaN, 4], [3, 5, 0, 9])).to.be.closeTo(1, 1e-15);
    expect(correlation([0, 1, 0, 1], [0, 0, 1, 1])).to.equal(0);
  });
});
