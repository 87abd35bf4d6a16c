/**
 * `npm run check:layers`: fails, naming each culprit, when an import runs upwards or a browser file needs
 * Node.
 */
import { fileURLToPath } from 'node:url';
import { findViolations } from './layers.ts';

const violations = findViolations(fileURLToPath(new URL('../../', import.meta.url)));
for (const violation of violations) console.error(violation);
console.log(
  violations.length === 0
    ? 'Layers: every import runs downwards.'
    : `Layers: ${violations.length} forbidden imports.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
