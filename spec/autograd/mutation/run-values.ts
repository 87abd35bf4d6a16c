/**
 * The mutation check of values: files whose numbers no derivative rule checks are made wrong, one change at a
 * time, and the specs named in `value-targets.ts` must notice. Of each file it draws some mutants, by a seed.
 * `npm run check:mutation`, or `tsx spec/autograd/mutation/run-values.ts step-times` for some files. With
 * MUTANTS=1000 it tries all of them; MUTATION_SEED=7 repeats a run.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { random } from '../../../lib/index.ts';
import { Judge } from './judge.ts';
import { applyTo, type Mutant } from './mutants.ts';
import { equivalent } from './value-equivalents.ts';
import { valueMutantsOf } from './value-mutants.ts';
import { targets } from './value-targets.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const atMost = Number(process.env.MUTANTS ?? 20);
const seed = Number(process.env.MUTATION_SEED ?? 1);

interface NamedMutant {
  readonly mutant: Mutant;
  readonly line: number;
  readonly name: string;
}

async function main(parts: readonly string[]): Promise<void> {
  const files = Object.keys(targets).filter(
    (file) => parts.length === 0 || parts.some((part) => file.includes(part)),
  );
  console.log(`at most ${atMost} mutants of a file, drawn with MUTATION_SEED=${seed}`);
  const judge = new Judge();
  const started = performance.now();
  let [caught, total] = [0, 0];
  for (const file of files) {
    const { asked, survivors } = await survivorsOf(file, judge);
    caught += asked - survivors.length;
    total += asked;
    console.log(`${file.padEnd(36)} ${asked - survivors.length} of ${asked} caught`);
    for (const { line, name } of survivors) console.log(`    not caught: line ${line}, ${name}`);
  }
  judge.dismiss();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${caught} of ${total} mutants of values caught in ${seconds} s`);
  if (caught < total) process.exitCode = 1;
}

async function survivorsOf(
  file: string,
  judge: Judge,
): Promise<{ readonly asked: number; readonly survivors: readonly NamedMutant[] }> {
  const source = readFileSync(join(root, file), 'utf8');
  const question = { file, specs: (targets[file] ?? []).map((spec) => `spec/${spec}`) };
  await judge.secondsUnchanged(question); // compiles what they import
  const seconds = 2 + 5 * (await judge.secondsUnchanged(question));
  // Drawn first: a further equivalent mutant does not change which others are asked.
  const mutants = drawn(mutantsIn(file, source)).filter(({ name }) => !Object.hasOwn(equivalent, name));
  const survivors: NamedMutant[] = [];
  for (const named of mutants) {
    const changed = applyTo(source, named.mutant, '');
    const { failure } = await judge.answerTo({ ...question, source: changed, seconds });
    if (failure === null) survivors.push(named);
  }
  // Were a mutant to leave something behind, the next ones would count as caught for it.
  await judge.secondsUnchanged(question);
  return { asked: mutants.length, survivors };
}

function mutantsIn(file: string, source: string): readonly NamedMutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  return valueMutantsOf(tree).map((mutant) => ({
    mutant,
    line: source.slice(0, mutant.start).split('\n').length,
    name: `${file}, ${placeOf(tree, mutant)}: ${changedLine(source, mutant)}`,
  }));
}

/** The function, class or constant of the file where a mutant is: two of them may hold the same line. */
function placeOf(tree: ts.SourceFile, { start }: Mutant): string {
  const statement = tree.statements.find(({ end }) => start < end);
  const named =
    statement && ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : statement;
  return (named as ts.NamedDeclaration | undefined)?.name?.getText(tree) ?? 'the module';
}

/** The line of a mutant with the change marked where it is made: `return a [+ → -] b;` */
function changedLine(source: string, { start, end, replacement }: Mutant): string {
  const before = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  const after = source.slice(end).split('\n')[0];
  return `${before}[${source.slice(start, end)} → ${replacement}]${after}`.replaceAll(/\s+/g, ' ').trim();
}

/** As many of them as are asked for, in the order of the file. */
function drawn(mutants: readonly NamedMutant[]): readonly NamedMutant[] {
  const order = random.permutation(random.key(seed), mutants.length).data;
  return mutants.filter((_, i) => (order[i] as number) < atMost);
}

await main(process.argv.slice(2));
