/**
 * All settings of a run, and their form in the page's address. Whoever opens the address gets the same run.
 */
import {
  type BackendName,
  backends,
  type CouplingName,
  couplings,
  type DataSetName,
  dataSets,
  isAverage,
  type MethodName,
  methods,
  type PathName,
  paths,
  stepCounts,
} from './choices.ts';
import { decodePoints, encodePoints, type PlanePoint } from './drawn-points.ts';

export interface Settings {
  readonly data: DataSetName;
  /** The drawn points, for the data set 'drawn'. */
  readonly drawn: readonly PlanePoint[];
  readonly path: PathName;
  readonly coupling: CouplingName;
  readonly method: MethodName;
  readonly steps: number;
  readonly seed: number;
  readonly backend: BackendName;
}

export const defaults: Settings = {
  data: 'moons',
  drawn: [],
  path: 'ot',
  coupling: 'independent',
  method: 'cfm',
  steps: 1000,
  seed: 0,
  backend: 'auto',
};

/** The largest seed that `random.key` takes. */
export const largestSeed = 2 ** 32 - 1;

/** Reads the settings from an address. What it cannot use becomes the default, with a sentence about it. */
export function readSettings(query: string): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const parameters = new URLSearchParams(query);
  const problems: string[] = [];
  const read = <T>(name: keyof Settings, parse: (text: string) => T | undefined, fallback: T): T => {
    const text = parameters.get(name);
    if (text === null) return fallback;
    const value = parse(text);
    if (value === undefined)
      problems.push(`The address asks for ${name} = “${shorten(text)}”, which there is not.`);
    return value ?? fallback;
  };
  const settings: Settings = {
    data: read('data', oneOf(dataSets), defaults.data),
    drawn: read('drawn', decodePoints, defaults.drawn),
    path: read('path', oneOf(paths), defaults.path),
    coupling: read('coupling', oneOf(couplings), defaults.coupling),
    method: read('method', oneOf(methods), defaults.method),
    steps: read('steps', (text) => stepCounts.find((count) => String(count) === text), defaults.steps),
    seed: read('seed', parseSeed, defaults.seed),
    backend: read('backend', oneOf(backends), defaults.backend),
  };
  return { settings: consistent(settings), problems };
}

/**
 * The query that `readSettings` reads, with a question mark. It has only the settings that differ from the
 * defaults; without any it is empty.
 */
export function writeSettings(settings: Settings): string {
  const texts = Object.entries(settings).filter(
    ([name, value]) => value !== defaults[name as keyof Settings],
  );
  const query = new URLSearchParams();
  for (const [name, value] of texts) {
    if (name === 'drawn' && settings.data !== 'drawn') continue;
    query.set(name, name === 'drawn' ? encodePoints(settings.drawn) : String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** MeanFlow is made for the straight path; the exact field is that of independent pairs. */
export function consistent(settings: Settings): Settings {
  const { method } = settings;
  return {
    ...settings,
    ...(isAverage(method) && { path: 'ot' as const }),
    ...(method === 'fm' && { coupling: 'independent' as const }),
  };
}

/** A seed from text, if it is one. */
export function parseSeed(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= largestSeed ? Number(text) : undefined;
}

function oneOf<T extends object>(choices: T): (text: string) => (keyof T & string) | undefined {
  return (text) => (Object.hasOwn(choices, text) ? (text as keyof T & string) : undefined);
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
