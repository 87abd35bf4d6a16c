/** The report of the main job in Chromium: as wide as the window, quiet, and usable by everybody. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { renderReport } from '../../flows/report/index.ts';
import { exampleReport } from '../flows/report/example.ts';
import { findFaults } from './accessibility.ts';
import { launchChromium } from './chromium.ts';

describe('the report in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser?.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault of accessibility, nothing to complain about, and fits a phone (${colorScheme})`, async () => {
      const tab = await browser.newPage({ colorScheme });
      const complaints: string[] = [];
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('pageerror', (error) => complaints.push(error.message));
      await tab.setContent(renderReport(exampleReport));
      for (const width of [1280, 390]) {
        await tab.setViewportSize({ width, height: 800 });
        expect(
          await tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
          `${width}`,
        ).to.equal(0);
        const faults = await findFaults(tab);
        expect([...faults].map(([fault, where]) => `${fault} (${where})`)).to.deep.equal([]);
      }
      expect(complaints).to.deep.equal([]);
      await tab.close();
    });
  }
});
