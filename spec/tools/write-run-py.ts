/** Writes flows/xla/run-text.ts from run.py beside it: `npx tsx spec/tools/write-run-py.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../flows/xla/', import.meta.url);

/** The module that holds the text of run.py. */
export function runModule(): string {
  const text = readFileSync(new URL('run.py', folder), 'utf8');
  const escaped = text.replace(/[\\`]|\$\{/g, (found) => `\\${found}`);
  return `/** The program that trains an exported step. Written by spec/tools/write-run-py.ts from run.py. */\nexport const runText: string = \`${escaped}\`;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('run-text.ts', folder), runModule());
