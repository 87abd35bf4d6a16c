/**
 * Sources in pages. `<<< ../flows/time.ts#reverseTime` includes one declaration with its docstring, as it
 * stands in the file; a link to a file outside of docs leads to a copy of it within the site.
 */
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import type { MarkdownRenderer } from 'vitepress';

const docs = resolve(import.meta.dirname, '..');
const root = resolve(docs, '..');
const linked = new Set<string>();

/** The markdown-it plugin for both. */
export function sourceMarkdown(md: MarkdownRenderer, base: string): void {
  md.core.ruler.after('block', 'declarations', (state) => {
    state.tokens = state.tokens.flatMap((token) => {
      // VitePress's own snippet rule leaves the file, and the name of a region in it.
      const [path, name] = (token as unknown as { src?: readonly [string, string] }).src ?? [];
      if (!path || !name) return [token];
      delete (token as unknown as { src?: unknown }).src;
      token.content = declarationIn(path, name);
      const file = relative(root, path);
      linked.add(file);
      const origin = new state.Token('html_block', '', 0);
      origin.content = `<div class="origin"><a href="${base}source/${file}.txt">${file}</a></div>\n`;
      return [token, origin];
    });
  });
  md.core.ruler.push('sources', (state) => {
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (!href?.startsWith('../')) continue;
      const file = relative(root, resolve(docs, dirname(state.env.relativePath), href));
      if (file.startsWith('docs/') && /\.md(#|$)/.test(file)) continue; // another page of the site
      if (!statSync(join(root, file), { throwIfNoEntry: false })?.isFile())
        throw new Error(`${state.env.relativePath}: there is no file ${file}`);
      linked.add(file);
      token.attrSet('href', `/source/${file}.txt`);
    }
  });
}

/** Copies the files that pages link to into the site, as plain text. */
export function copySources(outDir: string): void {
  for (const file of linked) {
    const target = join(outDir, 'source', `${file}.txt`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target);
  }
}

/** The text of a top-level declaration, its docstring included. */
export function declarationIn(file: string, name: string): string {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.find((statement) => namesOf(statement).includes(name));
  if (!found) throw new Error(`${relative(root, file)} declares no '${name}'`);
  return `${source.text.slice(found.getStart(source, true), found.end)}\n`;
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as unknown as { readonly name?: ts.Identifier };
  return name ? [name.text] : [];
}
