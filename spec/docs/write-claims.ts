/**
 * Writes the residuals that the site shows: `npx tsx spec/docs/write-claims.ts`. A spec says when claims have
 * changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ClaimResult, verify } from '../../flows/verify/index.ts';

const target = new URL('../../docs/.vitepress/claims.json', import.meta.url);

/** What a page shows of a claim. */
export type ClaimOnPage = Pick<
  ClaimResult,
  'id' | 'claim' | 'equation' | 'bound' | 'tolerance' | 'residual' | 'margin' | 'detail'
>;

/** The claims as they were last measured. */
export function claimsOnDisk(): readonly ClaimOnPage[] {
  return JSON.parse(readFileSync(target, 'utf8')) as readonly ClaimOnPage[];
}

function measure(): readonly ClaimOnPage[] {
  return verify().map(({ id, claim, equation, bound, tolerance, residual, margin, detail }) => ({
    id,
    claim,
    equation,
    bound,
    tolerance,
    residual,
    margin: Number(margin.toPrecision(1)),
    ...(detail !== undefined && { detail }),
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(target, `${JSON.stringify(measure(), null, 2)}\n`);
