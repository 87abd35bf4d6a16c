/** Formulas in the report, as MathML: the page needs neither a style sheet nor fonts for them. */
import katex from 'katex';
import { Markup, math } from './markup.ts';
import { typesetFormula, typesetSentence } from './notation.ts';

/** A formula with words in it, as the claims write them. */
export function formula(text: string): Markup {
  return typeset(text, typesetFormula);
}

/** A sentence with formulas in it. */
export function sentence(text: string): Markup {
  return typeset(text, typesetSentence);
}

/** What KaTeX cannot read stays text, with its indices lowered. */
function typeset(text: string, write: typeof typesetFormula): Markup {
  try {
    // Browsers need no namespace in HTML, and nobody reads the LaTeX.
    const bare = write(text, 'mathml')
      .replaceAll(' xmlns="http://www.w3.org/1998/Math/MathML"', '')
      .replace(/<annotation [^>]*>.*?<\/annotation>/gs, '');
    return new Markup(bare);
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return math(text);
  }
}
