/** From the words of a command line to options, with errors that a user can act on. */
import { parseArgs } from 'node:util';
import { FluxionError } from '../../lib/index.ts';

/** A command line that makes no sense: exit code 2. */
export class UsageError extends FluxionError {
  static {
    UsageError.prototype.name = 'UsageError';
  }
}

/** An option of a command: `--name <value>`, which may be repeated if `multiple`, or a `--flag`. */
export interface OptionKind {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
}

/** What was given for each of the options. */
export type OptionValues<T extends Readonly<Record<string, OptionKind>>> = {
  readonly [K in keyof T]?: T[K]['type'] extends 'boolean'
    ? boolean
    : T[K] extends { multiple: true }
      ? string[]
      : string;
};

/** Flags that every command takes; `run.ts` looks at them. */
const commonOptions = { help: { type: 'boolean', short: 'h' }, debug: { type: 'boolean' } } as const;

/**
 * The values of a command's options, written as `--name value` or `--name=value`.
 * @throws UsageError for an unknown option, a missing value or a word too many
 * @example const { seed } = parseOptions('train', args, { seed: { type: 'string' } });
 */
export function parseOptions<const T extends Readonly<Record<string, OptionKind>>>(
  command: string,
  args: readonly string[],
  options: T,
  advice = `see fluxion ${command} --help`,
): OptionValues<T> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, ...commonOptions },
      strict: true,
    });
    return values as OptionValues<T>;
  } catch (error) {
    // Node's messages are good, but some go on with advice in further sentences.
    const [sentence = ''] = (error as Error).message.split(/\. |\.?\n/);
    const reason = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
    throw new UsageError(`${command}: ${reason}; ${advice}`);
  }
}

/**
 * A whole number of at least `least` written out, or the default if it is not given.
 * @throws UsageError for anything else
 * @example const steps = wholeNumber('train', '--steps', values.steps, 1, 1000);
 */
export function wholeNumber(
  command: string,
  option: string,
  text: string | undefined,
  least: number,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${command}: wanted a whole number ≥ ${least} for ${option}, got '${text}'`);
}

/**
 * A finite number written out, or undefined if it is not given.
 * @throws UsageError for anything else
 */
export function finiteNumber(command: string, option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError(`${command}: wanted a number for ${option}, got '${text}'`);
}

/** A flag that was not given is false. */
export function flag(value: boolean | undefined): boolean {
  return value === true;
}

/**
 * The folder that a command is about, which comes first, and the other words.
 * @throws UsageError if it is missing
 */
export function folderArgument(
  command: string,
  [folder, ...rest]: readonly string[],
): { readonly folder: string; readonly rest: readonly string[] } {
  if (folder !== undefined && folder !== '' && !folder.startsWith('-')) return { folder, rest };
  throw new UsageError(`${command}: wanted the folder of a run first, as in fluxion ${command} out`);
}
