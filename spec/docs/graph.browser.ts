/** The page on which a graph is stepped through, in Chromium. */
import { expect } from 'chai';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { findFaults } from '../browser/accessibility.ts';
import { siteTabs } from './site-tabs.ts';

describe('the graph page', function () {
  this.timeout(60_000);
  const openTab = siteTabs();

  async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
    const tab = await openTab(`graph.html${query}`, { viewport: { width: 1360, height: 800 }, ...options });
    await tab.waitForSelector('.graph-panel');
    return tab;
  }

  const queryOf = (entries: Readonly<Record<string, string | number>>) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(entries)) query.set(name, String(value));
    return `?${query}`;
  };
  const texts = (tab: Page, selector: string) => tab.locator(selector).allTextContents();
  const position = async (tab: Page) => (await texts(tab, '.count'))[0];
  const current = async (tab: Page) => (await texts(tab, '.node.current .name')).join(' ');

  it('ends at closed-form derivatives, those of one call as well', async () => {
    const [x, y, dx, dy] = [0.75, -1.5, 2, 0.5];
    const radius = Math.hypot(x, y);
    const sigmoid = 1 / (1 + Math.exp(-(x - 2 * y)));
    const gaussian = Math.exp(-(x * x + y * y) / 2);
    const exact: readonly (readonly [text: string, byX: number, byY: number])[] = [
      ['sin(x) * y + exp(x * y)', Math.cos(x) * y + y * Math.exp(x * y), Math.sin(x) + x * Math.exp(x * y)],
      ['sqrt(x^2 + y^2)', x / radius, y / radius],
      ['sigmoid(x - 2 * y)', sigmoid * (1 - sigmoid), -2 * sigmoid * (1 - sigmoid)],
      ['exp(-(x^2 + y^2) / 2)', -x * gaussian, -y * gaussian],
      ['x * x', 2 * x, 0],
    ];
    for (const [f, byX, byY] of exact) {
      const tab = await open(queryOf({ f, x, y, dx, dy, step: 99 }));
      for (const column of [2, 3]) {
        const cells = await texts(tab, `.whole tbody td:nth-child(${column})`);
        const [tangent, ...gradient] = cells.map((cell) => Number(cell.replace('−', '-')));
        expect(gradient[0], f).to.be.closeTo(byX, 1e-11);
        expect(gradient[1], f).to.be.closeTo(byY, 1e-11);
        expect(tangent, f).to.be.closeTo(byX * dx + byY * dy, 1e-11);
      }
    }
  });

  it('steps by the keys, by buttons, by the slider, and by itself', async () => {
    const tab = await open();
    expect(await position(tab)).to.equal('0 / 13');
    expect(await texts(tab, '.node .value')).to.deep.equal(Array.from({ length: 21 }, () => ''));
    const seen: string[] = [];
    for (let step = 1; step <= 13; step++) {
      await tab.keyboard.press('ArrowRight');
      seen.push(await current(tab));
    }
    expect(seen[0]).to.equal('x y');
    expect(seen.slice(1, 6).map((name) => name.slice(0, 2))).to.deep.equal(['v₁', 'v₂', 'v₃', 'v₄', 'v₅']);
    expect(seen.slice(6, 12).map((name) => name.slice(0, 2))).to.deep.equal([
      'v₅',
      'v₅',
      'v₄',
      'v₃',
      'v₂',
      'v₁',
    ]);
    expect(await texts(tab, '.nodes td.cotangent')).to.deep.equal([
      '7.19',
      '1.84',
      '2',
      '1',
      '2.72',
      '1',
      '1',
    ]);

    await tab.keyboard.press('ArrowLeft');
    expect(await position(tab)).to.equal('12 / 13');
    await tab.focus('button[aria-label="Step back"]');
    await tab.keyboard.press('Enter');
    expect(await position(tab)).to.equal('11 / 13');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Space');
    expect(await position(tab)).to.equal('12 / 13');
    await tab.keyboard.press('Home');
    expect(await position(tab)).to.equal('0 / 13');
    await tab.focus('input[type="range"]');
    await tab.keyboard.press('ArrowRight');
    await tab.keyboard.press('ArrowRight');
    expect(await current(tab)).to.equal('v₁ = sin(x)');
    expect(await texts(tab, '.edge.forward text')).to.deep.equal(['×0.878']);
    expect(await texts(tab, '[aria-live]')).to.deep.equal([
      'Step 2 of 13. Forward: v₁ = sin(x). v1 = sin(x): primal 0.479, tangent 0.878.',
    ]);

    await tab.click('button:has-text("Play")');
    await tab.waitForFunction(`document.querySelector('.count').textContent === '4 / 13'`);
    await tab.click('button:has-text("Pause")');
    expect(await position(tab)).to.equal('4 / 13');
  });

  it('takes another expression, point and direction, and says at the field what it cannot read', async () => {
    const tab = await open('?step=3');
    await tab.fill('#graph-f', 'tanh(z)');
    const message = tab.locator('[role=alert]');
    expect(await message.textContent()).to.match(/no ‘z’ here.*x, y, pi, e/);
    expect(await tab.getAttribute('#graph-f', 'aria-invalid')).to.equal('true');
    expect(await tab.getAttribute('#graph-f', 'aria-describedby')).to.equal(await message.getAttribute('id'));
    await tab.fill('#graph-f', 'tanh(y)');
    expect(await message.count()).to.equal(0);
    expect(await position(tab)).to.equal('0 / 5');
    await tab.fill('#graph-y', 'much');
    expect(await message.textContent()).to.include('‘much’ is not a number');
    await tab.fill('#graph-y', '0,25');
    await tab.fill('#graph-dy', '1');
    await tab.selectOption('#graph-example', { label: 'a radius' });
    expect(await tab.inputValue('#graph-f')).to.equal('sqrt(x^2 + y^2)');
  });

  it('can be shared: the address has it all', async () => {
    const tab = await open();
    await tab.fill('#graph-f', 'x^3 + 2 & y');
    await tab.fill('#graph-f', 'log(x) + 2 * y');
    await tab.fill('#graph-x', '1.5');
    await tab.fill('#graph-dy', '-3');
    await tab.click('button[aria-label="Step forward"]');
    await tab.click('button[aria-label="Step forward"]');
    await tab.waitForURL(/step=2/);
    const other = await open(new URL(tab.url()).search);
    for (const selector of ['#graph-f', '#graph-x', '#graph-y', '#graph-dx', '#graph-dy']) {
      expect(await other.inputValue(selector)).to.equal(await tab.inputValue(selector));
    }
    expect(await other.locator('.graph-panel').innerHTML()).to.equal(
      await tab.locator('.graph-panel').innerHTML(),
    );
    const broken = await open('?f=foo(&x=abc&step=-1');
    expect(await broken.locator('[role=alert]').textContent()).to.include('Expected )');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`fits a phone and has no fault of accessibility midway (${colorScheme})`, async () => {
      const phone = { viewport: { width: 390, height: 700 }, colorScheme };
      for (const f of [
        'sin(x) * y + exp(x * y)',
        'exp(-(x^2 + y^2) / 2)',
        'x*y + y*x + x/y + y/x + x^y + y^x',
      ]) {
        const tab = await open(queryOf({ f, step: 3 }), phone);
        for (let step = 3; step <= 12; step++) {
          await tab.click('button[aria-label="Step forward"]');
          expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth'), f).to.equal(0);
          const { left, right, top, bottom } = await tab.evaluate<
            Record<'left' | 'right' | 'top' | 'bottom', number>
          >(`document.querySelector('.node.current').getBoundingClientRect().toJSON()`);
          expect(left, f).to.be.at.least(0);
          expect(right, f).to.be.at.most(390);
          expect(top, f).to.be.at.least(0);
          expect(bottom, f).to.be.at.most(700);
        }
        expect([...(await findFaults(tab))], f).to.deep.equal([]);
      }
    });
  }
});
