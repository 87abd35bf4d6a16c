/**
 * Tabs on the built site in Chromium, for the suite that calls this: none may complain, and each is closed
 * after its case.
 */
import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.ts';
import { listen, type ServedSite, serveSite } from './built-site.ts';

/** Opens a page of the site, as of `graph.html?x=1`, without animations. */
export type OpenTab = (page: string, options?: BrowserContextOptions) => Promise<Page>;

export function siteTabs(): OpenTab {
  let site: ServedSite;
  let browser: Browser;
  const tabs: { readonly tab: Page; readonly complaints: readonly string[] }[] = [];

  before(async () => {
    site = serveSite();
    browser = await launchChromium();
  });

  afterEach(async () => {
    for (const { tab, complaints } of tabs.splice(0)) {
      expect(complaints).to.deep.equal([]);
      await tab.close();
    }
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  return async (page, options = {}) => {
    const tab = await browser.newPage({
      viewport: { width: 1360, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    tabs.push({ tab, complaints: listen(tab, site.base) });
    await tab.goto(`${site.base}${page}`, { waitUntil: 'networkidle' });
    return tab;
  };
}
