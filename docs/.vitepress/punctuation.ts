/**
 * Keeps a formula and the comma after it on one line. For a browser the formula is a box, so it would break
 * the line between the two.
 */
import type { MarkdownRenderer } from 'vitepress';

const closing = /^[,.;:!?)\]，。；：、！？）」”]+/;
/** The longest formula to keep whole, in LaTeX characters. On a phone, a longer one must break itself. */
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
