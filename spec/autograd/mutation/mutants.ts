/**
 * Ways to make a derivative rule wrong: flip a sign, drop a term, swap operands, change a number or a choice.
 */
import ts from 'typescript';
import { visit } from './rules.ts';

/** One change to a source file: replaces the text between two positions. */
export interface Mutant {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

type Kind = (node: ts.Node, text: (node: ts.Node) => string) => readonly string[];

const swappable = [
  'subtract',
  'divide',
  'matmul',
  'product',
  'power',
  'greater',
  'less',
  'lessEqual',
  'greaterEqual',
];
const arithmetic = ['add', 'subtract', 'multiply', 'divide'];
const wrappers = [
  'ofInput',
  'ofOutput',
  'using',
  'eachInput',
  'applyOne',
  'apply',
  'addTerms',
  'negate',
  'where',
  'scale',
  ...arithmetic,
];

const kinds: Readonly<Record<string, Kind>> = {
  'flip the sign': (node, text) => {
    const [name, args] = callOf(node);
    if (name === 'negate') return [text(args[0] as ts.Node)];
    if (name === 'subtract') return [`require(OPERATIONS).add(${args.map(text).join(', ')})`];
    const isTerm = arithmetic.includes(callOf(node.parent)[0] ?? '') || isPartials(node.parent);
    if (isTerm && isPrefixed(node, ts.SyntaxKind.MinusToken)) return [text(node.operand)];
    if (isResult(node)) return [`((y) => y && require(OPERATIONS).negate(y))(${text(node)})`];
    if (isRuleByName(node)) return [`(...at) => require(OPERATIONS).negate(${text(node)}(...at))`];
    if (node.getText() === '1' && isPartials(node.parent)) return ['-1'];
    return [];
  },
  'drop a term': (node, text) => {
    const [name, args] = callOf(node);
    if (name === 'addTerms' && args[0] && ts.isArrayLiteralExpression(args[0])) {
      const terms = args[0].elements;
      return terms.map((dropped) => `addTerms([${terms.filter((term) => term !== dropped).map(text)}])`);
    }
    if (name === 'subtract')
      return [text(args[0] as ts.Node), `require(OPERATIONS).negate(${text(args[1] as ts.Node)})`];
    return name === 'add' && args.length === 2 ? args.map(text) : [];
  },
  'drop a factor': (node, text) => {
    const [name, args] = callOf(node);
    if (name === 'divide') return [text(args[0] as ts.Node)];
    return name === 'multiply' ? args.map(text) : [];
  },
  'drop a call': (node, text) => {
    const [name, args] = callOf(node);
    const isNamed = name !== undefined && /^\w+$/.test(name) && !wrappers.includes(name);
    return isNamed && args[0] && !ts.isSpreadElement(args[0]) ? [text(args[0])] : [];
  },
  'swap operands': (node, text) => {
    const [name, args] = callOf(node);
    const [first, second, third] = args.map(text);
    if (name === 'where') return [`where(${first}, ${third}, ${second})`];
    if (name && swappable.includes(name)) return [`${name}(${second}, ${first})`];
    if (name === 'at.input' && (first === '0' || first === '1')) return [`at.input(1 - ${first})`];
    return [];
  },
  'change a number': (node) => {
    const [name] = callOf(node.parent);
    return ts.isNumericLiteral(node) && name && arithmetic.includes(name) ? [`${Number(node.text) + 1}`] : [];
  },
  'shift an axis': (node, text) => {
    const isSum = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
    return isSum && ts.isNumericLiteral(node.right) ? [text(node.left)] : [];
  },
  'change a choice': (node, text) => {
    if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false'];
    if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true'];
    if (isPrefixed(node, ts.SyntaxKind.ExclamationToken)) return [text(node.operand)];
    if (!ts.isConditionalExpression(node) || isZero(node.whenTrue) || isZero(node.whenFalse)) return [];
    return [`${text(node.condition)} ? ${text(node.whenFalse)} : ${text(node.whenTrue)}`];
  },
};

/** All mutants of a rule. */
export function mutantsOf(rule: ts.Node): readonly Mutant[] {
  const source = rule.getSourceFile();
  const text = (node: ts.Node) => node.getText(source);
  const mutants: Mutant[] = [];
  visit(rule, (node) => {
    if (isNoFormula(node)) return;
    for (const [kind, mutate] of Object.entries(kinds)) {
      for (const replacement of mutate(node, text)) {
        if (replacement !== text(node))
          mutants.push({ kind, start: node.getStart(source), end: node.end, replacement });
      }
    }
  });
  return mutants;
}

/**
 * The source with the change made. `operations` is the path, from that file, of the module with `add` and
 * `negate`.
 */
export function applyTo(source: string, { start, end, replacement }: Mutant, operations: string): string {
  return source.slice(0, start) + replacement.replaceAll('OPERATIONS', `'${operations}'`) + source.slice(end);
}

function callOf(node: ts.Node): readonly [name: string | undefined, args: readonly ts.Expression[]] {
  return ts.isCallExpression(node) ? [node.expression.getText(), node.arguments] : [undefined, []];
}

function isPrefixed(node: ts.Node, operator: ts.PrefixUnaryOperator): node is ts.PrefixUnaryExpression {
  return ts.isPrefixUnaryExpression(node) && node.operator === operator;
}

/** What a rule returns, or an entry of the list that it returns. */
function isResult(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const { parent } = node;
  const isReturned = (ts.isArrowFunction(parent) && parent.body === node) || ts.isReturnStatement(parent);
  const isChosen = ts.isConditionalExpression(parent) && parent.condition !== node;
  return (
    isReturned ||
    isChosen ||
    (ts.isArrayLiteralExpression(parent) && ts.isCallExpression(node) && !isPartials(parent))
  );
}

/** A rule given by a function's name: `ofOutput(multiply)`. */
function isRuleByName(node: ts.Node): boolean {
  const [name, args] = callOf(node.parent);
  return ts.isIdentifier(node) && (name === 'ofInput' || name === 'ofOutput') && args[0] === node;
}

/** The list of an elementwise function's partial derivatives. */
function isPartials(list: ts.Node): boolean {
  return (
    ts.isArrayLiteralExpression(list) &&
    ts.isCallExpression(list.parent) &&
    ['binary', 'elementwise'].includes(list.parent.expression.getText())
  );
}

function isZero(node: ts.Node): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword;
}

/**
 * A rule's `needs` are not part of its formula, so they are not mutated. With too few the rule throws; with
 * too many it only takes more memory. Nor are errors part of it: specs of their own ask for their texts.
 */
function isNoFormula(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isThrowStatement(at) || ts.isCatchClause(at)) return true;
    if (ts.isPropertyAssignment(at) && at.name.getText() === 'needs') return true;
    if (ts.isObjectLiteralExpression(at) && callOf(at.parent)[0] === 'using') return true;
  }
  return false;
}
