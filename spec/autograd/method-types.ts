/**
 * The types of the methods, written from the functions: an editor shows a function's comment at its method
 * only if the method is declared with it.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { functionsOnly } from '../../autograd/methods.ts';

const autograd = new URL('../../autograd/', import.meta.url);

/** The file that holds them. */
export const methodTypesFile = fileURLToPath(new URL('method-types.ts', autograd));

/** What the helpers that declare elementwise operations return, without the first argument. */
const signatureOfHelper: Readonly<Record<string, string>> = {
  unary: '(): Tensor',
  binary: '(y: Operand): Tensor',
  comparison: '(y: Operand): Tensor',
  logic: '(y: Operand): Tensor',
};

/** The whole text of the file, before it is formatted. */
export function methodTypes(): string {
  const imports = new Map<string, Set<string>>();
  const use = (name: string, module: string) => {
    imports.set(module, (imports.get(module) ?? new Set()).add(name.replace('lib.', '')));
  };
  const methods = operations().flatMap(({ name, module }) => methodsOf(name, module, use));
  imports.delete('./core/tensor.ts'); // the scope in which the methods are declared
  const importLines = [...imports].sort().map(([module, names]) => {
    return `import type { ${[...names].sort().join(', ')} } from '${module}';`;
  });
  return `/** Written by spec/tools/write-method-types.ts from the operations and their comments. */
${importLines.join('\n')}

declare module './core/tensor.ts' {
  interface Tensor {
${methods.join('\n\n').replace(/\blib\./g, '')}
  }
}
`;
}

/** Every operation that is a method, and its module. */
function operations(): readonly { readonly name: string; readonly module: string }[] {
  const index = parse('./operations/index.ts');
  return index.statements
    .filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, moduleSpecifier }) => {
      const module = `./${posix.join('operations', (moduleSpecifier as ts.StringLiteral).text)}`;
      const elements = [...(exportClause as ts.NamedExports).elements].filter(
        ({ isTypeOnly }) => !isTypeOnly,
      );
      return elements.map(({ name }) => ({ name: name.text, module }));
    })
    .filter(({ name }) => !(functionsOnly as readonly string[]).includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The declarations of a method, one for each overload. */
function methodsOf(
  name: string,
  module: string,
  use: (name: string, module: string) => void,
): readonly string[] {
  const file = parse(module);
  const functions = file.statements.filter(ts.isFunctionDeclaration).filter((f) => f.name?.text === name);
  const overloads = functions.length > 1 ? functions.filter(({ body }) => !body) : functions;
  for (const type of overloads.flatMap((overload) => typeNamesOf(overload)))
    use(type, moduleOf(type, file, module));
  if (overloads.length > 0) return overloads.map((f) => `${comment(f, file)}\n${name}${signature(f)};`);
  const constant = file.statements
    .filter(ts.isVariableStatement)
    .find((s) => s.declarationList.declarations[0]?.name.getText(file) === name);
  const call = constant?.declarationList.declarations[0]?.initializer as ts.CallExpression | undefined;
  const helper = signatureOfHelper[call?.expression.getText(file) ?? ''];
  if (!constant || !helper)
    throw new Error(`${name} in ${module} is declared in a way that is not known here`);
  return [`${comment(constant, file)}\n${name}${helper};`];
}

function comment(node: ts.Node, file: ts.SourceFile): string {
  const text = file.text.slice(node.getFullStart(), node.getStart(file));
  const last = text.slice(text.lastIndexOf('/**')).trimEnd();
  if (!last.endsWith('*/')) throw new Error(`no comment before ${node.getText(file).slice(0, 60)}`);
  return last;
}

/** The parameters but the first, and the result. A default makes a parameter optional. */
function signature({ parameters, type, typeParameters }: ts.FunctionDeclaration): string {
  const rest = parameters.slice(1).map((parameter) => {
    const isOptional = parameter.initializer !== undefined || parameter.questionToken !== undefined;
    const declared = parameter.type?.getText() ?? literalType(parameter.initializer);
    return `${parameter.dotDotDotToken ? '...' : ''}${parameter.name.getText()}${isOptional ? '?' : ''}: ${declared}`;
  });
  const generic = typeParameters ? `<${typeParameters.map((p) => p.getText()).join(', ')}>` : '';
  return `${generic}(${rest.join(', ')}): ${type?.getText() ?? 'never'}`;
}

function literalType(initializer: ts.Expression | undefined): string {
  if (initializer && /^-?[\d.]/.test(initializer.getText())) return 'number';
  if (initializer && /^(true|false)$/.test(initializer.getText())) return 'boolean';
  throw new Error(`a parameter needs a type: ${initializer?.parent.getText()}`);
}

function typeNamesOf({ parameters, type }: ts.FunctionDeclaration): readonly string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName.getText());
    ts.forEachChild(node, visit);
  };
  for (const { type } of parameters.slice(1)) if (type) visit(type);
  if (type) visit(type);
  return names;
}

/** Where a type of a module's signature is declared: in the module, or where it imports it from. */
function moduleOf(type: string, file: ts.SourceFile, module: string): string {
  if (type.startsWith('lib.')) return '../lib/index.ts';
  for (const { importClause, moduleSpecifier } of file.statements.filter(ts.isImportDeclaration)) {
    const names = importClause?.namedBindings;
    const path = posix.join(posix.dirname(module), (moduleSpecifier as ts.StringLiteral).text);
    if (names && ts.isNamedImports(names) && names.elements.some(({ name }) => name.text === type))
      return path.startsWith('..') ? path : `./${path}`;
  }
  return module;
}

const parsed = new Map<string, ts.SourceFile>();

function parse(module: string): ts.SourceFile {
  const known = parsed.get(module);
  if (known) return known;
  const text = readFileSync(new URL(module, autograd), 'utf8');
  const file = ts.createSourceFile(module, text, ts.ScriptTarget.ES2022, true);
  parsed.set(module, file);
  return file;
}
