/** Reads options from the words of a command line. Every mistake gets a UsageError that says what to do. */
import { parseArgs } from 'node:util';
import { FluxionError } from '../../lib/index.ts';

/** A mistake in the command line or in a file of settings. The program ends with exit code 2. */
export class UsageError extends FluxionError {
  static {
    UsageError.prototype.name = 'UsageError';
  }
}

/** An option of a command: `--name <value>`, or a flag `--name`. With `multiple`, it can be repeated. */
export interface OptionKind {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
}

/** The values of the options. An option that the command line does not name is undefined. */
export type OptionValues<T extends Readonly<Record<string, OptionKind>>> = {
  readonly [K in keyof T]?: T[K]['type'] extends 'boolean'
    ? boolean
    : T[K] extends { multiple: true }
      ? string[]
      : string;
};

/** The flags that every command takes. `run-command-line.ts` acts on them. */
const commonOptions = { help: { type: 'boolean', short: 'h' }, debug: { type: 'boolean' } } as const;

/**
 * Reads the values of a command's options, written as `--name value` or `--name=value`.
 * @throws UsageError for an unknown option, a missing value, or a word that belongs to no option
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
 * Reads a whole number that is at least `least`. Returns `otherwise` if the option is not given.
 * @throws UsageError for any other text
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
 * Reads a finite number. Returns undefined if the option is not given.
 * @throws UsageError for any other text
 * @example const guidance = finiteNumber('sample', '--guidance', values.guidance);
 */
export function finiteNumber(command: string, option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError(`${command}: wanted a number for ${option}, got '${text}'`);
}

/** Whether a flag is given. */
export function flag(value: boolean | undefined): boolean {
  return value === true;
}

/**
 * Splits the words of a command into the folder, which comes first, and the rest.
 * @throws UsageError if the first word is not a folder
 * @example const { folder, rest } = folderArgument('sample', args);
 */
export function folderArgument(
  command: string,
  [folder, ...rest]: readonly string[],
): { readonly folder: string; readonly rest: readonly string[] } {
  if (folder !== undefined && folder !== '' && !folder.startsWith('-')) return { folder, rest };
  throw new UsageError(`${command}: wanted the folder of a run first, as in fluxion ${command} out`);
}
