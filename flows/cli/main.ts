#!/usr/bin/env node
import { runCommandLine } from './run-command-line.ts';

// As in `fluxion sample moons --out - | head`: who reads has enough, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2), { out: process.stdout, err: process.stderr });
