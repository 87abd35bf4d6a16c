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
 * Text with mathematics in it: `_t`, `_{1−t}`, `^{−1}` and `^(−1/2)` become subscripts and superscripts.
 *
 * @example
 * math('∇L_FM = e^{−T}').text; // '∇L<sub>FM</sub> = e<sup>−T</sup>'
 */
export function math(text: string): Markup {
  const shifted = /([_^])(?:\{([^{}]*)\}|\((−?[\d/]+)\)|([−-]?[\p{L}\p{N}]+))/gu;
  const element = (_: string, sign: string, group?: string, fraction?: string, word?: string) => {
    const name = sign === '_' ? 'sub' : 'sup';
    return `<${name}>${group ?? fraction ?? word}</${name}>`;
  };
  return new Markup(escapeText(text).replace(shifted, element));
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
