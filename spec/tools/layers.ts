import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** What the files of one room may import; `node` says whether Node's own modules are among it. */
export interface Room {
  readonly name: string;
  readonly below: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/**
 * The rooms, lowest first. A file belongs to the last room whose name begins its path. The files, the report and the command line
 * are rooms of their own inside `flows`: they need Node, which all the rest must do without, because it also runs in browsers.
 * The formats and the data sets are two because they need a package.
 */
export const rooms: readonly Room[] = [
  { name: 'lib', below: [], packages: ['ndarray', 'ndarray-ops', 'gpu.js'], node: false },
  { name: 'autograd', below: ['lib'], packages: [], node: false },
  { name: 'flows', below: ['lib', 'autograd', 'flows/formats', 'flows/data'], packages: [], node: false },
  { name: 'flows/formats', below: ['lib', 'autograd', 'flows'], packages: ['fflate'], node: false },
  { name: 'flows/data', below: ['lib', 'autograd', 'flows', 'flows/formats'], packages: ['fflate'], node: false },
  { name: 'flows/files', below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data'], packages: [], node: true },
  {
    name: 'flows/report',
    below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data'],
    packages: ['@observablehq/plot', 'linkedom'],
    node: true,
  },
  {
    name: 'flows/cli',
    below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data', 'flows/files', 'flows/report'],
    packages: ['cli-progress'],
    node: true,
  },
];

interface Import {
  readonly specifier: string;
  readonly line: number;
  /** True for `import(...)` and for what the compiler erases: neither runs when the file is loaded. */
  readonly lazy: boolean;
}

/** Every forbidden import below `root`, one readable sentence each; an empty list when the house stands. */
export function findViolations(root: string): string[] {
  return sourceFiles(root).flatMap((file) =>
    importsOf(file, readFileSync(join(root, file), 'utf8')).flatMap((entry) => {
      const complaint = complaintAbout(file, entry);
      return complaint === undefined ? [] : [`${file}:${entry.line} imports '${entry.specifier}': ${complaint}.`];
    }),
  );
}

/** Says why `file` (a path relative to the root, with forward slashes) may not have this import, or undefined if it may. */
function complaintAbout(file: string, { specifier, lazy }: Import): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return undefined;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    const targetRoom = roomOf(target)?.name;
    if (targetRoom === room.name || (targetRoom !== undefined && room.below.includes(targetRoom))) return undefined;
    return `${room.name} may import from ${list([room.name, ...room.below])} only`;
  }
  if (isBuiltin(specifier)) {
    return room.node ? undefined : `${room.name} must run in a browser, so it may not use Node's modules`;
  }
  const name = packageName(specifier);
  if (!room.packages.includes(name)) {
    return `${room.name} may use ${room.packages.length === 0 ? 'no package' : `the packages ${list(room.packages)} only`}`;
  }
  return name === 'gpu.js' && !lazy
    ? 'gpu.js is an optional peer, so it must be loaded with await import(...)'
    : undefined;
}

/** All the module specifiers that a TypeScript source names, in order; `declare module` augmentations are not imports. */
export function importsOf(file: string, source: string): Import[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, lazy: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    imports.push({
      specifier: specifier.text,
      line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      lazy,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], true);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return imports;
}

/** The room that a file (a path relative to the root) belongs to. */
export function roomOf(file: string): Room | undefined {
  return rooms.findLast((room) => file.startsWith(`${room.name}/`));
}

/** The sources of all rooms, as paths relative to the root, in order. */
export function sourceFiles(root: string): string[] {
  const topLevel = rooms.filter((room) => !room.name.includes('/'));
  return topLevel
    .flatMap((room) => readdirSync(join(root, room.name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.[cm]?ts$/.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The package that an import names. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
