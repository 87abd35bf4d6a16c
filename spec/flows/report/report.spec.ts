import { expect } from 'chai';
import { parseHTML } from 'linkedom';
import type { ReportData } from '../../../flows/report/index.ts';
import { renderReport } from '../../../flows/report/render.ts';
import { exampleReport, hostile } from './example.ts';

interface Page {
  readonly text: string;
  all(selector: string): Element[];
}

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  closest(selector: string): Element | null;
}

function page(data = exampleReport): Page {
  const text = renderReport(data);
  const { document } = parseHTML(text) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Element> };
  };
  return { text, all: (selector) => [...document.querySelectorAll(selector)] };
}

describe('renderReport', () => {
  it('has a heading for every section, and a link to each', () => {
    const { all } = page();
    const sections = ['digits', 'figures', 'training', 'paths', 'average-velocity', 'note', 'run'];
    expect(all('main > section').map((section) => section.getAttribute('id'))).to.deep.equal(sections);
    expect(all('nav a').map((link) => link.getAttribute('href'))).to.deep.equal(
      sections.map((id) => `#${id}`),
    );
    expect(all('main > section > h2')).to.have.length(sections.length);
    const ids = all('[id]').map((element) => element.getAttribute('id'));
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('leaves the note out where no claim was checked', () => {
    const { text, all } = page({ ...exampleReport, claims: [] });
    expect(all('#note, nav a[href="#note"]')).to.have.length(0);
    expect(all('.tile')).to.have.length(page().all('.tile').length - 1);
    expect(text).not.to.contain('0 of 0').and.not.to.contain('verified');
  });

  it('loads nothing and runs nothing', () => {
    const { text, all } = page();
    expect(all('script, link, img, iframe, object')).to.have.length(0);
    expect(text).not.to.match(/url\(|@import|src=/);
    expect(text.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.to.match(/https?:/);
    expect(all('math')).not.to.have.length(0);
  });

  it('escapes all text', () => {
    const { text, all } = page();
    expect(text).not.to.contain('<script');
    expect(all('.claim th').some((cell) => cell.textContent.startsWith(hostile))).to.equal(true);
    expect(all('.detail').map((cell) => cell.textContent)).to.deep.equal([hostile]);
    expect(all('dd').map((cell) => cell.textContent)).to.include(hostile);
  });

  it('folds the claims of one part together, and leaves open a part that has failed', () => {
    const parts = page().all('details');
    const text = (row: Element) => row.textContent.trim().replace(/\s+/g, ' ');
    expect(page().all('summary').map(text)).to.deep.equal([
      '✗ Flow matching 1 of 2 hold',
      '✓ Errata 1 of 1 hold',
    ]);
    expect(parts.map((part) => part.getAttribute('open') !== null)).to.deep.equal([true, false]);
  });

  it('shows each claim with its numbers and its verdict', () => {
    const { all } = page();
    expect(all('.claims .good')).to.have.length(2);

    expect(all('.claims .bad')).to.have.length(1);
    expect(all('.claims .failed th').map((cell) => cell.textContent)).to.deep.equal([
      'The error falls as N−1/2slope = − 1/2',
    ]);
    const numbers = all('.claims td.number').map((cell) => cell.textContent);
    expect(numbers).to.deep.equal([
      ...['4.4 × 10⁻¹⁵', '≤ 10⁻¹²', '200'],
      ...['0.2', '≤ 0.05', '0.5'],
      ...['141', '≥ 1', '10⁹'],
    ]);
  });

  it('says at the top how many claims hold', () => {
    const { all } = page();
    expect(all('header .lead')[0]?.textContent).to.match(/^2 of 3 claims of the note .* hold/);
    expect(all('.tile')[0]?.textContent).to.equal('2 of 3claims of the note hold');
    expect(all('.tile.failed')).to.have.length(1);
    expect(all('#note .lead')[0]?.textContent).to.contain('1 of 3 failed');
    const passing = page({ ...exampleReport, claims: exampleReport.claims.filter((claim) => claim.passed) });
    expect(passing.all('.tile.failed, .claims .bad')).to.have.length(0);
    expect(passing.all('#note .lead')[0]?.textContent).to.contain('All 2 hold');
  });

  it('marks a figure that misses its bound', () => {
    const [model, floor] = exampleReport.figures;
    const figures = [{ ...model!, agreement: 0.9 }, floor!];
    expect(page().all('.figures .good')).to.have.length(1);
    expect(page({ ...exampleReport, figures }).all('.figures .bad')).to.have.length(1);
    expect(page({ ...exampleReport, figures }).all('.tile.failed')).to.have.length(2);
    const verdict = (data: ReportData) => page(data).all('header .lead')[0]?.textContent;
    expect(verdict(exampleReport)).to.contain('keeps every bound');
    expect(verdict({ ...exampleReport, figures })).to.contain('misses a bound in 1 evaluation.');
  });

  it('describes every picture to those who cannot see it', () => {
    const undescribed = page()
      .all('svg')
      .filter((svg) => !svg.getAttribute('aria-label') && svg.getAttribute('aria-hidden') !== 'true');
    expect(undescribed).to.have.length(0);
  });

  it('gives the same text for the same data', () => {
    expect(renderReport(exampleReport)).to.equal(renderReport(structuredClone(exampleReport)));
  });

  it('stands an empty run: no claims, no curves, no samples', () => {
    const empty = {
      claims: [],
      training: { steps: [], curves: [{ name: 'Loss', values: [], scale: 'linear' as const }] },
      digits: { side: 8, maximum: 16, real: [], generated: [] },
      figures: [],
      paths: [{ name: 'OT', equation: '', trajectories: [], data: [] }],
      averageVelocities: [],
      run: { ...exampleReport.run, settings: [] },
    };
    expect(page(empty).text).not.to.match(/NaN|undefined|Infinity/);
  });
});
