/**
 * The main job, `npm start`: checks the note's claims, then trains a MeanFlow on real digits. All results are
 * in out/report.html. `npm start -- --verbose` prints each claim, `npm start -- --seed 1` uses another seed,
 * and `npm start -- --no-compile` runs each training step operation by operation. With `npm start -- --gpu`
 * or FLUXION_GPU=1 it loads gpu.js and sends the GPU the products at which it was faster.
 */

import { defaultSettings } from '../../fit/settings.ts';
import { flag, parseOptions, wholeNumber } from '../arguments.ts';
import type { Console } from '../command.ts';
import { checkClaims, claimsTable, tableWidth } from '../commands/verify-command.ts';
import { loadGpuIfAsked } from '../run/gpu.ts';
import { reportingErrors } from '../run-command-line.ts';
import { summarizeClaims } from './claims-summary.ts';
import { trainAndReport } from './digits-report.ts';

const console: Console = { out: process.stdout, err: process.stderr };
const args = process.argv.slice(2);

process.exitCode = await reportingErrors(args, console, async () => {
  const options = {
    seed: { type: 'string' },
    'no-compile': { type: 'boolean' },
    gpu: { type: 'boolean' },
    verbose: { type: 'boolean' },
  } as const;
  const values = parseOptions(
    'npm start',
    args,
    options,
    'its options are --seed, --no-compile, --gpu and --verbose',
  );
  const seed = wholeNumber('npm start', '--seed', values.seed, 0, defaultSettings.seed);
  const startedAt = new Date();
  console.out.write('The note, verified\n\n');
  const claims = checkClaims(console);
  console.out.write(
    flag(values.verbose) ? claimsTable(claims, console) : summarizeClaims(claims, tableWidth(console)),
  );
  console.out.write(`\nA MeanFlow trained on 1,797 handwritten digits\n\n`);
  const settings = { ...defaultSettings, seed };
  const compile = !flag(values['no-compile']);
  const onGpu = await loadGpuIfAsked(values.gpu, console);
  const figuresHold = trainAndReport(console, settings, 'out', claims, { startedAt, compile, onGpu });
  return figuresHold && claims.every(({ passed }) => passed) ? 0 : 1;
});
