/**
 * The mutation check: each derivative rule is made wrong in every way that `mutants.ts` knows, one at a time,
 * and the specs must notice. Prints the score, and every mutant that nothing noticed.
 * `npm run check:mutation`
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { Judge } from './judge.ts';
import { applyTo, type Mutant, mutantsOf } from './mutants.ts';
import { rulesIn } from './rules.ts';

const autograd = join(dirname(fileURLToPath(import.meta.url)), '../../../autograd');
const addition = join(autograd, 'operations/addition.ts');
const folders = ['operations', 'core', 'derivatives', 'random'];

/**
 * Mutants that change only cost, text or a zero's sign: one product becomes many, or a tape keeps too much. A
 * loop goes on while its condition is not 0, be it a boolean or a number.
 */
const equivalent: readonly string[] = [
  'operations/matmul.ts: change a choice: !batched[1] → batched[1]',
  'derivatives/checkpoint.ts: drop a call: checkpoint(vmap(run({ body }), { inAxes })) → vmap(run({ body }), { inAxes })',
  "derivatives/while-loop.ts: drop a call: greater(sum(cast(active, 'float32')), 0) → sum(cast(active, 'float32'))",
  'derivatives/loop.ts: drop a call: graphOf({ ...body, outputs }) → { ...body, outputs }',
  'derivatives/loop.ts: change a choice: true → false',
  'derivatives/loop.ts: flip the sign: zerosOf(type) → ((y) => y && negate(y))(zerosOf(type))',
];

async function main(only: string | undefined): Promise<void> {
  const judge = new Judge();
  const started = performance.now();
  let [caught, total] = [0, 0];
  for (const path of filesWithRules(only)) {
    const survivors: string[] = [];
    const { source, mutants: all } = mutantsIn(path);
    const file = relative(autograd, path).split(sep).join('/');
    const mutants = all.filter((mutant) => !equivalent.includes(`${file}: ${describe(source, mutant)}`));
    const suspects = [...source.matchAll(/'(\w+)'/g)].map(([, name]) => name as string);
    const question = { file: `autograd/${file}`, specs: ownSpecs(file), suspects };
    await judge.secondsUnchanged(question);
    const seconds = 2 + 5 * (await judge.secondsUnchanged({ ...question, suspects: undefined }));
    for (const mutant of mutants) {
      const changed = applyTo(source, mutant, `./${relative(dirname(path), addition)}`);
      transformSync(changed, { loader: 'ts' }); // throws for what is no program: `mutants.ts` has a mistake
      const { failure } = await judge.answerTo({ ...question, source: changed, seconds });
      if (failure === null) survivors.push(`line ${lineOf(source, mutant)}, ${describe(source, mutant)}`);
    }
    caught += mutants.length - survivors.length;
    total += mutants.length;
    console.log(`${file.padEnd(34)} ${mutants.length - survivors.length} of ${mutants.length} caught`);
    for (const survivor of survivors) console.log(`    not caught: ${survivor}`);
  }
  judge.dismiss();
  const score = ((100 * caught) / total).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${caught} of ${total} mutants caught: ${score} % in ${seconds} s`);
  if (caught < total) process.exitCode = 1;
}

function filesWithRules(only: string | undefined): readonly string[] {
  return folders
    .flatMap((folder) => readdirSync(join(autograd, folder)).map((name) => join(autograd, folder, name)))
    .filter((path) => (only === undefined || path.includes(only)) && mutantsIn(path).mutants.length > 0);
}

/** The table has no rows for all that a loop or a branch may hold: their specs have. */
function ownSpecs(file: string): readonly string[] {
  const spec = `spec/autograd/${file.replace(/\.ts$/, '.spec.ts')}`;
  return file.startsWith('derivatives/') && existsSync(join(autograd, '..', spec)) ? [spec] : [];
}

function mutantsIn(path: string): { readonly source: string; readonly mutants: readonly Mutant[] } {
  const source = readFileSync(path, 'utf8');
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  return { source, mutants: rulesIn(tree).flatMap(mutantsOf) };
}

function describe(source: string, { kind, start, end, replacement }: Mutant): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('require(OPERATIONS).', '');
  return `${kind}: ${oneLine(source.slice(start, end))} → ${oneLine(replacement)}`;
}

function lineOf(source: string, { start }: Mutant): number {
  return source.slice(0, start).split('\n').length;
}

await main(process.argv[2]);
