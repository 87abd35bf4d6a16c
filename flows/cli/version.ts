import { createRequire } from 'node:module';

/** The version in package.json. Node resolves the path, which differs between the sources and the build. */
export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('fluxion/package.json') as { version: string };
  return version;
}
