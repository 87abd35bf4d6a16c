/**
 * Leaves in the compiled declarations what users' types can reach: the names that the package exports, and
 * all that these mention. Modules of which nothing is left go. Types are what they were: whatever a compiler
 * looks up from an entry is still there.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** Rewrites the .d.ts files of `dist` for the package's entries, which are paths of .d.ts files. */
export function keepPublicDeclarations(dist: string, entries: readonly string[]): void {
  const roots = entries.map((entry) => resolve(entry));
  const program = programOf(roots);
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(resolve(dist)));
  const isPublic = publicNodes(program, new Set(files), roots);
  const kept = new Set(
    files.filter((file) => roots.includes(file.fileName) || file.statements.some(isNeeded)),
  );
  for (const file of kept) writeFileSync(file.fileName, textOf(file));
  const names = new Set([...kept].map(({ fileName }) => fileName));
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = resolve(join(dist, path));
    if (/\.d\.c?ts$/.test(file) && !names.has(file)) rmSync(file);
  }
  const reached = new Set(
    programOf(roots)
      .getSourceFiles()
      .map(({ fileName }) => fileName),
  );
  const lost = [...names].filter((name) => !reached.has(name));
  if (lost.length > 0) throw new Error(`no public declaration leads to ${lost.join(', ')} any more`);

  function isNeeded(statement: ts.Statement): boolean {
    if (ts.isImportDeclaration(statement)) return false;
    if (!ts.isExportDeclaration(statement)) return isPublic.has(statement);
    const { exportClause } = statement;
    if (!exportClause) return true;
    return ts.isNamedExports(exportClause)
      ? exportClause.elements.some((element) => isPublic.has(element))
      : isPublic.has(exportClause);
  }

  function textOf(file: ts.SourceFile): string {
    const imports = file.statements
      .filter(ts.isImportDeclaration)
      .map((statement) => importOf(statement, file));
    const rest = file.statements.filter((s) => !ts.isImportDeclaration(s) && (isNeeded(s) || isMark(s)));
    return `${[...imports, ...rest.map(statementText)].join('').trim()}\n`;
  }

  function statementText(statement: ts.Statement): string {
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    return clause && ts.isNamedExports(clause) ? withNames(statement, clause) : statement.getFullText();
  }

  /** What is left of an import. It stays without names where its module extends others. */
  function importOf(statement: ts.ImportDeclaration, file: ts.SourceFile): string {
    const { importClause, moduleSpecifier } = statement;
    if (!importClause) return statement.getFullText();
    const { name, namedBindings: names } = importClause;
    if (name ? isPublic.has(importClause) : names && ts.isNamespaceImport(names) && isPublic.has(names))
      return statement.getFullText();
    if (names && ts.isNamedImports(names) && names.elements.some((element) => isPublic.has(element)))
      return withNames(statement, names);
    const target = program.getTypeChecker().getSymbolAtLocation(moduleSpecifier)?.valueDeclaration;
    return target && kept.has(target.getSourceFile()) && extendsOthers(target.getSourceFile())
      ? `\nimport ${moduleSpecifier.getText(file)};`
      : '';
  }

  function withNames(statement: ts.Statement, names: ts.NamedImports | ts.NamedExports): string {
    const left = [...names.elements].filter((element) => isPublic.has(element)).map((e) => e.getText());
    const text = statement.getFullText();
    const start = names.getStart() - statement.pos;
    return `${text.slice(0, start)}{ ${left.join(', ')} }${text.slice(names.end - statement.pos)}`;
  }
}

function programOf(roots: readonly string[]): ts.Program {
  return ts.createProgram(roots, { module: ts.ModuleKind.NodeNext, types: [], noLib: true });
}

/** `export {}`, which makes a file a module. */
function isMark(statement: ts.Statement): boolean {
  return ts.isExportDeclaration(statement) && /^export \{\s*\};$/.test(statement.getText());
}

function extendsOthers(file: ts.SourceFile): boolean {
  return file.statements.some(ts.isModuleDeclaration);
}

/** The statements and the names in imports and exports that somebody reaches from the entries. */
function publicNodes(
  program: ts.Program,
  files: ReadonlySet<ts.SourceFile>,
  roots: readonly string[],
): Set<ts.Node> {
  const checker = program.getTypeChecker();
  const found = new Set<ts.Node>();
  for (const file of files) {
    for (const statement of file.statements) if (ts.isModuleDeclaration(statement)) visit(statement);
    if (roots.includes(file.fileName)) visitExports(checker.getSymbolAtLocation(file));
  }
  return found;

  function visitExports(module: ts.Symbol | undefined): void {
    if (module) for (const symbol of checker.getExportsOfModule(module)) visitSymbol(symbol);
  }

  function visitSymbol(symbol: ts.Symbol | undefined): void {
    for (const declaration of symbol?.declarations ?? []) {
      if (!files.has(declaration.getSourceFile())) continue;
      if (ts.isSourceFile(declaration)) visitExports(symbol);
      else if (symbol && symbol.flags & ts.SymbolFlags.Alias) visitAlias(symbol, declaration);
      else visit(statementOf(declaration));
    }
  }

  function visitAlias(symbol: ts.Symbol, declaration: ts.Node): void {
    if (found.has(declaration)) return;
    found.add(declaration);
    visitSymbol(checker.getImmediateAliasedSymbol(symbol));
  }

  function visit(node: ts.Node): void {
    if (found.has(node)) return;
    found.add(node);
    if (ts.isIdentifier(node)) visitSymbol(checker.getSymbolAtLocation(node));
    if (ts.isImportTypeNode(node)) visitSymbol(checker.getSymbolAtLocation(node.qualifier ?? node.argument));
    ts.forEachChild(node, visit);
  }
}

/** The statement of a module, or of a `declare module`, that holds the node. */
function statementOf(node: ts.Node): ts.Node {
  let statement = node;
  while (!ts.isSourceFile(statement.parent) && !ts.isModuleBlock(statement.parent))
    statement = statement.parent;
  return statement;
}
