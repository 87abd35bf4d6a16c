import { expect } from 'chai';
import ts from 'typescript';
import { modules } from './code-blocks.ts';

describe('every public name', function () {
  this.timeout(60_000);

  it('has a docstring', () => {
    const program = ts.createProgram(Object.values(modules), {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    });
    const checker = program.getTypeChecker();
    const undocumented = Object.entries(modules).flatMap(([module, file]) => {
      const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
      expect(exported.length, module).to.be.greaterThan(5);
      return exported
        .filter((symbol) => !isDocumented(symbol, checker))
        .map(({ name }) => `${module}: ${name}`);
    });
    expect(undocumented).to.deep.equal([]);
  });
});

/**
 * By a comment of its own; a type also by one on each of its members; a namespace, and a row of lib's tables
 * of elementwise functions, by that of its file.
 */
function isDocumented(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (hasComment(target, checker)) return true;
  const [declaration] = target.declarations ?? [];
  const file = declaration?.getSourceFile();
  const byItsFile = declaration === file || file?.fileName.includes('/lib/elementwise/');
  if (file && byItsFile) return /^\s*\/\*\*/.test(file.text);
  if (!(target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))) return false;
  const members = checker.getDeclaredTypeOfSymbol(target).getProperties();
  return members.length > 0 && members.every((member) => hasComment(member, checker));
}

function hasComment(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}
