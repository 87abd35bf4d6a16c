/**
 * Right calls with one thing wrong: an argument missing, or one of its places (a field, an entry of a list)
 * taken by a value of another kind. Such a call returns, if the value has a meaning there, or it throws an
 * error of ours that begins with the name of an operation.
 */
import { FluxionError, Tensor, tensor } from '../../autograd/index.ts';

/** The arguments of a right call, made anew for each wrong one. */
export type RightCalls = Readonly<Record<string, () => readonly unknown[]>>;

/** What was wrong, by name, so that a failure says it. */
export const wrongValues: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  NaN: Number.NaN,
  '-1': -1,
  '0.5': 0.5,
  '1e300': 1e300,
  '-Infinity': Number.NEGATIVE_INFINITY,
  "'text'": 'text',
  true: true,
  '{}': {},
  '[]': [],
  '[null]': [null],
  '[[1], [2, 3]]': [[1], [2, 3]],
  'new Map()': new Map(),
  '() => undefined': () => undefined,
  'a scalar tensor': tensor(2),
  'a tensor [3, 1, 2]': tensor([[[1, 2]], [[3, 4]], [[5, 6]]]),
  'an empty tensor': tensor([]),
  'an int32 tensor': tensor([5, 7], { dtype: 'int32' }),
  'a bool tensor': tensor([true, false], { dtype: 'bool' }),
};

/** One wrong call: its arguments, and what is wrong with them in words. */
export interface WrongCall {
  readonly args: readonly unknown[];
  readonly what: string;
  readonly value: unknown;
  readonly right: unknown;
}

/** Every wrong call that differs from a right one in one place. */
export function* wrongCalls(right: () => readonly unknown[]): Generator<WrongCall> {
  const count = right().length;
  for (let given = 0; given < count; given++)
    yield {
      args: right().slice(0, given),
      what: `${given} arguments`,
      value: undefined,
      right: right()[given],
    };
  for (const place of placesOf(right()))
    for (const [said, value] of Object.entries(wrongValues)) {
      if (said === '1e300' && endless.test(place.join('.'))) continue;
      if (value !== undefined && isMade(at(right(), place.slice(0, -1)))) continue;
      const args = right();
      yield {
        args: put(args, place, value) as readonly unknown[],
        what: `${place.join('.')} = ${said}`,
        value,
        right: at(args, place),
      };
    }
}

/** How often something is done: a huge number is right there, and takes for ever. */
const endless = /steps|iterations|projections|repeats|networks|period|history/i;

const deepest = 3;

/** The paths to the arguments, and to what stands in them. */
function placesOf(tree: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isBranch(tree) || path.length === deepest) return [];
  // The entries of a list are alike: the first stands for all, but the arguments are not.
  const keys = Object.keys(tree).slice(0, path.length > 0 && Array.isArray(tree) ? 1 : undefined);
  return keys.flatMap((key) => {
    const place = [...path, key];
    return isMade(tree) ? [place] : [place, ...placesOf((tree as Record<string, unknown>)[key], place)];
  });
}

/** Whether a function of ours made the object: who takes it asks whether it is one, no more. */
function isMade(x: unknown): boolean {
  return (
    isBranch(x) && ['conditionalVelocity', 'initialise', 'equations', 'primitive'].some((name) => name in x)
  );
}

function isBranch(x: unknown): x is object {
  if (typeof x !== 'object' || x === null || x instanceof Tensor) return false;
  return Array.isArray(x) || Object.getPrototypeOf(x) === Object.prototype;
}

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce((node, key) => (node as Record<string, unknown>)[key], tree);
}

function put(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(tree) ? [...tree] : { ...(tree as object) }) as Record<string, unknown>;
  copy[key] = put(copy[key], rest, value);
  return copy;
}

/** What the error of a wrong call lacks: a class of ours, or the operation that it names. */
export function faultOf(error: unknown): string | undefined {
  if (!(error instanceof FluxionError)) return `raw ${String(error)}`;
  const names = /^[\w.]+: |^JavaScript's operators take no tensors/.test(error.message);
  return names ? undefined : `it names no operation: ${error.message}`;
}
