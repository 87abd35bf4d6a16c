/** The live figures, in Chromium: what they show changes with what the reader drags. */
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { siteTabs } from './site-tabs.ts';

describe('the live figures', function () {
  this.timeout(120_000);
  const openTab = siteTabs();

  const figure = async (tab: Page, place: number): Promise<Locator> => {
    await tab.waitForSelector('.live-figure svg path');
    const found = tab.locator('.live-figure').nth(place);
    await found.scrollIntoViewIfNeeded();
    return found;
  };
  const drag = (slider: Locator, value: string) => slider.locator('input').fill(value);

  it('show the velocities of the time and of the path that are chosen', async () => {
    const tab = await openTab('note.html');
    const path = await figure(tab, 0);
    const marginal = () => path.locator('.marginal').getAttribute('d');
    const seen = new Set([await marginal()]);
    await drag(path.locator('.slider'), '0.9');
    seen.add(await marginal());
    await path.getByRole('button', { name: 'VP' }).click();
    seen.add(await marginal());
    await path.getByRole('slider', { name: 'Data point 1' }).press('ArrowUp');
    seen.add(await marginal());
    expect(seen.size).to.equal(4);
    const box = (await path.locator('.plane').boundingBox())!;
    await tab.mouse.click(box.x + 0.3 * box.width, box.y + box.height / 2);
    expect(Number(await path.locator('output').innerText())).to.be.within(0.1, 0.5);
  });

  it('draw the gap of the gradients again', async () => {
    const tab = await openTab('note.html');
    const gap = await figure(tab, 1);
    const dots = gap.locator('.gap-dot');
    const before = await dots.count();
    await gap.getByRole('button').click();
    expect(await dots.count()).to.equal(2 * before);
  });

  it('keep MeanFlow’s identity, wherever r and t are, on a phone too', async () => {
    const tab = await openTab('flows.html', { viewport: { width: 390, height: 844 } });
    const average = await figure(tab, 1);
    await drag(average.locator('.slider').nth(1), '0.5');
    await drag(average.locator('.slider').nth(2), '0.6');
    const [u, v, change] = (await average.locator('.identity output').allInnerTexts()).map((text) =>
      Number(text.replace('−', '-')),
    );
    expect(u).to.be.closeTo(v! - change!, 0.01);
    expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).to.equal(0);
  });
});
