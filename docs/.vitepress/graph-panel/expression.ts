/** Expressions as a reader types them, as trees of operations. jsep reads the text. */
import jsep from 'jsep';
import { functionNames, operations } from './operations.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly name?: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly operation: string; readonly inputs: readonly Expression[] };

/** What is wrong with the text, for the person who typed it. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const longest = 200;
/**
 * Characters that phones and other keyboards type in place of an operator, and the operator that each means.
 */
const otherSigns: readonly (readonly [string, string])[] = [
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['**', '^'],
];
const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
const operators: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['^', 'power'],
]);

// In jsep, as in JavaScript, ^ is a logical operation. Here it is a power. A power binds tighter than the
// minus on its left: −x^2 is −(x^2).
jsep.removeBinaryOp('^');
jsep.hooks.add('gobble-token', function (env) {
  // By itself jsep does not show numbers to 'after-token'.
  const number = /[\d.]/.test(this.char) ? this.gobbleNumericLiteral() : undefined;
  if (number) env.node = number;
});
jsep.hooks.add('after-token', function (env) {
  this.gobbleSpaces();
  if (!env.node || this.char !== '^') return;
  this.index++;
  const exponent = this.gobbleToken() || this.throwError('Expected an exponent after ^');
  env.node = { type: 'BinaryExpression', operator: '^', left: env.node, right: exponent };
});

/**
 * Reads an expression in the given names.
 *
 * @throws ExpressionError with a message for whoever typed it.
 * @example parseExpression('sin(x) * y', ['x', 'y']);
 */
export function parseExpression(text: string, names: readonly string[]): Expression {
  if (text.trim() === '') throw new ExpressionError(`Write an expression in ${names.join(' and ')}.`);
  if (text.length > longest)
    throw new ExpressionError(`That is too long to draw: ${longest} characters at most.`);
  return convert(
    read(otherSigns.reduce((plain, [sign, meaning]) => plain.replaceAll(sign, meaning), text)),
    names,
  );
}

/** Evaluates an expression: calls its operations on the values of its names. */
export function evaluate<T>(
  expression: Expression,
  leafValue: (leaf: Exclude<Expression, { kind: 'call' }>) => T,
  call: (operation: string, inputs: readonly T[]) => T,
): T {
  if (expression.kind !== 'call') return leafValue(expression);
  return call(
    expression.operation,
    expression.inputs.map((input) => evaluate(input, leafValue, call)),
  );
}

function read(text: string): jsep.CoreExpression {
  try {
    return jsep(text) as jsep.CoreExpression;
  } catch (error) {
    const { description, index } = error as { readonly description?: string; readonly index?: number };
    if (description === undefined || index === undefined) throw error;
    if (description.startsWith('Variable names')) {
      throw new ExpressionError(`A product needs its sign: write 2 * x, not 2x (character ${index + 1}).`);
    }
    throw new ExpressionError(`${description} (character ${index + 1}).`);
  }
}

function convert(node: jsep.CoreExpression, names: readonly string[]): Expression {
  const inside = (inner: jsep.Expression) => convert(inner as jsep.CoreExpression, names);
  switch (node.type) {
    case 'Literal':
      if (typeof node.value !== 'number') throw new ExpressionError(`${node.raw} is not a number.`);
      return { kind: 'number', value: node.value };
    case 'Identifier':
      return named(node.name, names);
    case 'UnaryExpression':
      return signed(node.operator, inside(node.argument));
    case 'BinaryExpression': {
      const operation = operators.get(node.operator) ?? unknownOperator(node.operator);
      return { kind: 'call', operation, inputs: [inside(node.left), inside(node.right)] };
    }
    case 'CallExpression':
      return called(node.callee, node.arguments.map(inside), names);
    case 'Compound':
    case 'SequenceExpression':
      throw new ExpressionError(
        'That is more than one expression: is an operator missing, or a bracket as in sin(x)?',
      );
    default:
      throw new ExpressionError('Only numbers, names, + − * / ^, brackets and functions are understood.');
  }
}

function named(name: string, names: readonly string[]): Expression {
  const value = constants.get(name);
  if (value !== undefined) return { kind: 'number', value, name };
  if (names.includes(name)) return { kind: 'name', name };
  if (operations.has(name)) throw new ExpressionError(`${name} is a function: write ${name}(…).`);
  const known = [...names, ...constants.keys()].join(', ');
  throw new ExpressionError(
    `There is no ‘${name}’ here. The names are ${known}; the functions ${functionNames.join(', ')}.`,
  );
}

function called(
  callee: jsep.Expression,
  inputs: readonly Expression[],
  names: readonly string[],
): Expression {
  const name = callee.type === 'Identifier' ? String(callee.name) : '';
  if (name === '' || names.includes(name) || constants.has(name)) {
    throw new ExpressionError('A product needs its sign: write x * (…), not x(…).');
  }
  const operation = operations.get(name);
  if (!operation)
    throw new ExpressionError(`There is no function ‘${name}’. There are ${functionNames.join(', ')}.`);
  const wanted = operation.partials.length;
  if (inputs.length !== wanted) {
    throw new ExpressionError(
      `${name} takes ${wanted === 1 ? 'one argument' : 'two arguments'}, not ${inputs.length}.`,
    );
  }
  return { kind: 'call', operation: name, inputs };
}

function signed(operator: string, argument: Expression): Expression {
  if (operator === '+') return argument;
  if (operator !== '-') return unknownOperator(operator);
  if (argument.kind === 'number') return { kind: 'number', value: -argument.value };
  return { kind: 'call', operation: 'negate', inputs: [argument] };
}

function unknownOperator(operator: string): never {
  throw new ExpressionError(`There is no operator ‘${operator}’ here: + − * / ^ are understood.`);
}
