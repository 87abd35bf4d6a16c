/** HTML as a type of its own, so that no text gets into a page unescaped. */

/** A piece of HTML or SVG that needs no escaping. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Insertable = string | number | Markup | readonly Markup[];

/**
 * Writes HTML from a template. It escapes the text and numbers that the template inserts, but not `Markup` or
 * lists of it.
 *
 * @example
 * html`<td>${'a < b'}</td>`.text; // '<td>a &lt; b</td>'
 */
export function html(literals: TemplateStringsArray, ...inserted: readonly Insertable[]): Markup {
  const parts = literals.map((literal, i) => (i === 0 ? '' : markup(inserted[i - 1] ?? '')) + literal);
  return new Markup(parts.join(''));
}

/**
 * Text with mathematics in it: `_t`, `_{1−t}`, `^{−1}` and `^(−1/2)` become subscripts and superscripts. An
 * index and a power of the same letter stand one above the other.
 *
 * @example
 * math('∇L_FM = e^{−T}').text; // '∇L<sub>FM</sub> = e<sup>−T</sup>'
 */
export function math(text: string): Markup {
  return new Markup(shift(escapeText(text)));
}

const group = String.raw`\{((?:[^{}]|\{[^{}]*\})*)\}|\(([^()\s]{1,6})\)|([−-]?[\p{Lu}\p{Ll}\p{Nd}]+)`;
const raised = '[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵗ]+′?|′';
const shifted = new RegExp(`([_^])(?:${group})(${raised})?|([₀₁₂₃₄₅₆₇₈₉]+)(${raised})`, 'gu');

function shift(text: string): string {
  return text.replace(shifted, (_, sign, inner, fraction, word, power, index, itsPower) => {
    if (index) return stack(index, itsPower);
    const body = shift(inner ?? fraction ?? word);
    if (sign === '_' && power) return stack(`<sub>${body}</sub>`, power);
    const name = sign === '_' ? 'sub' : 'sup';
    return `<${name}>${body}</${name}>${power ?? ''}`;
  });
}

function stack(below: string, above: string): string {
  return `<span class="stack"><span>${above}</span><span>${below}</span></span>`;
}

/** Escapes text for an element's content or a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function markup(value: Insertable): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((part) => part.text).join('\n');
  return escapeText(String(value));
}
