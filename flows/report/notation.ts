/**
 * Formulas as the claims write them, in plain text (`S_t² = σ_t² + t²s²`), typeset by KaTeX. What is no
 * formula stays text.
 */
import katex from 'katex';

/** A stretch of text, or of LaTeX. */
interface Piece {
  readonly kind: 'text' | 'formula';
  readonly content: string;
}

/** With KaTeX's style sheet and fonts, or as MathML, which every browser draws without either. */
type Output = 'html' | 'mathml';

/** HTML for a formula with words in it: `L(v) depends on θ`. */
export function typesetFormula(text: string, output: Output = 'html'): string {
  const pieces = formulaPieces(text);
  // Browsers break lines of MathML only between two formulas.
  return (output === 'html' ? pieces : pieces.flatMap(atRelations)).map(htmlIn(output)).join('');
}

/** HTML for a sentence with formulas in it: `Nothing flows through u_tgt`. */
export function typesetSentence(text: string, output: Output = 'html'): string {
  return sentencePieces(text).map(htmlIn(output)).join('');
}

/** Markdown for both, with LaTeX between dollar signs; no cell of a table is cut by it. */
export function formulaMarkdown(text: string): string {
  return formulaPieces(text).map(markdownOf).join('');
}

export function sentenceMarkdown(text: string): string {
  return sentencePieces(text).map(markdownOf).join('');
}

/** LaTeX for a formula. Words in it become text. */
export function latexOf(text: string): string {
  return tokensOf(text)
    .map(({ latex, word }) => (word === undefined ? latex : `\\text{ ${word} }`))
    .join('');
}

function htmlIn(output: Output): (piece: Piece) => string {
  const options = {
    throwOnError: true,
    strict: false,
    output: output === 'html' ? 'htmlAndMathml' : output,
  } as const;
  return ({ kind, content }) => {
    if (kind === 'formula') return katex.renderToString(content, options);
    return content.replace(/[&<>"{]/g, (character) => `&#${character.charCodeAt(0)};`);
  };
}

function markdownOf({ kind, content }: Piece): string {
  return kind === 'formula' ? `$${content}$` : content.replace(/[\\_*|]/g, '\\$&');
}

/** A formula, with the words that no bracket holds beside it, so that a line can break there. */
function formulaPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { latex, word, isOpen } of tokensOf(text)) {
    const kind = word !== undefined && isOpen ? 'text' : 'formula';
    const content = word === undefined ? latex : isOpen ? word : `\\text{ ${word} }`;
    const last = pieces.at(-1);
    if (content === ' ' && last?.kind !== 'formula') continue;
    if (/^[,;]$/.test(content) && last?.kind === 'text') {
      pieces[pieces.length - 1] = { kind: 'text', content: last.content + content };
      continue;
    }
    if (last?.kind !== kind) pieces.push({ kind, content });
    else pieces[pieces.length - 1] = { kind, content: last.content + (kind === 'text' ? ' ' : '') + content };
  }
  return pieces.map(({ kind, content }, i) => {
    if (kind === 'formula') return { kind, content: content.trim() };
    return { kind, content: `${i === 0 ? '' : ' '}${content}${i === pieces.length - 1 ? '' : ' '}` };
  });
}

/** A formula cut behind the relations, signs and commas that stand within no brackets. */
function atRelations(piece: Piece): readonly Piece[] {
  if (piece.kind === 'text') return [piece];
  let depth = 0;
  let from = 0;
  const cuts: Piece[] = [];
  for (const { index, 0: sign } of piece.content.matchAll(/\\\w+|./gsu)) {
    if (/[([{⟨⌊]/.test(sign)) depth++;
    if (/[)\]}⟩⌋]/.test(sign)) depth--;
    if (depth > 0 || !/^[=≤≥≈≠→∝,;+-]$/.test(sign)) continue;
    cuts.push({ kind: 'formula', content: piece.content.slice(from, index + 1) });
    from = index + 1;
  }
  return [...cuts, { kind: 'formula' as const, content: piece.content.slice(from) }]
    .filter(({ content }) => content.trim() !== '')
    .flatMap((cut, i) => (i === 0 ? [cut] : [{ kind: 'text' as const, content: ' ' }, cut]));
}

/** The words of a sentence that have an index or a power in them are formulas. */
function sentencePieces(text: string): readonly Piece[] {
  return text.split(/((?:[^\s_^]*[_^](?:\{[^}]*\}|\([^)]*\))?[^\s_^]*)+)/u).flatMap((part, i) => {
    if (i % 2 === 0) return part === '' ? [] : [{ kind: 'text' as const, content: part }];
    const [, formula = part, end = ''] = /^(.*?)([,.;:]*)$/.exec(part) ?? [];
    return [
      { kind: 'formula' as const, content: latexOf(formula) },
      ...(end ? [{ kind: 'text' as const, content: end }] : []),
    ];
  });
}

interface Token {
  readonly latex: string;
  /** Set where the token is a word of prose. */
  readonly word?: string;
  /** Whether no bracket is open, so that the word can stand outside of the formula. */
  readonly isOpen?: boolean;
}

const token =
  /(?<script>[_^])(?:\{(?<group>(?:[^{}]|\{[^{}]*\})*)\}|\((?<fraction>[^()]+)\)|(?<name>[−-]?[\p{Lu}\p{Ll}\p{Nd}]+))|(?<raised>[⁰¹²³⁴-⁹⁻ⁿᵗˢᵀ]+)|(?<lowered>[₀-₉ᵢ]+)|√(?:\((?<radicand>[^()]*(?:\([^()]*\)[^()]*)*)\)|(?<root>\p{L}\p{M}?))|(?<accented>[A-Za-z])(?<accent>[\u0302-\u0304\u0307])|(?<prose>[A-Za-z]{2,}:?|a(?= [A-Za-z]{2}))|(?<space>\s+)|(?<other>.)/gsu;

function tokensOf(text: string): readonly Token[] {
  const plain = text.replace(/\p{L}/gu, (letter) => letter.normalize('NFD'));
  let depth = 0;
  return [...plain.matchAll(token)].map((match): Token => {
    const { script, group, fraction, name, raised, lowered, radicand, root } = match.groups ?? {};
    const { accented, accent, prose, space, other = '' } = match.groups ?? {};
    if (script)
      return { latex: `${script}{${group || fraction ? latexOf(group ?? fraction ?? '') : upright(name)}}` };
    if (raised) return { latex: `^{${[...raised].map((c) => plainForms[c]).join('')}}` };
    if (lowered) return { latex: `_{${[...lowered].map((c) => plainForms[c]).join('')}}` };
    if (radicand || root) return { latex: `\\sqrt{${latexOf(radicand ?? root ?? '')}}` };
    if (accented) return { latex: `\\${accents[accent as string]}{${accented}}` };
    if (space) return { latex: space.length > 1 ? '\\quad ' : ' ' };
    const next = plain[match.index + match[0].length] ?? '';
    if (prose) return wordToken(prose, next, depth === 0);
    if ('([⟨⌊'.includes(other)) depth++;
    if (')]⟩⌋'.includes(other)) depth--;
    return { latex: signOf(other, next, depth) };
  });
}

const functions = new Set('log det div jvp sg tr logit min max cos sin const Var mean'.split(' '));

/** A function, a differential or a word. */
function wordToken(word: string, next: string, isOpen: boolean): Token {
  if (/^(d[a-zA-Z]|dudt|At)$/.test(word)) return { latex: word };
  if (functions.has(word) || /[(_^²ᵢᵀ]/.test(next)) return { latex: `\\operatorname{${word}}` };
  return { latex: '', word, isOpen };
}

function signOf(sign: string, next: string, depth: number): string {
  if (sign === '|') return depth > 0 ? '\\mid ' : '\\vert ';
  if (sign === 'E' && /[[_‖⟨]/.test(next)) return '\\mathbb{E}';
  if (sign === 'N' && next === '(') return '\\mathcal{N}';
  return signs[sign] ?? sign;
}

function upright(name = ''): string {
  return /^\p{L}{2,}$/u.test(name) ? `\\mathrm{${name}}` : latexOf(name);
}

const signs: Readonly<Record<string, string>> = {
  '−': '-',
  '‖': '\\Vert ',
  '·': '\\cdot ',
  '%': '\\%',
  '~': '\\sim ',
  '½': '\\tfrac12 ',
  '′': "'",
  '∅': '\\varnothing ',
};

const accents: Readonly<Record<string, string>> = {
  '\u0302': 'hat',
  '\u0303': 'tilde',
  '\u0304': 'bar',
  '\u0307': 'dot',
};

const plainForms: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((c, i) => [c, String(i)])),
  ...Object.fromEntries([...'₀₁₂₃₄₅₆₇₈₉'].map((c, i) => [c, String(i)])),
  '⁻': '-',
  ⁿ: 'n',
  ᵗ: 't',
  ˢ: 's',
  ᵀ: '\\top',
  ᵢ: 'i',
};
