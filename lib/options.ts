/** How operations take options: one call adds the defaults and refuses unknown options. */
import { ArgumentError, describe } from './errors.ts';

/** Stands in the place of a default: the caller must give this option. */
export const required: unique symbol = Symbol('required');

/**
 * A default for every option of T. It is `required` where T requires the option, and `undefined` where
 * absence has a meaning of its own.
 */
export type Defaults<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? T[K] | undefined : typeof required;
};

/** The options of T with their defaults D. An option may be undefined only where its default is. */
export type Completed<T, D extends Defaults<T>> = {
  readonly [K in keyof Required<T>]: undefined extends D[K] ? Required<T>[K] | undefined : Required<T>[K];
};

/** Keys of D that T does not have. */
type Unknown<T, D> = { readonly [K in Exclude<keyof D, keyof T>]: never };

/**
 * The options with their defaults. An option that is `undefined` gets its default. The call compiles only if
 * the defaults name every option of the type T and nothing else.
 *
 * @throws ArgumentError if the options are no object, if one is unknown, or if a required one is missing.
 * @example const { axes, keepDims } = completeOptions('sum', { axes: undefined, keepDims: false }, options);
 */
export function completeOptions<T extends object, const D extends Defaults<T>>(
  operation: string,
  defaults: D & Unknown<T, D>,
  options: T | undefined,
): Completed<T, D> {
  const completed: Record<string, unknown> = { ...defaults };
  if (options !== undefined) requireKnown(operation, completed, options);
  const given = options as Record<string, unknown> | undefined;
  for (const name in completed) {
    const value = given?.[name];
    if (value !== undefined) completed[name] = value;
    else if (completed[name] === required) throw missing(operation, name, defaults, options);
  }
  return completed as Completed<T, D>;
}

function requireKnown(operation: string, known: object, options: object): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw noObject(operation, known, options);
  }
  for (const name in options) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known).join(', ');
    throw new ArgumentError(
      `${operation}: unknown option '${name}'; ${names === '' ? 'it takes none' : `the options are ${names}`}`,
    );
  }
}

function missing(operation: string, name: string, known: object, options: object | undefined): ArgumentError {
  if (options === undefined) return noObject(operation, known, options);
  return new ArgumentError(`${operation}: wanted the option ${name}, got undefined`);
}

function noObject(operation: string, known: object, got: unknown): ArgumentError {
  const names = Object.keys(known);
  const listed = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return new ArgumentError(`${operation}: wanted an object of options${listed}, got ${describe(got)}`);
}
