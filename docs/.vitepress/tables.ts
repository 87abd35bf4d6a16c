/** Tables for narrow screens, and the tables of claims. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { claimsTable, type Language, type Measured } from './claims-table.ts';

/** From this number of columns on, a phone shows each row as a card. */
const fewestOfCards = 3;
/** From this number of columns on, a desktop shows smaller figures. */
const fewestOfDense = 8;

/**
 * The markdown-it plugin for both. Each cell says which column it belongs to, so that the style sheet can
 * show rows as cards; code in cells may break after a sign. `<Claims only="flow" />` becomes the rows of
 * `fluxion verify` whose ids begin so, as they were last measured.
 */
export function tablesForAll(md: MarkdownRenderer): void {
  md.core.ruler.push('cards', ({ tokens }) => {
    let titles: string[] = [];
    let column = 0;
    let table = tokens[0];
    tokens.forEach((token, i) => {
      if (token.type === 'table_open') [table, titles] = [token, []];
      else if (token.type === 'tr_open') column = 0;
      else if (token.type === 'th_open') titles.push(plainText(tokens[i + 1]?.content ?? ''));
      else if (token.type === 'td_open') {
        const isDense = titles.length >= fewestOfDense;
        if (titles.length >= fewestOfCards) table?.attrSet('class', isDense ? 'cards dense' : 'cards');
        token.attrSet('data-label', titles[column++] ?? '');
        for (const child of tokens[i + 1]?.children ?? []) child.meta = { ...child.meta, isInTable: true };
      }
    });
  });
  md.core.ruler.push('claims', ({ tokens }) => {
    for (const token of tokens) {
      const asked = token.type === 'html_inline' && /^<Claims (.*)\/>/.exec(token.content)?.[1];
      if (!asked) continue;
      const { only = '', lang = 'en' } = attributesOf(asked);
      token.content = claimsTable(measured(), only, lang as Language);
    }
  });
  // VitePress's own rule forgets the class, and lets the keyboard scroll what here is never wider than the
  // page.
  md.renderer.rules.table_open = (tokens, i) => {
    const name = tokens[i]?.attrGet('class');
    return name ? `<table class="${name}">\n` : '<table>\n';
  };
  const render = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (tokens, i, ...rest) => {
    const markup = render?.(tokens, i, ...rest) ?? '';
    const isInTable = (tokens[i]?.meta as { isInTable?: boolean } | null)?.isInTable;
    return isInTable ? markup.replace(/>[^<]+</g, (code) => breakable(code)) : markup;
  };
}

/** Code that a line may end within: after a sign, and before a capital letter. */
function breakable(text: string): string {
  return text.replace(/&\w+;|[(,./|=_-]|[a-z](?=[A-Z])/g, '$&<wbr>').replaceAll('&lt;<wbr>', '&lt;');
}

function plainText(markdown: string): string {
  return markdown.replace(/[`*$\\]/g, '');
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function measured(): readonly Measured[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'claims.json'), 'utf8'));
}
