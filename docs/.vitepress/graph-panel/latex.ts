/** Expressions typeset: LaTeX, with as few brackets as reading needs. */
import katex from 'katex';
import { formatNumber } from '../../../flows/report/numbers.ts';
import type { Expression } from './expression.ts';

/** How tightly an expression binds: a sum least, a name or an expression in brackets most. */
const tightness = { sum: 1, product: 2, power: 3, atom: 4 } as const;
type Tightness = (typeof tightness)[keyof typeof tightness];

interface Typeset {
  readonly latex: string;
  readonly tightness: Tightness;
}

const infix: Readonly<Record<string, readonly [sign: string, own: Tightness, right: Tightness]>> = {
  add: [' + ', tightness.sum, tightness.sum],
  subtract: [' - ', tightness.sum, tightness.product],
  multiply: [' \\cdot ', tightness.product, tightness.product],
};

/** Functions with a command in LaTeX. */
const commands: Readonly<Record<string, string>> = {
  sin: '\\sin',
  cos: '\\cos',
  tan: '\\tan',
  asin: '\\arcsin',
  acos: '\\arccos',
  atan: '\\arctan',
  sinh: '\\sinh',
  cosh: '\\cosh',
  tanh: '\\tanh',
  log: '\\log',
};

/** The LaTeX of an expression; `nameOf` says how a name is written. */
export function toLatex(expression: Expression, nameOf: (name: string) => string = (name) => name): string {
  return typeset(expression, nameOf).latex;
}

/** A number in LaTeX, to three digits. */
export function latexNumber(value: number): string {
  return Number.isNaN(value)
    ? '\\text{NaN}'
    : formatNumber(value)
        .replaceAll('−', '-')
        .replace(/ × 10(.*)$/, power);
}

/** HTML of a formula, by default with MathML for screen readers. */
export function renderLatex(latex: string, output: 'html' | 'htmlAndMathml' = 'htmlAndMathml'): string {
  return katex.renderToString(latex, { output, throwOnError: false, strict: false });
}

function typeset(expression: Expression, nameOf: (name: string) => string): Typeset {
  if (expression.kind === 'name') return { latex: nameOf(expression.name), tightness: tightness.atom };
  if (expression.kind === 'number') return typesetNumber(expression.value, expression.name);
  const inputs = expression.inputs.map((input) => typeset(input, nameOf));
  const [a, b] = inputs as [Typeset, Typeset];
  const sign = infix[expression.operation];
  if (sign) {
    const [text, own, right] = sign;
    return { latex: `${atLeast(own, a)}${text}${atLeast(right, b, 'right')}`, tightness: own };
  }
  return typesetCall(expression.operation, inputs, a, b);
}

function typesetCall(operation: string, inputs: readonly Typeset[], a: Typeset, b: Typeset): Typeset {
  switch (operation) {
    case 'negate':
      return { latex: `-${atLeast(tightness.product, a)}`, tightness: tightness.sum };
    case 'divide':
      return { latex: `\\frac{${a.latex}}{${b.latex}}`, tightness: tightness.power };
    case 'power':
      return { latex: `${atLeast(tightness.atom, a)}^{${b.latex}}`, tightness: tightness.power };
    case 'square':
      return { latex: `${atLeast(tightness.atom, a)}^2`, tightness: tightness.power };
    case 'exp':
      return { latex: `e^{${a.latex}}`, tightness: tightness.power };
    case 'sqrt':
      return { latex: `\\sqrt{${a.latex}}`, tightness: tightness.power };
    case 'abs':
      return { latex: `\\left|${a.latex}\\right|`, tightness: tightness.atom };
    default: {
      const command = commands[operation] ?? `\\operatorname{${operation}}`;
      const list = inputs.map(({ latex }) => latex).join(',\\, ');
      return { latex: `${command}${bracketed(list)}`, tightness: tightness.power };
    }
  }
}

function typesetNumber(value: number, name?: string): Typeset {
  if (name !== undefined) return { latex: name === 'pi' ? '\\pi' : name, tightness: tightness.atom };
  const latex = latexNumber(value);
  if (latex.startsWith('-')) return { latex, tightness: tightness.sum };
  return { latex, tightness: latex.includes('^') ? tightness.product : tightness.atom };
}

function atLeast(wanted: Tightness, { latex, tightness: found }: Typeset, side?: 'right'): string {
  // A minus after an operator gets brackets, however tightly it binds.
  return found < wanted || (side === 'right' && latex.startsWith('-')) ? bracketed(latex) : latex;
}

/** Puts the formula in brackets of the right height, without the space that LaTeX puts before them. */
export function bracketed(latex: string): string {
  return latex.includes('\\frac') ? `\\!\\left(${latex}\\right)` : `(${latex})`;
}

function power(_: string, exponent: string): string {
  const digits = [...exponent].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit));
  return ` \\cdot 10^{${digits.map((digit) => (digit < 0 ? '-' : digit)).join('')}}`;
}
