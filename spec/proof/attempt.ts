/** Tries a planted mistake in this process: with a changed source in place of a file, what fails? */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import type { runCommandLine } from '../../flows/cli/run-command-line.ts';
import { load } from '../autograd/mutation/modules.ts';
import type { Mistake } from './mistake.ts';

/** Sources that stand in place of files, by the files' full paths. */
export type Sources = ReadonlyMap<string, string>;

/** @throws Error unless the text that the mistake replaces occurs exactly once in its file */
export function plant({ file, from, to }: Mistake): Sources {
  const source = readFileSync(pathOf(file), 'utf8');
  const count = source.split(from).length - 1;
  if (count !== 1) throw new Error(`${file}: wanted one place with '${from}', found ${count}`);
  return new Map([[pathOf(file), source.replace(from, () => to)]]);
}

/** The first test of a spec that fails, and what it says; null if all pass. */
export async function failureOfSpec(spec: string, sources: Sources): Promise<string | null> {
  const mocha = new Mocha({ bail: true, timeout: 60_000, reporter: class {} as never });
  try {
    withGlobalsOf(mocha, spec, () => load(pathOf(spec), sources, isSharedBeside(sources)));
  } catch (error) {
    if (isNoProgram(error)) throw error;
    return String(error);
  }
  return new Promise((resolve, reject) => {
    let failure: string | null = null;
    const runner = mocha.run(() => {
      runner.dispose();
      resolve(failure);
    });
    runner.on('fail', (test, error) => {
      failure ??= `${test.fullTitle()}: ${error.message}`;
      if (isNoProgram(error)) reject(error);
    });
  });
}

/** What `fluxion verify`, asked for these claims, says in its last line if one fails; null if all hold. */
export async function failureOfClaims(only: readonly string[], sources: Sources): Promise<string | null> {
  const entry = load(pathOf('flows/cli/run-command-line.ts'), sources, isSharedBeside(sources));
  const { runCommandLine: run } = entry as { runCommandLine: typeof runCommandLine };
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  const words = ['verify', ...only.flatMap((claim) => ['--only', claim]), '--debug'];
  const code = await run(words, { out: stream, err: stream } as never);
  const said = lines.join('').trim();
  if (code === 0) return null;
  if (code !== 1 || /(Reference|Syntax)Error/.test(said)) throw new Error(said);
  return said.split('\n').at(-1) as string;
}

/** A change that is no program shows nothing about the checks: it breaks whatever they are. */
function isNoProgram(error: unknown): boolean {
  return error instanceof ReferenceError || error instanceof SyntaxError;
}

/** What `lib` holds costs most to evaluate. It is evaluated anew only for mistakes in it. */
function isSharedBeside(sources: Sources): (path: string) => boolean {
  const lib = pathOf('lib/');
  const isChanged = [...sources.keys()].some((path) => path.startsWith(lib));
  return (path) => !isChanged && path.startsWith(lib);
}

/** Calls `act` while `describe` and `it` are this mocha's, and not those of one that runs around it. */
function withGlobalsOf(mocha: Mocha, spec: string, act: () => void): void {
  const names = ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach', 'context', 'specify', 'run'];
  const outside = names.map((name) => [name, Reflect.get(globalThis, name)] as const);
  mocha.suite.emit('pre-require', globalThis, pathOf(spec), mocha);
  try {
    act();
  } finally {
    Object.assign(globalThis, Object.fromEntries(outside));
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
