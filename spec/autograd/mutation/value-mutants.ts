/** Ways to make a computation wrong: swap an operator, change a number, a choice, a bound or a condition. */
import ts from 'typescript';
import type { Mutant } from './mutants.ts';
import { visit } from './rules.ts';

const swaps: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
]);
const twins: Readonly<Record<string, string>> = { add: 'subtract', subtract: 'add', multiply: 'divide' };

/** All mutants of a file: of what it computes, not of its texts and types. */
export function valueMutantsOf(source: ts.SourceFile): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const replace = (kind: string, node: ts.Node, replacement: string) =>
    mutants.push({ kind, start: node.getStart(source), end: node.end, replacement });
  visit(source, (node) => {
    if (isText(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = swaps.get(node.operatorToken.kind);
      const joinsTexts = [node.left, node.right].some((side) => isText(side));
      if (other && !joinsTexts) replace('swap the operator', node.operatorToken, other);
    }
    // Of a number of more than 16 digits, the next whole one is the same.
    if (ts.isNumericLiteral(node) && Number(node.text) + 1 !== Number(node.text)) {
      replace('change a number', node, String(Number(node.text) + 1));
    }
    if (ts.isConditionalExpression(node)) {
      const [condition, yes, no] = [node.condition, node.whenTrue, node.whenFalse].map((n) =>
        n.getText(source),
      );
      replace('change a choice', node, `(${condition} ? ${no} : ${yes})`);
    }
    if (ts.isPrefixUnaryExpression(node) && prefixes.includes(node.operator)) {
      replace('drop a sign', node, node.operand.getText(source));
    }
    if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent)) {
      const other = Object.hasOwn(twins, node.name.text) ? twins[node.name.text] : extremeOf(node, source);
      if (other && node.parent.expression === node) replace('swap the operation', node.name, other);
    }
  });
  return mutants;
}

const prefixes: readonly ts.PrefixUnaryOperator[] = [
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.ExclamationToken,
];

function extremeOf(node: ts.PropertyAccessExpression, source: ts.SourceFile): string | undefined {
  if (node.expression.getText(source) !== 'Math') return undefined;
  return { max: 'min', min: 'max' }[node.name.text];
}

/** Types, imports, and whatever stands within an error's text. */
function isText(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isTypeNode(at) || ts.isInterfaceDeclaration(at) || ts.isImportDeclaration(at)) return true;
    if (ts.isTemplateExpression(at) || ts.isStringLiteralLike(at) || ts.isThrowStatement(at)) return true;
  }
  return false;
}
