/**
 * Writes docs/images/<guide>.svg, the pictures that the guides' programs draw:
 * `npx tsx spec/docs/write-guide-pictures.ts`.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guides, runGuide } from './guides.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fluxion-pictures-'));
for (const guide of guides) runGuide(guide, folder);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg')))
  copyFileSync(join(folder, name), join(images, name));
rmSync(folder, { recursive: true });
