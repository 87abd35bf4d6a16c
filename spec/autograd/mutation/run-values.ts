/**
 * The mutation check of values: files of `autograd/random` and `flows` whose numbers no derivative rule
 * checks are made wrong, one change at a time, and the specs named beside them must notice.
 * `npm run check:mutation`, or `tsx spec/autograd/mutation/run-values.ts step-times` for some files.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { applyTo } from './mutants.ts';
import { firstFailureOf } from './run-suite.ts';
import { valueMutantsOf } from './value-mutants.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Which specs must notice a mistake in a file. */
const targets: Readonly<Record<string, readonly string[]>> = {
  'flows/solvers/step-times.ts': ['flows/solvers/step-times.spec.ts'],
  'flows/losses/adaptive-weight.ts': ['flows/losses/adaptive-weight.spec.ts'],
  'flows/training/schedules.ts': ['flows/training/schedules.spec.ts'],
  'flows/training/early-stopping.ts': ['flows/training/validation.spec.ts'],
  'flows/training/split-examples.ts': ['flows/training/validation.spec.ts'],
};

/** Mutants that change nothing that anybody can see, each with the reason. */
const equivalent: Readonly<Record<string, string>> = {
  'flows/losses/adaptive-weight.ts: return c ** -p <= largest ? weight : minimum(weight, largest);: <= → <':
    'no weight is above the largest number where c^−p is it',
  'flows/solvers/step-times.ts: const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));: 1 → 2':
    'a factor cancels between the numerator and the denominator',
  'flows/solvers/step-times.ts: const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));: -x → x':
    'the mirrored sigmoid gives the same share of its own range',
  'flows/training/schedules.ts: return (step) => (step < steps ? (followedBy(0) * (step + 1)) / (steps + 1) : followedBy(step - steps));: < → <=':
    'at the last step of the climb both formulas are followedBy(0)',
};

async function main(only: string | undefined): Promise<void> {
  let [caught, total] = [0, 0];
  const started = performance.now();
  for (const [file, names] of Object.entries(targets)) {
    if (only !== undefined && !file.includes(only)) continue;
    const path = join(root, file);
    const specs = names.map((name) => join(root, 'spec', name));
    const source = readFileSync(path, 'utf8');
    const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
    const mutants = valueMutantsOf(tree).map((mutant) => {
      const line = source.slice(0, mutant.start).split('\n').length;
      const text = (source.split('\n')[line - 1] ?? '').trim();
      const change = `${source.slice(mutant.start, mutant.end)} → ${mutant.replacement}`.replaceAll(
        /\s+/g,
        ' ',
      );
      return { mutant, line, name: `${file}: ${text}: ${change}` };
    });
    const unchanged = await timed(() => failureOf(specs, new Map(), 600));
    if (unchanged.result !== null) throw new Error(`${file}: fails without a mutant: ${unchanged.result}`);
    const limit = 5 + 10 * unchanged.seconds;
    const survivors: string[] = [];
    const asked = mutants.filter(({ name }) => !Object.hasOwn(equivalent, name));
    for (const { mutant, line, name } of asked) {
      const changed = new Map([[path, applyTo(source, mutant, '')]]);
      if ((await failureOf(specs, changed, limit)) === null) survivors.push(`line ${line}, ${name}`);
    }
    caught += asked.length - survivors.length;
    total += asked.length;
    console.log(`${file.padEnd(36)} ${asked.length - survivors.length} of ${asked.length} caught`);
    for (const survivor of survivors) console.log(`    not caught: ${survivor}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${caught} of ${total} mutants of values caught in ${seconds} s`);
  if (caught < total) process.exitCode = 1;
}

async function failureOf(
  specs: readonly string[],
  sources: ReadonlyMap<string, string>,
  seconds: number,
): Promise<string | null> {
  for (const spec of specs) {
    const failure = await firstFailureOf(spec, sources, isShared, seconds);
    if (failure !== null) return failure;
  }
  return null;
}

/** The rooms below the mutants are loaded once. */
function isShared(path: string): boolean {
  const [room = ''] = relative(root, path).split(sep);
  return room === 'lib' || room === 'autograd';
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const started = performance.now();
  const result = await act();
  return { result, seconds: (performance.now() - started) / 1000 };
}

await main(process.argv[2]);
