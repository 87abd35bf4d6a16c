/**
 * No line of a page begins with a comma: browsers would break it between a formula, which is a box to them,
 * and what follows.
 */
import type { MarkdownRenderer } from 'vitepress';

const closing = /^[,.;:!?)\]，。；：、！？）」”]+/;
/** In LaTeX characters: what longer formulas need on a phone is to be broken themselves. */
const longest = 40;

/** The markdown-it plugin that keeps formulas and the punctuation after them on one line. */
export function keepPunctuation(md: MarkdownRenderer): void {
  md.core.ruler.push('punctuation', (state) => {
    const markup = (content: string) => Object.assign(new state.Token('html_inline', '', 0), { content });
    for (const token of state.tokens) {
      const children = token.children ?? [];
      token.children = children.flatMap((child, i) => {
        const next = children[i + 1];
        const [kept] = (next?.type === 'text' && closing.exec(next.content)) || [];
        if (child.type !== 'math_inline' || child.content.length > longest || !next || !kept) return [child];
        next.content = next.content.slice(kept.length);
        const text = Object.assign(new state.Token('text', '', 0), { content: kept });
        return [markup('<span class="kept">'), child, text, markup('</span>')];
      });
    }
  });
}
