/** Reads options from the words of a command line. Every mistake gets a UsageError that says what to do. */
import { parseArgs } from 'node:util';
import { FluxionError } from '../../lib/index.ts';
import { suggestion } from './suggestion.ts';

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
 * Reads the values of a command's options, written as `--name value` or `--name=value`. A value may be a
 * negative number.
 * @throws UsageError for an unknown option, a missing value, or a word that belongs to no option
 * @example const { seed } = parseOptions('train', args, { seed: { type: 'string' } });
 */
export function parseOptions<const T extends Readonly<Record<string, OptionKind>>>(
  command: string,
  args: readonly string[],
  options: T,
  advice = `see fluxion ${command} --help`,
): OptionValues<T> {
  const known = { ...options, ...commonOptions };
  try {
    const { values } = parseArgs({ args: withNegativeNumbers(args, known), options: known, strict: true });
    return values as OptionValues<T>;
  } catch (error) {
    // Node's messages are good, but some go on with advice in further sentences.
    const [sentence = ''] = (error as Error).message.split(/\. |\.?\n/);
    const reason = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(
      'is ambiguous',
      'missing',
    );
    const [, unknown = ''] = /^Unknown option '(--[^']*)'/.exec(sentence) ?? [];
    const names = Object.keys(known).map((name) => `--${name}`);
    throw new UsageError(`${command}: ${reason}${suggestion(unknown, names)}; ${advice}`);
  }
}

/** The words with each `--name -5` as `--name=-5`, because Node takes a word with a dash for an option. */
function withNegativeNumbers(
  args: readonly string[],
  options: Readonly<Record<string, OptionKind>>,
): string[] {
  const words: string[] = [];
  for (const word of args) {
    const [, name = ''] = /^--([^=]+)$/.exec(words.at(-1) ?? '') ?? [];
    const takesValue = Object.hasOwn(options, name) && options[name]?.type === 'string';
    if (takesValue && /^-\.?\d/.test(word)) words[words.length - 1] += `=${word}`;
    else words.push(word);
  }
  return words;
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

/**
 * Reads the guidance scale. Returns undefined if the option is not given.
 * @throws UsageError for any other text, and for a negative number, which would lead away from the class
 * @example const guidance = guidanceScale('sample', values.guidance);
 */
export function guidanceScale(command: string, text: string | undefined): number | undefined {
  const scale = finiteNumber(command, '--guidance', text);
  if (scale === undefined || scale >= 0) return scale;
  throw new UsageError(
    `${command}: wanted a number ≥ 0 for --guidance, got '${text}'; 0 ignores the class, 1 asks for it, and more exaggerates it`,
  );
}

/** The lines of `--help` about `--guidance`. */
export const guidanceHelp = `  --guidance <w>     0 ignores the class, 1 (the default) asks for it, more exaggerates it (for cfm
                     and ot-cfm; two evaluations a step)
`;

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
