/** The built site (`npm run docs` first), served from a sub-path and looked at in Chromium, page by page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { findFaults } from '../browser/accessibility.ts';
import { launchChromium } from '../browser/chromium.ts';
import { listen, type ServedSite, serveSite, siteFolder } from './built-site.ts';

describe('the built site', function () {
  this.timeout(60_000);
  let site: ServedSite;
  let browser: Browser;
  let base: string;
  let pages: readonly string[];

  before(async () => {
    site = serveSite();
    ({ base, pages } = site);
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  it('loads every page without a complaint or a foreign request, and none is too wide, for a phone neither', async function () {
    this.timeout(300_000); // 60 pages, each until its network is idle
    const tab = await browser.newPage();
    const complaints = listen(tab, base);
    for (const page of pages.filter((name) => name !== '404.html')) {
      await tab.goto(base + page, { waitUntil: 'networkidle' });
      for (const width of [1360, 390]) {
        await tab.setViewportSize({ width, height: 800 });
        const overflow = await tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (overflow > 0) complaints.push(`${page} is ${overflow} pixels too wide for ${width}`);
      }
    }
    await tab.close();
    expect(complaints).to.deep.equal([]);
  });

  it('cuts no line of code and no table, on a phone neither, and typesets every formula', async function () {
    this.timeout(300_000);
    const tab = await browser.newPage();
    const faults: string[] = [];
    for (const page of pages) {
      await tab.goto(base + page);
      for (const width of [1280, 390]) {
        await tab.setViewportSize({ width, height: 900 });
        const cut = await tab.evaluate<number>(`[...document.querySelectorAll('.vp-doc :is(pre, table)')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length`);
        if (cut > 0) faults.push(`${page} cuts ${cut} of its blocks and tables at ${width}`);
      }
      const sources = await tab.evaluate<string[]>(`[...document.querySelectorAll('.vp-doc p, .vp-doc td')]
        .flatMap((element) => {
          const copy = element.cloneNode(true);
          copy.querySelectorAll('.katex, code').forEach((part) => part.remove());
          return copy.textContent.match(/\\S*(?:[_^]\\{|\\p{L}_[a-zθ]\\b)\\S*/gu) ?? [];
        })`);
      // The API's pages show the comments of the code, which are plain text.
      if (sources.length > 0 && !page.startsWith('api/'))
        faults.push(`${page} shows the source of ${sources.join(', ')}`);
    }
    await tab.close();
    expect(faults).to.deep.equal([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault of accessibility on any page (${colorScheme})`, async function () {
      this.timeout(600_000);
      const tab = await browser.newPage({ colorScheme });
      const faults = new Map<string, string>();
      const looks = [
        ...pages.map((page) => ({ page, width: 1360 })),
        // A phone has another bar and another menu, the same on all pages.
        ...['index.html', 'start.html', 'playground.html'].map((page) => ({ page, width: 390 })),
      ];
      for (const { page, width } of looks) {
        await tab.setViewportSize({ width, height: 800 });
        await tab.goto(base + page, { waitUntil: 'networkidle' });
        await tab.waitForSelector('.VPSwitchAppearance[title^="Switch"]', { state: 'attached' }); // hydrated
        // Many pages have the same fault: one of them is enough to see it.
        for (const [fault, element] of await findFaults(tab))
          faults.set(fault, `${page}, ${width}: ${element}`);
      }
      await tab.close();
      expect([...faults].map(([fault, where]) => `${fault} (${where})`)).to.deep.equal([]);
    });
  }

  it('has no broken link, anchors and sources included', async () => {
    const tab = await browser.newPage({ javaScriptEnabled: false }); // as a reader without scripts sees it
    const links = new Set<string>();
    const anchors = new Set<string>();
    for (const page of pages) {
      await tab.goto(base + page);
      const found = await tab.evaluate<{ hrefs: string[]; ids: string[] }>(`({
        hrefs: [...document.querySelectorAll('a[href]')].map((a) => a.href),
        ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
      })`);
      for (const href of found.hrefs) links.add(href);
      for (const id of found.ids) anchors.add(`${base}${page}#${id}`);
      anchors.add(base + page);
    }
    await tab.close();
    const broken = [...links].filter((link) => {
      if (!link.startsWith(base)) return !link.startsWith('https://'); // other servers may be out of reach
      const known = decodeURIComponent(link.replace(/\/(?=#|$)/, '/index.html'));
      return (
        !anchors.has(known) &&
        !(known.includes('/source/') && existsSync(join(siteFolder, known.slice(base.length))))
      );
    });
    expect(broken).to.deep.equal([]);
  });

  it('goes from page to page, and finds what is searched for', async () => {
    const tab = await browser.newPage({ viewport: { width: 1360, height: 800 } });
    const complaints = listen(tab, base);
    await tab.goto(`${base}start.html`, { waitUntil: 'networkidle' });
    await tab.click('.VPSidebar a:has-text("The note, proved")');
    await tab.waitForURL(`${base}note.html`);
    await tab.click('#local-search button');
    await tab.fill('.VPLocalSearchBox input', 'perturbation confusion');
    await tab.click('.VPLocalSearchBox .result');
    await tab.waitForURL(`${base}autodiff-from-scratch.html#**`);
    expect(complaints).to.deep.equal([]);
    await tab.close();
  });

  for (const [query, page] of [
    ['worker', 'api/worker.html'],
    ['pytorch', 'guides/pytorch.html'],
    ['react', 'react.html'],
    ['linear regression', 'guides/regression.html'],
  ] as const) {
    it(`finds ${page} among the first results for '${query}'`, async () => {
      const tab = await browser.newPage({ viewport: { width: 1360, height: 800 } });
      await tab.goto(`${base}start.html`, { waitUntil: 'networkidle' });
      await tab.click('#local-search button');
      await tab.fill('.VPLocalSearchBox input', query);
      const first = tab.locator(`.VPLocalSearchBox li:nth-child(-n + 4) a[href*="/${page}"]`).first();
      await first.waitFor({ timeout: 20_000 });
      await tab.close();
    });
  }

  it('has a page of all names of the API, each with a link', async () => {
    const tab = await browser.newPage();
    await tab.goto(`${base}api/index.html`);
    const names = await tab.$$eval('.vp-doc p > a > code', (links) => links.map((link) => link.innerHTML));
    expect(names).to.include.members(['grad', 'matmul', 'fitFlow', 'fitFlowInWorker', 'loadCsv']);
    await tab.goto(`${base}api/tensors.html`);
    const href = await tab.getAttribute('a:has(> code:text-is("softmax"))', 'href');
    expect(href, 'a method of Tensor').to.match(/reductions\.html#softmax$/);
    await tab.close();
  });
});
