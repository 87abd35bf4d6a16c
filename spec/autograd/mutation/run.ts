/**
 * The mutation check: each derivative rule is made wrong in every way that `mutants.ts` knows, one at a time,
 * and the specs must notice. Prints the score, and every mutant that nothing noticed.
 * `npm run check:mutation`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { load } from './modules.ts';
import { applyTo, type Mutant, mutantsOf } from './mutants.ts';
import { rulesIn } from './rules.ts';
import type { firstFailure } from './suite.ts';

const here = dirname(fileURLToPath(import.meta.url));
const autograd = join(here, '../../../autograd');
const addition = join(autograd, 'operations/addition.ts');
const suite = join(here, 'suite.ts');

/**
 * Mutants that change only cost, text or a zero's sign: one product becomes many, or a tape keeps too much.
 */
const equivalent: readonly string[] = [
  'operations/matmul.ts: change a choice: !batched[1] → batched[1]',
  'derivatives/checkpoint.ts: drop a call: checkpoint(vmap(run({ body }), { inAxes })) → vmap(run({ body }), { inAxes })',
  'derivatives/loop.ts: drop a call: graphOf({ ...body, outputs }) → { ...body, outputs }',
  'derivatives/loop.ts: change a choice: true → false',
  'derivatives/loop.ts: flip the sign: zerosOf(type) → ((y) => y && negate(y))(zerosOf(type))',
];

function main(only: string | undefined): void {
  const unmutated = failureWith(new Map(), new Set());
  if (unmutated !== null) throw new Error(`the suite fails without a mutant: ${unmutated}`);
  const started = performance.now();
  let [caught, total] = [0, 0];
  for (const path of filesWithRules(only)) {
    const survivors: string[] = [];
    const { source, mutants: all } = mutantsIn(path);
    const suspects = new Set([...source.matchAll(/'(\w+)'/g)].map(([, name]) => name as string));
    const file = relative(autograd, path).split(sep).join('/');
    const mutants = all.filter((mutant) => !equivalent.includes(`${file}: ${describe(source, mutant)}`));
    for (const mutant of mutants) {
      const changed = applyTo(source, mutant, `./${relative(dirname(path), addition)}`);
      if (failureWith(new Map([[path, changed]]), suspects) === null)
        survivors.push(`line ${lineOf(source, mutant)}, ${describe(source, mutant)}`);
    }
    caught += mutants.length - survivors.length;
    total += mutants.length;
    console.log(`${file.padEnd(34)} ${mutants.length - survivors.length} of ${mutants.length} caught`);
    for (const survivor of survivors) console.log(`    not caught: ${survivor}`);
  }
  const score = ((100 * caught) / total).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${caught} of ${total} mutants caught: ${score} % in ${seconds} s`);
  if (caught < total) process.exitCode = 1;
}

function filesWithRules(only: string | undefined): readonly string[] {
  const inFolder = (folder: string) =>
    readdirSync(join(autograd, folder)).map((name) => join(autograd, folder, name));
  const files = [
    ...inFolder('operations'),
    ...inFolder('core'),
    join(autograd, 'derivatives', 'checkpoint.ts'),
    join(autograd, 'derivatives', 'loop.ts'),
  ];
  return files.filter(
    (path) => (only === undefined || path.includes(only)) && mutantsIn(path).mutants.length > 0,
  );
}

function mutantsIn(path: string): { readonly source: string; readonly mutants: readonly Mutant[] } {
  const source = readFileSync(path, 'utf8');
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  return { source, mutants: rulesIn(tree).flatMap(mutantsOf) };
}

/** Null if nothing notices. Throws for a mutant that is not a valid program: `mutants.ts` has a mistake. */
function failureWith(sources: ReadonlyMap<string, string>, suspects: ReadonlySet<string>): string | null {
  const isShared = (path: string) => path.split(sep).includes('lib');
  const { firstFailure: run } = load(suite, sources, isShared) as { firstFailure: typeof firstFailure };
  return run(suspects);
}

function describe(source: string, { kind, start, end, replacement }: Mutant): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('require(OPERATIONS).', '');
  return `${kind}: ${oneLine(source.slice(start, end))} → ${oneLine(replacement)}`;
}

function lineOf(source: string, { start }: Mutant): number {
  return source.slice(0, start).split('\n').length;
}

main(process.argv[2]);
