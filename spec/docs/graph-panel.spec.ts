/** The site's graph panel without the page: what it reads, computes and says. */
import { expect } from 'chai';
import fc from 'fast-check';
import { type Tensor, tensor, vjp } from '../../autograd/index.ts';
import { readSettings, writeSettings } from '../../docs/.vitepress/graph-panel/address.ts';
import { explain } from '../../docs/.vitepress/graph-panel/explanation.ts';
import {
  type Expression,
  ExpressionError,
  evaluate,
  parseExpression,
} from '../../docs/.vitepress/graph-panel/expression.ts';
import { renderLatex, toLatex } from '../../docs/.vitepress/graph-panel/latex.ts';
import { operationOf, operations } from '../../docs/.vitepress/graph-panel/operations.ts';
import { knownOf, stepsOf } from '../../docs/.vitepress/graph-panel/steps.ts';
import { variables, type Walk, walk } from '../../docs/.vitepress/graph-panel/walk.ts';

const parse = (text: string) => parseExpression(text, variables);
const walkOf = (text: string, x = 0.5, y = 2, dx = 1, dy = -0.25) =>
  walk(parse(text), { x, y }, { x: dx, y: dy });

/** The value of an expression by fluxion's operations. */
function numberOf(expression: Expression, values: Readonly<Record<string, number>>): number {
  const result = evaluate<Tensor>(
    expression,
    (leaf) => scalar(leaf.kind === 'number' ? leaf.value : (values[leaf.name] as number)),
    (operation, inputs) => operationOf(operation).apply(...inputs),
  );
  return result.item();
}

function scalar(value: number): Tensor {
  return tensor(value, { dtype: 'float64' });
}

describe('graph panel: expressions', () => {
  it('binds as mathematics does', () => {
    const values: readonly (readonly [text: string, value: number])[] = [
      ['-x^2', -9],
      ['(-x)^2', 9],
      ['2^-x', 0.125],
      ['-2^2', -4],
      ['2^3^2', 512],
      ['2^x*y', 16],
      ['x - y - 1', 0],
      ['x / y / 2', 0.75],
      ['x - -y', 5],
      ['2 * x ^ 2 / 3', 6],
      ['sqrt(x^2 + 4^2)', 5],
      ['2 × x − y ÷ 2 · 3', 3],
      ['1e-1 * x + .7', 1],
      ['cos(pi) + log(e)', 0],
      ['atan2(0, x) + +y', 2],
    ];
    for (const [text, value] of values)
      expect(numberOf(parse(text), { x: 3, y: 2 }), text).to.be.closeTo(value, 1e-14);
  });

  it('says what is wrong with a text', () => {
    const complaints: readonly (readonly [text: string, message: RegExp])[] = [
      ['', /^Write an expression in x and y\.$/],
      ['z + 1', /no ‘z’ here\. The names are x, y, pi, e; the functions .*sin/],
      ['foo(x)', /no function ‘foo’\. There are .*exp/],
      ['sin', /^sin is a function: write sin\(…\)\.$/],
      ['sin x', /more than one expression/],
      ['2x', /write 2 \* x/],
      ['x(y)', /write x \* /],
      ['sin(x, y)', /^sin takes one argument, not 2\.$/],
      ['atan2(x)', /^atan2 takes two arguments, not 1\.$/],
      ['x +', /Expected expression after \+ \(character 4\)/],
      ['(x', /Unclosed \(/],
      ['x ^', /exponent/],
      ['x < y', /no operator ‘<’/],
      ['!x', /no operator ‘!’/],
      ['"x"', /"x" is not a number/],
      ['x.y', /^Only numbers/],
      ['x ? y : 1', /^Only numbers/],
      ['x = 1', /Unexpected "="/],
      ['()', /more than one expression|Unexpected/],
      [`x${' + x'.repeat(60)}`, /too long/],
    ];
    for (const [text, message] of complaints)
      expect(() => parse(text), text).to.throw(ExpressionError, message);
    expect(() => walkOf(`x${' + x'.repeat(25)}`)).to.throw(ExpressionError, /25 operations/);
  });

  it('is typeset with the brackets that it needs and no others', () => {
    const latex: readonly (readonly [text: string, latex: string])[] = [
      ['(x + y) * 2', '(x + y) \\cdot 2'],
      ['x - (y - 1)', 'x - (y - 1)'],
      ['x + y - 1', 'x + y - 1'],
      ['x * -y', 'x \\cdot (-y)'],
      ['-(x + y)', '-(x + y)'],
      ['(x + 1)^(y + 1)', '(x + 1)^{y + 1}'],
      ['(x^2)^y', '(x^{2})^{y}'],
      ['exp(-x / 2)', 'e^{\\frac{-x}{2}}'],
      ['pi * sin(2 * x)', '\\pi \\cdot \\sin(2 \\cdot x)'],
    ];
    for (const [text, wanted] of latex) expect(toLatex(parse(text)), text).to.equal(wanted);
  });
});

describe('graph panel: the rules in words and formulas', () => {
  const positiveOnly = ['power', 'sqrt', 'log'];
  const inside = fc.double({ min: -0.9, max: 0.9, noNaN: true }).filter((a) => Math.abs(a) > 0.05);

  for (const [name, { apply, partials }] of operations) {
    it(`${name}: its partial derivatives, as written, are those of fluxion`, () => {
      fc.assert(
        fc.property(inside, inside, (first, b) => {
          const a = positiveOnly.includes(name) ? Math.abs(first) : first;
          const inputs = [a, b].slice(0, partials.length).map(scalar);
          const [value, pullback] = vjp((...xs: Tensor[]) => apply(...xs), inputs);
          const slopes = pullback(1).map((slope) => slope.item());
          const written = partials.map((partial) =>
            numberOf(parseExpression(partial, ['a', 'b', 'v']), { a, b, v: value.item() }),
          );
          slopes.forEach((slope, i) => {
            expect(written[i]).to.be.closeTo(slope, 1e-12 * (1 + Math.abs(slope)));
          });
        }),
        { numRuns: 50 },
      );
    });
  }

  it('typesets the explanation of every step of every operation', () => {
    for (const [name, { partials }] of operations) {
      const call: Expression = {
        kind: 'call',
        operation: name,
        inputs: partials.map((_, i) => ({ kind: 'name', name: variables[i] as string })),
      };
      const walked = walk(call, { x: 0.4, y: 0.7 }, { x: -1, y: 2e9 });
      const steps = stepsOf(walked);
      steps.forEach((_, i) => {
        const { formulas, spoken } = explain(walked, steps.slice(0, i + 1));
        for (const formula of formulas) expect(renderLatex(formula), formula).not.to.include('katex-error');
        expect(spoken).to.match(/\w.*\.$/);
      });
    }
  });
});

describe('graph panel: the walk', () => {
  const last = (walked: Walk) => {
    const steps = stepsOf(walked);
    return walked.nodes.slice(0, 2).map((node) => knownOf(walked, steps, node).cotangent);
  };

  it('ends at closed-form derivatives', () => {
    const [x, y] = [0.5, 2];
    const exact: readonly (readonly [text: string, dx: number, dy: number])[] = [
      ['sin(x) * y + exp(x * y)', Math.cos(x) * y + y * Math.exp(x * y), Math.sin(x) + x * Math.exp(x * y)],
      ['sqrt(x^2 + y^2)', x / Math.hypot(x, y), y / Math.hypot(x, y)],
      ['x^y', y * x ** (y - 1), x ** y * Math.log(x)],
      ['x * x * x', 3 * x * x, 0],
      ['y', 0, 1],
      ['3', 0, 0],
      ['sign(x) * y', 0, 1],
    ];
    for (const [text, dx, dy] of exact) {
      const walked = walkOf(text);
      const [bx, by] = last(walked) as [number, number];
      expect(bx, text).to.be.closeTo(dx, 1e-14 * (1 + Math.abs(dx)));
      expect(by, text).to.be.closeTo(dy, 1e-14 * (1 + Math.abs(dy)));
      expect(walked.output.tangent, text).to.be.closeTo(dx - 0.25 * dy, 1e-13);
      expect(walked.whole.gradient, text).to.deep.equal({ x: bx, y: by });
      expect(walked.whole.tangent, text).to.be.closeTo(walked.output.tangent, 1e-14);
    }
  });

  it('knows what has been reached, no more, and says where a cotangent is still to grow', () => {
    const walked = walkOf('sin(x) * y + exp(x * y)');
    const steps = stepsOf(walked);
    const [x, , v1] = walked.nodes as [Walk['output'], unknown, Walk['output']];
    const none = { primal: null, tangent: null, cotangent: null, collecting: false };
    const at = (count: number) => knownOf(walked, steps.slice(0, count), x);
    expect(steps.map(({ kind }) => kind[0]).join('')).to.equal('sifffffsbbbbbe');
    expect(at(1)).to.deep.equal(none);
    expect(at(2)).to.deep.equal({ ...none, primal: 0.5, tangent: 1 });
    expect(knownOf(walked, steps.slice(0, 2), v1)).to.deep.equal(none);
    const first = walked.deliveries.find(({ to }) => to === x)?.from;
    const reached = 1 + steps.findIndex((step) => step.kind === 'backward' && step.node === first);
    expect(at(reached).collecting).to.equal(true);
    expect(at(steps.length).collecting).to.equal(false);
  });

  it('shows constants without tangent and cotangent, and never delivers to them', () => {
    const walked = walkOf('2 * x + pi / 4');
    const constants = walked.nodes.filter(({ name }) => name === null);
    expect(constants.map(({ primal }) => primal)).to.deep.equal([2, Math.PI / 4]);
    for (const node of constants) {
      expect(knownOf(walked, stepsOf(walked), node)).to.include({ tangent: null, cotangent: null });
      expect(walked.deliveries.some(({ to }) => to === node)).to.equal(false);
    }
  });
});

describe('graph panel: the address', () => {
  it('keeps every setting, and takes nonsense for nothing', () => {
    const settings = { text: 'x + y & 1#?', primals: { x: -1e-3, y: 2 }, tangents: { x: 0, y: 1 }, step: 4 };
    expect(readSettings(writeSettings(settings))).to.deep.equal(settings);
    expect(readSettings('?x=abc&step=-3&dy=')).to.deep.equal(readSettings(''));
  });
});
