/**
 * Writes docs/images/playground.png and its dark edition, from the built site: `npm run docs`, then
 * `npx tsx spec/docs/write-playground-pictures.ts`. They show a MeanFlow after 2000 steps.
 */
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../browser/chromium.ts';
import { serveSite } from './built-site.ts';

const site = serveSite();
const browser = await launchChromium();
for (const [colorScheme, suffix] of [
  ['light', ''],
  ['dark', '-dark'],
] as const) {
  const tab = await browser.newPage({
    viewport: { width: 1210, height: 760 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  await tab.goto(`${site.base}playground.html?method=meanflow`);
  await tab.waitForSelector('.gap');
  await tab.click('button.main');
  await tab.waitForSelector('.status.done', { timeout: 300_000 });
  for (const layer of ['exactCurves', 'particles']) await tab.uncheck(`.layer.${layer} input`);
  await tab.click('summary');
  await tab.addStyleTag({ content: '.VPNav, .VPLocalNav { display: none } .playground { padding: 20px }' });
  const path = fileURLToPath(new URL(`../../docs/images/playground${suffix}.png`, import.meta.url));
  await tab.locator('.playground').screenshot({ path });
  await tab.close();
}
await browser.close();
site.close();
