/**
 * What the panel says at a step: in words, in formulas with their numbers, and in plain text for screen
 * readers.
 */
import { formatNumber } from '../../../flows/report/numbers.ts';
import { type Expression, evaluate, parseExpression } from './expression.ts';
import { bracketed, latexNumber, toLatex } from './latex.ts';
import { definitionOf, labelOf } from './names.ts';
import { operationOf } from './operations.ts';
import { knownOf, type Step } from './steps.ts';
import { type Delivery, type Made, type Node, variables, type Walk } from './walk.ts';

export interface Explanation {
  readonly title: string;
  readonly words: string;
  /** In LaTeX. */
  readonly formulas: readonly string[];
  readonly spoken: string;
}

/** Explains the last of the steps taken. */
export function explain(walk: Walk, taken: readonly Step[]): Explanation {
  const step = taken.at(-1) as Step;
  switch (step.kind) {
    case 'start':
      return explainStart(walk);
    case 'inputs':
      return explainInputs(walk);
    case 'forward':
      return explainForward(step.node, step.node.made as Made);
    case 'seed':
      return explainSeed(walk);
    case 'backward':
      return explainBackward(walk, step.node, step.node.made as Made);
    case 'end':
      return explainEnd(walk, taken);
  }
}

function explainStart({ expression, graph: { equations } }: Walk): Explanation {
  const count = equations.length === 1 ? 'one operation' : `${equations.length} operations`;
  const words = `makeGraph has run the function on values without numbers, and written down its ${count}.`;
  return { title: 'The graph', words, formulas: [`f(x, y) = ${toLatex(expression)}`], spoken: words };
}

function explainInputs({ nodes }: Walk): Explanation {
  const given = nodes.filter(({ name, made }) => name !== null && !made);
  return {
    title: 'Forward: the inputs',
    words: 'Each comes as a dual number: its primal, and a tangent, the rate at which it changes.',
    formulas: given.map(
      ({ name, primal, tangent }) =>
        `${latexName(`${name}`)} = ${latexNumber(primal)},\\quad ${latexName(`dot ${name}`)} = ${latexNumber(tangent)}`,
    ),
    spoken: given
      .map(
        ({ name, primal, tangent }) =>
          `${name}: primal ${formatNumber(primal)}, tangent ${formatNumber(tangent)}.`,
      )
      .join(' '),
  };
}

function explainForward(node: Node, made: Made): Explanation {
  const { name, primal, tangent } = node;
  const definition = call(made.operation, ...made.inputs.map(referenceTo));
  const rule = totalOf(node, made, (input) => nameOf('d', input));
  const dots = totalOf(node, made, (input) => nameOf('dot', input));
  const numbers = totalOf(node, made, (input) => number(input.tangent), made.slopes);
  const value = `${latexName(`${name}`)} = ${latex(definition)} = ${latexNumber(primal)}`;
  return {
    title: `Forward: ${labelOf(node)} = ${definitionOf(node)}`,
    words: operationOf(made.operation).words,
    formulas: [
      value,
      `\\mathrm{d}${bracketed(latex(definition))} = ${latex(rule)}`,
      `${latexName(`dot ${name}`)} = ${latex(dots)} = ${latex(numbers)} = ${latexNumber(tangent)}`,
    ],
    spoken: `${name} = ${definitionOf(node)}: primal ${formatNumber(primal)}, tangent ${formatNumber(tangent)}.`,
  };
}

function explainSeed({ output }: Walk): Explanation {
  const words = 'The way back begins at the output, whose derivative with respect to itself is 1.';
  const own = output.name === null ? '\\bar{f}' : latexName(`bar ${output.name}`);
  return { title: 'Backward: the seed', words, formulas: [`${own} = 1`], spoken: words };
}

function explainBackward(walk: Walk, node: Node, made: Made): Explanation {
  const sent = walk.deliveries.filter(({ from }) => from === node);
  return {
    title: `Backward: from ${labelOf(node)} = ${definitionOf(node)}`,
    words: `What has arrived at ${labelOf(node)} goes on to its inputs, times the slopes. Where several arrive, they add up.`,
    formulas: sent.map((delivery) => {
      const { input, to, total } = delivery;
      const sum = product(partialOf(node, made, input), nameOf('bar', node));
      const cotangent = knownCotangent(walk, node);
      const numbers =
        product(partialOf(node, made, input), number(cotangent), made.slopes[input]) ?? number(0);
      const before = totalBefore(walk, delivery);
      const terms = before === null ? numbers : plus(number(before), numbers);
      const target = latexName(`bar ${to.name}`);
      return `${target} \\mathrel{+}= ${latex(sum ?? number(0))}\\colon\\quad ${latex(terms)} = ${latexNumber(total)}`;
    }),
    spoken: sent.map(({ to, total }) => `${to.name} has cotangent ${formatNumber(total)}.`).join(' '),
  };
}

function explainEnd(walk: Walk, taken: readonly Step[]): Explanation {
  const [x, y] = variables.map((name) => walk.nodes.find((node) => node.name === name)) as [Node, Node];
  const [bx, by] = [x, y].map((node) => knownOf(walk, taken, node).cotangent ?? 0) as [number, number];
  const both = plus(
    call('multiply', number(bx), number(x.tangent)),
    call('multiply', number(by), number(y.tangent)),
  );
  const tangent = latexNumber(walk.output.tangent);
  return {
    title: 'Both ways lead to the same',
    words:
      'One way back gave the whole gradient; one way forward, the derivative in the direction of the tangents.',
    formulas: [
      `\\nabla f = (\\bar{x}, \\bar{y}) = (${latexNumber(bx)},\\ ${latexNumber(by)})`,
      `\\bar{x}\\cdot\\dot{x} + \\bar{y}\\cdot\\dot{y} = ${latex(both)} = ${tangent} = \\dot{f}`,
    ],
    spoken: `The gradient is ${formatNumber(bx)}, ${formatNumber(by)}; the tangent of f is ${formatNumber(walk.output.tangent)}.`,
  };
}

/** The sum over the inputs of slope times a factor, without the constants. With `slopes`, in numbers. */
function totalOf(
  node: Node,
  made: Made,
  factorOf: (input: Node) => Expression,
  slopes?: readonly number[],
): Expression {
  const terms = made.inputs.flatMap((input, i) => {
    const term = input.name === null ? null : product(partialOf(node, made, i), factorOf(input), slopes?.[i]);
    return term ? [term] : [];
  });
  return terms.length === 0 ? number(0) : terms.reduce(plus);
}

/**
 * Slope times factor. A slope of 1, −1 or 0 is not written out. With `slope`, its number stands in place of
 * its formula.
 */
function product(partial: Expression, factor: Expression, slope?: number): Expression | null {
  if (partial.kind === 'number' && partial.value === 0) return null;
  if (partial.kind === 'number' && partial.value === 1) return factor;
  if (partial.kind === 'number' && partial.value === -1) return call('negate', factor);
  return call('multiply', slope === undefined ? partial : number(slope), factor);
}

function plus(a: Expression, b: Expression): Expression {
  return b.kind === 'call' && b.operation === 'negate' ? call('subtract', a, ...b.inputs) : call('add', a, b);
}

/** The partial derivative with respect to an input, written in the node's own names. */
function partialOf(node: Node, { operation, inputs }: Made, index: number): Expression {
  const [a, b] = inputs.map(referenceTo);
  const own: Readonly<Record<string, Expression | undefined>> = { a, b, v: referenceTo(node) };
  return evaluate<Expression>(
    parseExpression(operationOf(operation).partials[index] as string, ['a', 'b', 'v']),
    (leaf) => (leaf.kind === 'name' ? (own[leaf.name] as Expression) : leaf),
    (name, args) => call(name, ...args),
  );
}

function knownCotangent({ deliveries }: Walk, node: Node): number {
  return deliveries.findLast(({ to }) => to === node)?.total ?? 1;
}

function totalBefore({ deliveries }: Walk, delivery: Delivery): number | null {
  const earlier = deliveries.slice(0, deliveries.indexOf(delivery));
  return earlier.findLast(({ to }) => to === delivery.to)?.total ?? null;
}

function referenceTo({ name, primal }: Node): Expression {
  return name === null ? number(primal) : { kind: 'name', name };
}

/** The differential, the tangent or the cotangent of a node, as a name. */
function nameOf(what: 'd' | 'dot' | 'bar', { name }: Node): Expression {
  return { kind: 'name', name: `${what} ${name}` };
}

function call(operation: string, ...inputs: readonly Expression[]): Expression {
  return { kind: 'call', operation, inputs };
}

function number(value: number): Expression {
  return { kind: 'number', value };
}

function latex(expression: Expression): string {
  return toLatex(expression, latexName);
}

/** 'v1' is v with a subscript; 'dot v1' has a dot on it, 'bar v1' a bar; 'd v1' is a differential. */
function latexName(name: string): string {
  const [, what = '', letter = '', index = ''] = /^(?:(\w+) )?([a-z])(\d*)$/.exec(name) ?? [];
  const marked = { '': letter, d: `\\mathrm{d}${letter}`, dot: `\\dot{${letter}}`, bar: `\\bar{${letter}}` }[
    what
  ];
  return index === '' ? `${marked}` : `${marked}_{${index}}`;
}
