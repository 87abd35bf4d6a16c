/**
 * The code blocks of a page as one program. Each line keeps its number, so that an error's line is the
 * page's.
 *
 * Blocks of one page share a scope, in order; where the front matter says `scope: section`, and in the
 * README, those of one section (of level 2). A block within an HTML comment is run and not shown.
 * `ts no-run: reason` is shown and not run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = new URL('../../', import.meta.url);

/** What an import in a page stands for. */
export const modules: Readonly<Record<string, string>> = {
  fluxion: fileURLToPath(new URL('autograd/index.ts', root)),
  'fluxion/functions': fileURLToPath(new URL('autograd/functions.ts', root)),
  'fluxion/flows': fileURLToPath(new URL('flows/index.ts', root)),
  'fluxion/worker': fileURLToPath(new URL('flows/worker/index.ts', root)),
  'fluxion/files': fileURLToPath(new URL('flows/files/index.ts', root)),
  'fluxion/xla': fileURLToPath(new URL('flows/xla/index.ts', root)),
  'fluxion/lib': fileURLToPath(new URL('lib/index.ts', root)),
};

/** A program of a page: the code of all of it, or of one of its sections. */
export interface Program {
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** The pages that hold code: those of docs (docs/api is generated), and the README. */
export function pages(): readonly string[] {
  const docs = readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' });
  const written = docs.filter((name) => name.endsWith('.md') && !name.startsWith('api'));
  return ['README.md', ...written.map((name) => `docs/${name}`)].sort();
}

/** The text of a page. */
export function readPage(page: string): string {
  return readFileSync(new URL(page, root), 'utf8');
}

/** A fenced block: the index of its first line, what stands behind the fence, and its lines. */
export interface Block {
  readonly line: number;
  readonly info: string;
  readonly body: readonly string[];
}

/** The programs of a page's text. */
export function programsOf(page: string, text: string): readonly Program[] {
  const lines = text.split('\n');
  const bySection = page === 'README.md' || /^---\n(?:.*\n)*?scope: section\n/.test(text);
  const heads = lines.flatMap((line, i) => (line.startsWith('## ') ? [i] : []));
  const sectionOf = (line: number) => (bySection ? heads.filter((head) => head < line).length : 0);
  const blocks = blocksOf(lines).filter(({ info }) => info === 'ts');
  return [...new Set(blocks.map(({ line }) => sectionOf(line)))].map((section) => {
    const own = blocks.filter(({ line }) => sectionOf(line) === section);
    const code = lines.map(() => '');
    for (const { line, body } of own) code.splice(line, body.length, ...body);
    return { page, line: own[0]!.line, code: code.join('\n') };
  });
}

/** Blocks that are marked in a way that nobody understands, or not run without a reason. */
export function badMarks(text: string): readonly string[] {
  return blocksOf(text.split('\n'))
    .filter(({ info }) => /^ts\b/.test(info) && info !== 'ts' && !/^ts no-run: \w/.test(info))
    .map(({ line, info }) => `line ${line}: \`\`\`${info}`);
}

/** The fenced blocks of a page. */
export function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const fence = /^\s*(`{3,})(.*)$/.exec(lines[i]!);
    if (!fence) continue;
    const start = ++i;
    while (i < lines.length && lines[i]!.trim() !== fence[1]) i++;
    blocks.push({ line: start, info: fence[2]!.trim(), body: lines.slice(start, i) });
  }
  return blocks;
}

/**
 * The program with its comments checked: where `EXPRESSION; // 8` or `const name = …; // 8` has a number, a
 * list of numbers, a string, true or false (or a bound, `≤ 1e-12`) as its comment, the value is handed to
 * `expected`.
 */
export function withExpectations({ page, code }: Program): string {
  const source = ts.createSourceFile(`${page}.ts`, code, ts.ScriptTarget.Latest, true);
  const edits = source.statements.flatMap((statement) => {
    const comment = /^[ \t]*\/\/[ \t]*(.+)/.exec(code.slice(statement.end))?.[1];
    if (comment === undefined || readExpectation(comment) === null) return [];
    const value = shownValue(statement);
    if (value === null) return [];
    const line = source.getLineAndCharacterOfPosition(statement.end).line + 1;
    const place = JSON.stringify(`${page}:${line}`);
    const text = JSON.stringify(comment);
    return ts.isExpressionStatement(statement)
      ? [{ from: statement.getStart(), to: statement.end, text: `expected(${place}, ${value}, ${text});` }]
      : [{ from: statement.end, to: statement.end, text: ` expected(${place}, ${value}, ${text});` }];
  });
  return edits.reduceRight((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), code);
}

function shownValue(statement: ts.Statement): string | null {
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement;
    const isLog = ts.isCallExpression(expression) && expression.expression.getText() === 'console.log';
    return isLog ? (expression.arguments[0]?.getText() ?? null) : expression.getText();
  }
  if (!ts.isVariableStatement(statement)) return null;
  const name = statement.declarationList.declarations[0]?.name;
  return name && !ts.isObjectBindingPattern(name) ? name.getText() : null;
}

/** What a comment promises: a value, with as many digits as it shows, or a bound. */
export interface Expectation {
  readonly kind: 'value' | 'atMost';
  readonly value: unknown;
}

/** The comment as a promise, or null if it is prose. */
export function readExpectation(comment: string): Expectation | null {
  const bound = /^[≤<] *([\d.e+-]+)$/.exec(comment);
  if (bound) return { kind: 'atMost', value: Number(bound[1]) };
  try {
    return { kind: 'value', value: JSON.parse(comment.replace(/'/g, '"').replace(/−/g, '-')) };
  } catch {
    return null;
  }
}
