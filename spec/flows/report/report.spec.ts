import { expect } from 'chai';
import { parseHTML } from 'linkedom';
import { renderReport } from '../../../flows/report/index.ts';
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
    const sections = ['note', 'digits', 'figures', 'training', 'paths', 'average-velocity', 'run'];
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
  });

  it('escapes all text', () => {
    const { text, all } = page();
    expect(text).not.to.contain('<script');
    expect(all('.claim th').some((cell) => cell.textContent.startsWith(hostile))).to.equal(true);
    expect(all('.detail').map((cell) => cell.textContent)).to.deep.equal([hostile]);
    expect(all('dd').map((cell) => cell.textContent)).to.include(hostile);
  });

  it('puts the claims of one part together, each with its numbers and its verdict', () => {
    const { all } = page();
    expect(all('.claims .part').map((row) => row.textContent.trim())).to.deep.equal([
      'Flow matching',
      'Errata',
    ]);
    expect(all('.claims .good')).to.have.length(2);
    expect(all('.claims .bad')).to.have.length(1);
    expect(all('.claims .failed th').map((cell) => cell.textContent)).to.deep.equal([
      'The error falls as N−1/2slope = −1/2',
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
