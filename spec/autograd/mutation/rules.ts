/** Finds the derivative rules and the batching rules in a source file, by its syntax tree. */
import ts from 'typescript';

/** Where a declaring function takes its partial derivatives. */
const declarations: Readonly<Record<string, number>> = { unary: 2, binary: 2, elementwise: 2 };
const ruleNames = ['forward', 'reverse', 'transpose', 'batch'];

/**
 * The nodes of a file that say how something is differentiated or batched: rules, and the functions of the
 * file that they call.
 */
export function rulesIn(source: ts.SourceFile): readonly ts.Node[] {
  const rules = new Set<ts.Node>();
  visit(source, (node) => {
    const place = ts.isCallExpression(node) ? declarations[node.expression.getText(source)] : undefined;
    const partials = place === undefined ? undefined : (node as ts.CallExpression).arguments[place];
    if (partials) rules.add(partials);
    if (ts.isObjectLiteralExpression(node) && propertyOf(node, 'evaluate')) {
      for (const name of ruleNames) {
        const rule = propertyOf(node, name);
        if (rule) rules.add(rule);
      }
    }
  });
  // A set grows while it is walked: helpers of helpers are found as well.
  const helpers = new Map(source.statements.filter(ts.isFunctionDeclaration).map((f) => [f.name?.text, f]));
  for (const rule of rules) {
    visit(rule, (node) => {
      const helper = ts.isIdentifier(node) ? helpers.get(node.text) : undefined;
      if (helper?.body && !isExported(helper)) rules.add(helper.body);
    });
  }
  return [...rules];
}

/** Calls `act` on a node and all below it. */
export function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  ts.forEachChild(node, (child) => visit(child, act));
}

function propertyOf(
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  return object.properties.find((property) => property.name?.getText() === name);
}

function isExported(declaration: ts.FunctionDeclaration): boolean {
  return declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
