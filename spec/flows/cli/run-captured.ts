import { Writable } from 'node:stream';
import { runCommandLine } from '../../../flows/cli/run-command-line.ts';

/** Runs a command line and keeps what it writes. */
export async function runCaptured(
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await runCommandLine(args, { out: stream('out'), err: stream('err') });
  return { code, ...written };
}
