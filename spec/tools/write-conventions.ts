/**
 * Writes docs/conventions.md from spec/autograd/conventions.ts: `npx tsx spec/tools/write-conventions.ts`.
 */
import { writeFileSync } from 'node:fs';
import { conventionsPage, pageUrl } from '../autograd/conventions-page.ts';

writeFileSync(pageUrl, conventionsPage());
