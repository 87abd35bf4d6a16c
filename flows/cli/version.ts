import { createRequire } from 'node:module';

/** From package.json, which lies elsewhere in the sources than in the built package. */
export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('fluxion/package.json') as { version: string };
  return version;
}
