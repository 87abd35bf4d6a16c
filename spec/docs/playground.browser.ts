/** The playground, in Chromium: what it learns, what it keeps, and that everybody can use it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { parseSafetensors } from '../../flows/index.ts';
import { findFaults } from '../browser/accessibility.ts';
import { siteTabs } from './site-tabs.ts';

describe('the playground', function () {
  this.timeout(180_000);
  const openTab = siteTabs();

  async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
    const tab = await openTab(`playground.html${query}`, options);
    tab.setDefaultTimeout(120_000);
    await tab.waitForSelector('.gap'); // the exact field and the theorem have been computed
    return tab;
  }

  const textOf = (tab: Page, selector: string) => tab.locator(selector).innerText();
  const numberOf = async (tab: Page, selector: string) => Number(await textOf(tab, selector));
  const finished = (tab: Page) => tab.waitForSelector('.status.done');
  const valuesOf = (tab: Page) =>
    tab.$$eval('.controls select', (selects) =>
      selects.map((select) => (select as { value?: string }).value),
    );
  const sidewaysOf = (tab: Page) => tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  /** How many pixels of the plane are not empty. */
  const inkOf = (tab: Page) =>
    tab.evaluate<number>(`(() => {
      const canvas = document.querySelector('.canvas canvas');
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      return copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
    })()`);

  async function train(tab: Page): Promise<void> {
    await tab.click('button.main');
    await finished(tab);
  }

  /** The relative difference as it is written: 4.2·10⁻¹⁶. */
  async function gapOf(tab: Page): Promise<number> {
    const [, mantissa, exponent] = (await textOf(tab, '.gap')).match(
      /^([\d.]+)·10⁻(.+)$/,
    ) as RegExpMatchArray;
    return Number(`${mantissa}e-${[...(exponent as string)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)).join('')}`);
  }

  it('learns the moons at its defaults: from an energy distance of 0.067 to below 0.008', async () => {
    const tab = await open();
    expect(await tab.evaluate('crossOriginIsolated || typeof SharedArrayBuffer !== "undefined"')).to.equal(
      false,
    );
    expect(await inkOf(tab), 'the data and the exact paths').to.be.greaterThan(5000);
    await train(tab);
    expect(await numberOf(tab, '.step')).to.equal(1000);
    expect(await numberOf(tab, '.energy')).to.be.within(1e-4, 0.008);
    expect(await gapOf(tab), '∇L_FM against ∇L_CFM').to.be.below(1e-13);
    expect(await textOf(tab, '.theorem .legend'), 'the control').to.match(
      /thousandth the difference is [\d.]+·10⁻[³⁴]/,
    );
  });

  it('learns to jump in one evaluation: MeanFlow reaches 0.03 in 1000 steps', async () => {
    const tab = await open('?method=meanflow&steps=1000');
    expect(await tab.isDisabled('.controls select >> nth=2'), 'its path is straight').to.equal(true);
    await train(tab);
    expect(await numberOf(tab, '.jump-energy')).to.be.within(1e-4, 0.03);
    const before = await inkOf(tab);
    await tab.fill('.evaluations input', '2');
    expect(await textOf(tab, '.evaluations output')).to.equal('4');
    await tab.waitForSelector('.figure:has-text("in 4")');
    expect(await numberOf(tab, '.jump-energy'), 'in four evaluations').to.be.within(1e-4, 0.03);
    await tab.uncheck('.layer.jumps input');
    expect(await inkOf(tab), 'without the arrows').to.be.below(before);
  });

  it('draws the learnt and the exact field at the time of the slider', async () => {
    const tab = await open('?steps=500&coupling=ot');
    await train(tab);
    await tab.uncheck('.layer.data input');
    await tab.uncheck('.layer.particles input');
    await tab.uncheck('.layer.exactCurves input');
    await tab.uncheck('.layer.learntCurves input');
    const axes = await inkOf(tab);
    const shots: string[] = [];
    for (const layer of ['learntArrows', 'exactArrows', 'learntCurves']) {
      await tab.check(`.layer.${layer} input`);
      expect(await inkOf(tab), layer).to.be.greaterThan(axes + 1000);
      shots.push((await tab.locator('.canvas').screenshot()).toString('base64'));
      await tab.uncheck(`.layer.${layer} input`);
    }
    await tab.check('.layer.learntArrows input');
    await tab.fill('.time input', '0.3');
    expect(await textOf(tab, '.time output')).to.equal('0.30');
    shots.push((await tab.locator('.canvas').screenshot()).toString('base64'));
    expect(new Set(shots).size).to.equal(4);
  });

  it('keeps the setting in the address, and says what it cannot make of one', async () => {
    const tab = await open();
    expect(new URL(tab.url()).search).to.equal('');
    await tab.selectOption('.controls select >> nth=0', 'pinwheel');
    await tab.selectOption('.controls select >> nth=2', 'cosine');
    await tab.selectOption('.controls select >> nth=3', 'ot');
    await tab.fill('input[type=number]', '7');
    await tab.press('input[type=number]', 'Tab');
    const { search } = new URL(tab.url());
    expect(search).to.equal('?data=pinwheel&path=cosine&coupling=ot&seed=7');
    const other = await open(search);
    expect(await valuesOf(other)).to.deep.equal(await valuesOf(tab));
    expect(await other.inputValue('input[type=number]')).to.equal('7');
    expect(await other.locator('.problem').count()).to.equal(0);

    const wrong = await open('?data=torus&steps=3&seed=1e99&path=vp');
    expect(await textOf(wrong, '.problem'))
      .to.contain('data = “torus”')
      .and.contain('steps')
      .and.contain('seed');
    expect((await valuesOf(wrong)).slice(0, 3)).to.deep.equal(['moons', 'cfm', 'vp']);
  });

  it('saves weights, and goes on from them with the same energy distance', async () => {
    const tab = await open('?steps=500&data=circles&seed=3');
    await train(tab);
    const download = tab.waitForEvent('download');
    await tab.click('button:text("Save weights")');
    const file = await (await download).path();
    expect(parseSafetensors(readFileSync(file)).metadata).to.deep.equal({
      settings: '?data=circles&steps=500&seed=3',
      step: '500',
    });
    const other = await open();
    await other.setInputFiles('input[type=file]', file);
    await other.waitForSelector('.status:text("Weights loaded")');
    await other.waitForFunction(`document.querySelector('.energy').innerText !== '–'`);
    expect(await textOf(other, '.energy')).to.equal(await textOf(tab, '.energy'));
    expect(new URL(other.url()).search).to.equal('?data=circles&steps=500&seed=3');
    await train(other);
    expect(await numberOf(other, '.step')).to.equal(500);
  });

  it('says what is wrong with a file, leaves the run as it was, and trains on after the end', async () => {
    const tab = await open('?steps=500');
    await train(tab);
    const energy = await textOf(tab, '.energy');
    await tab.setInputFiles('input[type=file]', {
      name: 'x',
      mimeType: 'text/plain',
      buffer: Buffer.from('no weights'),
    });
    await tab.waitForSelector('.status:has-text("parseSafetensors")');
    expect(await textOf(tab, '.energy')).to.equal(energy);
    expect(await numberOf(tab, '.step')).to.equal(500);
    await tab.click('button:text("Train on")');
    await tab.waitForFunction(`document.querySelector('.counter').innerText === 'Step 1000 of 1000'`);
    await finished(tab);
    expect(await numberOf(tab, '.energy')).to.be.within(1e-4, 0.012);
  });

  it('measures the backends, and says so when gpu.js does not load', async () => {
    const tab = await open();
    const row = (name: string) => tab.locator(`.speeds tr:has-text("${name}") td`).first().innerText();
    await tab.waitForSelector('.speeds tr:has-text("WebAssembly")');
    expect(Number(await row('WebAssembly'))).to.be.greaterThan(0.1);
    await tab.selectOption('.controls select >> nth=5', 'javascript');
    await tab.waitForSelector('.speeds tr:has-text("JavaScript")');
    expect(Number(await row('JavaScript'))).to.be.greaterThan(0.01);
    await tab.route('**/gpu-browser*', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("not today")' }),
    );
    await tab.selectOption('.controls select >> nth=5', 'gpu');
    await tab.waitForSelector('.status:has-text("gpu.js did not load")');
    expect(await row('GPU')).to.equal('–');
  });

  it('is used with the keyboard alone, drawing included', async () => {
    const tab = await open();
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await tab.keyboard.press(key);
    };
    const goTo = async (selector: string, key = 'Tab') => {
      for (let i = 0; i < 60; i++) {
        if (await tab.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`))
          return;
        await press(key);
      }
      expect.fail(`${key} does not lead to ${selector}`);
    };
    await tab.evaluate(
      'document.querySelector("h1").setAttribute("tabindex", "-1"); document.querySelector("h1").focus()',
    );
    await goTo('.controls select');
    await tab.keyboard.type('Draw');
    await goTo('.drawing');
    expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).to.equal('solid');
    await press(
      'ArrowLeft',
      'Shift+ArrowUp',
      'Space',
      'ArrowRight',
      'Enter',
      'ArrowDown',
      'Space',
      'Backspace',
    );
    expect(await textOf(tab, '.count')).to.equal('2 points');
    expect(new URL(tab.url()).searchParams.get('drawn')).to.match(/^[\w-]{6}$/);
    await press('Shift+Tab');
    await tab.waitForSelector('.gap');
    await goTo('.pair select', 'Shift+Tab');
    await press('Home');
    await tab.waitForFunction(`document.querySelector('.counter').innerText.endsWith('of 500')`);
    await tab.waitForSelector('button.main:enabled');
    await goTo('button.main', 'Shift+Tab');
    await press('Space');
    await finished(tab);
    expect(await numberOf(tab, '.energy')).to.be.below(0.2);
    expect(await textOf(tab, '.time output'), 'nobody asked for motion').to.equal('1.00');
  });

  it('draws with a pointer, and the address brings the drawing back', async () => {
    const tab = await open();
    await tab.selectOption('.controls select >> nth=0', 'drawn');
    expect(await textOf(tab, '.hint')).to.equal('Draw here');
    await tab.locator('.drawing').scrollIntoViewIfNeeded();
    const { x, y, width } = (await tab.locator('.drawing').boundingBox())!;
    await tab.mouse.move(x + 0.2 * width, y + 0.5 * width);
    await tab.mouse.down();
    await tab.mouse.move(x + 0.8 * width, y + 0.3 * width, { steps: 40 });
    await tab.mouse.up();
    const count = await textOf(tab, '.count');
    expect(Number.parseInt(count, 10)).to.be.within(15, 60);
    const other = await open(new URL(tab.url()).search);
    expect(await textOf(other, '.count')).to.equal(count);
    await other.click('button:text("Clear")');
    expect(await textOf(other, '.count')).to.equal('0 points');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`fits a phone and has no serious fault of accessibility, trained (${colorScheme})`, async () => {
      const tab = await open('?method=imf&steps=500', {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        colorScheme,
      });
      expect(await sidewaysOf(tab)).to.equal(0);
      const { y, height } = (await tab.locator('.canvas').boundingBox())!;
      expect(y + height, 'the button and the plane are on one screen').to.be.below(844);
      await tab.tap('button.main');
      await finished(tab);
      await tab.tap('summary');
      expect(await sidewaysOf(tab)).to.equal(0);
      expect([...(await findFaults(tab))]).to.deep.equal([]);
    });
  }
});
