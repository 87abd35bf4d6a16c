/** The report of the main job in Chromium: as wide as the window, quiet, and usable by everybody. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { renderRunReport } from '../../flows/report/index.ts';
import { renderReport } from '../../flows/report/render.ts';
import { exampleReport } from '../flows/report/example.ts';
import { exampleRun } from '../flows/report/run-example.ts';
import { findFaults } from './accessibility.ts';
import { launchChromium } from './chromium.ts';

/** What is wider than the card around it. A row of claims scrolls on its own, if at all. */
const widerThanTheirCards = `[...document.querySelectorAll('main *, header *')].flatMap((element) => {
  const card = element.parentElement.closest('figure, .scroll, details, section, .page');
  if (!card || element.closest('.hidden, .math, svg *')) return [];
  const [inner, outer] = [element.getBoundingClientRect(), card.getBoundingClientRect()];
  return inner.width > 0 && (inner.right > outer.right + 1 || inner.left < outer.left - 1)
    ? [element.tagName + ': ' + element.textContent.slice(0, 40)]
    : [];
})`;

describe('the report in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser?.close());

  const pages = { 'of npm start': renderReport(exampleReport), 'of a table': renderRunReport(exampleRun) };
  for (const [name, text] of Object.entries(pages))
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`${name} has no serious fault of accessibility, nothing to complain about, and fits a phone (${colorScheme})`, async () => {
        const tab = await browser.newPage({ colorScheme });
        const complaints: string[] = [];
        tab.on('console', (message) => complaints.push(message.text()));
        tab.on('pageerror', (error) => complaints.push(error.message));
        await tab.setContent(text);
        await tab.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
        for (const width of [1280, 390]) {
          await tab.setViewportSize({ width, height: 800 });
          expect(
            await tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
            `${width}`,
          ).to.equal(0);
          expect(await tab.evaluate(widerThanTheirCards), `${width}`).to.deep.equal([]);
          const faults = await findFaults(tab);
          expect([...faults].map(([fault, where]) => `${fault} (${where})`)).to.deep.equal([]);
        }
        expect(complaints).to.deep.equal([]);
        await tab.close();
      });
    }
});
