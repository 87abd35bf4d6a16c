/** The command line, as a function from words to an exit code. */
import { escapeControls } from '../formats/shown-text.ts';
import { UsageError } from './arguments.ts';
import type { Command, Console } from './command.ts';
import { benchCommand } from './commands/bench-command.ts';
import { evaluateCommand } from './commands/evaluate-command.ts';
import { exportCommand } from './commands/export-command.ts';
import { likelihoodCommand } from './commands/likelihood-command.ts';
import { sampleCommand } from './commands/sample-command.ts';
import { trainCommand } from './commands/train-command.ts';
import { verifyCommand } from './commands/verify-command.ts';
import { suggestion } from './suggestion.ts';
import { packageVersion } from './version.ts';

const commands: readonly Command[] = [
  verifyCommand,
  trainCommand,
  sampleCommand,
  likelihoodCommand,
  evaluateCommand,
  exportCommand,
  benchCommand,
];

const help = `Usage: fluxion <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

fluxion <command> --help tells more about a command, fluxion --version which fluxion this is.
`;

/**
 * Runs a command.
 * @returns the exit code: 0 for success, 1 for a failure, 2 for a mistake in the command line
 * @example process.exitCode = await runCommandLine(['verify', '--only', 'gradient'], { out: process.stdout, err: process.stderr });
 */
export function runCommandLine(args: readonly string[], console: Console): Promise<number> {
  return reportingErrors(args, console, () => {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      console.out.write(help);
      return name === undefined ? 2 : 0;
    }
    if (name === '--version') {
      console.out.write(`${packageVersion()}\n`);
      return 0;
    }
    const command = commands.find((candidate) => candidate.name === name);
    if (command === undefined) {
      const known = commands.map((candidate) => candidate.name);
      throw new UsageError(
        `there is no command '${name}'${suggestion(name, known)}; the commands are ${known.join(', ')}`,
      );
    }
    if (rest.includes('--help') || rest.includes('-h')) {
      console.out.write(command.help);
      return 0;
    }
    return command.run(rest, console);
  });
}

/**
 * Runs a job. If it throws, writes the message in one line and returns the exit code. With `--debug` among
 * the words, it writes the stack trace instead.
 */
export async function reportingErrors(
  args: readonly string[],
  console: Console,
  job: () => number | Promise<number>,
): Promise<number> {
  try {
    return await job();
  } catch (error) {
    const isTraced = args.includes('--debug') && error instanceof Error;
    const lines = isTraced
      ? (error.stack ?? error.message).split('\n')
      : [oneLine(error instanceof Error ? error.message : String(error))];
    // What a file says may hold characters that a terminal obeys.
    console.err.write(`fluxion: ${lines.map(escapeControls).join('\n')}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Joins the lines of a message, because a user's text in it may have line breaks. */
function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}
