/** axe-core in a page: what readers with a screen reader, a keyboard or weak eyes would stumble over. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The serious and critical faults of the page as it is now: each kind once, with the first element that has
 * it.
 */
export async function findFaults(tab: Page): Promise<ReadonlyMap<string, string>> {
  await tab.evaluate(source);
  const { violations } = await tab.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  const faults = new Map<string, string>();
  for (const { id, impact, nodes } of violations) {
    if (impact !== 'serious' && impact !== 'critical') continue;
    for (const { target, failureSummary = '' } of nodes) {
      const fault = `${id}: ${failureSummary.replace(/\s+/g, ' ')}`;
      if (!faults.has(fault)) faults.set(fault, target.join(' '));
    }
  }
  return faults;
}
