/**
 * Writes docs/images/playground*.png, from the built site: `npm run docs`, then
 * `npx tsx spec/docs/write-playground-pictures.ts`. They show a MeanFlow before training, on the way, and
 * after 1000 steps; the last one in the dark as well.
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
  const take = async (state: string) => {
    const path = fileURLToPath(new URL(`../../docs/images/playground${state}${suffix}.png`, import.meta.url));
    await tab.locator('.playground').screenshot({ path });
  };
  await tab.goto(`${site.base}playground.html?method=meanflow`);
  await tab.waitForSelector('.gap');
  await tab.addStyleTag({ content: '.VPNav, .VPLocalNav { display: none } .playground { padding: 20px }' });
  if (colorScheme === 'light') await take('-before');
  await tab.click('button.main');
  await tab
    .getByText(/^Step ([5-9]\d\d|1\d\d\d) of/)
    .first()
    .waitFor();
  if (colorScheme === 'light') await take('-during');
  await tab.waitForSelector('.status.done', { timeout: 300_000 });
  await tab.getByRole('button', { name: 'Check now' }).click();
  await tab.getByText('Lengths at step 1000').waitFor();
  for (const layer of ['exactCurves', 'particles']) await tab.uncheck(`.layer.${layer} input`);
  await tab.click('summary');
  await take('');
  await tab.close();
}
await browser.close();
site.close();
