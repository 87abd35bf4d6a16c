/** The home page, in Chromium: a flow that trains by itself, the theorem, and a program that runs. */
import { expect } from 'chai';
import { siteTabs } from './site-tabs.ts';

describe('the home page', function () {
  this.timeout(120_000);
  const openTab = siteTabs();

  it('trains a flow without being asked, and shows the theorem for it', async () => {
    const tab = await openTab('index.html');
    tab.setDefaultTimeout(60_000);
    await tab.waitForSelector('.trained');
    expect(Number(await tab.locator('.trained output').innerText())).to.be.within(1e-4, 0.012);
    await tab.waitForFunction(`document.querySelector('.gap').innerText.includes('10⁻¹')`);
  });

  it('runs the program that it shows', async () => {
    const tab = await openTab('index.html', { viewport: { width: 390, height: 844 } });
    await tab.click('.ten-lines button');
    await tab.waitForSelector('.ten-lines svg');
    expect(await tab.locator('.ten-lines circle').count()).to.equal(300);
    expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).to.equal(0);
  });

  it('has a mark and a card', async () => {
    const tab = await openTab('index.html');
    const [mark, card] = await tab.$$eval('link[rel=icon], meta[property="og:image"]', (elements) =>
      elements.map((element) => element.getAttribute('href') ?? element.getAttribute('content')),
    );
    for (const name of [mark, card]) {
      const { status } = await tab.evaluate<{ status: number }>(
        `fetch(${JSON.stringify(name)}).then(({ status }) => ({ status }))`,
      );
      expect(status, name ?? 'none').to.equal(200);
    }
  });
});
