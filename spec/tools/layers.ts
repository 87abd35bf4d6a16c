import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** What the files of one room may import. */
export interface Room {
  readonly name: string;
  /** The rooms below it. */
  readonly below: readonly string[];
  readonly packages: readonly string[];
  /** Whether Node's own modules are among it. */
  readonly node: boolean;
  /** The room's files and folders, lowest first: each imports only those that stand before it. */
  readonly order?: readonly string[];
}

/**
 * The rooms, lowest first. A file belongs to the last room whose name begins its path. The files, the report
 * and the command line are rooms of their own inside `flows`: they need Node, which all the rest must do
 * without, because it also runs in browsers. The formats and the data sets are two because they need a
 * package.
 */
export const rooms: readonly Room[] = [
  {
    name: 'lib',
    below: [],
    packages: ['ndarray', 'ndarray-ops', 'gpu.js'],
    node: false,
    order:
      words(`errors options dtype shape ndarray array requirements views nested create copy-run format sorting
      wasm threads elementwise indexing windows reduce matmul linear-algebra random program index`),
  },
  {
    name: 'autograd',
    below: ['lib'],
    packages: [],
    node: false,
    order:
      words(`core trees operations create transfer random fuse method-types methods levels graph derivatives arrays
      functions index`),
  },
  {
    name: 'flows',
    below: ['lib', 'autograd', 'flows/formats', 'flows/data'],
    packages: [],
    node: false,
    order:
      words(`checks interpolate assignment points squared-distances time flow-map paths conversions couplings solvers sampling losses
      likelihood networks training formats data fit metrics verify xla worker files report cli index`),
  },
  { name: 'flows/formats', below: ['lib', 'autograd', 'flows'], packages: ['fflate'], node: false },
  {
    name: 'flows/data',
    below: ['lib', 'autograd', 'flows', 'flows/formats'],
    packages: ['fflate', 'papaparse'],
    node: false,
  },
  {
    name: 'flows/files',
    below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data'],
    packages: [],
    node: true,
  },
  {
    name: 'flows/report',
    below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data'],
    packages: ['@observablehq/plot', 'katex', 'linkedom'],
    node: true,
  },
  {
    name: 'flows/cli',
    below: ['lib', 'autograd', 'flows', 'flows/formats', 'flows/data', 'flows/files', 'flows/report'],
    packages: ['cli-progress', 'hyparquet'],
    node: true,
  },
];

const optionalPeers: readonly string[] = ['gpu.js', 'hyparquet'];

interface Import {
  readonly specifier: string;
  readonly line: number;
  /** True for `import(...)` and for what the compiler erases: neither runs when the file is loaded. */
  readonly lazy: boolean;
}

/** Every forbidden import below `root`, one readable sentence each; an empty list when the house stands. */
export function findViolations(root: string): string[] {
  const imports = sourceFiles(root).flatMap((file) =>
    importsOf(file, readFileSync(join(root, file), 'utf8')).map((entry) => ({ file, entry })),
  );
  const complaints = imports.flatMap(({ file, entry }) => {
    const complaint = complaintAbout(file, entry) ?? complaintAboutOrder(file, entry);
    return complaint === undefined
      ? []
      : [`${file}:${entry.line} imports '${entry.specifier}': ${complaint}.`];
  });
  return [...complaints, ...findCircles(imports)];
}

/**
 * Says why `file` (a path relative to the root, with forward slashes) may not have this import, or undefined
 * if it may.
 */
function complaintAbout(file: string, { specifier, lazy }: Import): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return undefined;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    const targetRoom = roomOf(target)?.name;
    if (targetRoom === room.name || (targetRoom !== undefined && room.below.includes(targetRoom)))
      return undefined;
    return `${room.name} may import from ${list([room.name, ...room.below])} only`;
  }
  if (isBuiltin(specifier)) {
    return room.node ? undefined : `${room.name} must run in a browser, so it may not use Node's modules`;
  }
  const name = packageName(specifier);
  if (!room.packages.includes(name)) {
    return `${room.name} may use ${room.packages.length === 0 ? 'no package' : `the packages ${list(room.packages)} only`}`;
  }
  return optionalPeers.includes(name) && !lazy
    ? `${name} is an optional peer, so it must be loaded with await import(...)`
    : undefined;
}

/**
 * Says why `file` may not have this import of another part of its own top-level room, or undefined if it may.
 */
function complaintAboutOrder(file: string, { specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(file), specifier);
  const room = rooms.find(({ name }) => file.startsWith(`${name}/`) && target.startsWith(`${name}/`));
  if (room?.order === undefined) return undefined;
  const [from, to] = [partOf(room.name, file), partOf(room.name, target)];
  if (from === to) return undefined;
  const homeless = [from, to].find((part) => !room.order?.includes(part));
  if (homeless !== undefined)
    return `give '${homeless}' its place in the order of ${room.name} (spec/tools/layers.ts)`;
  if (room.order.indexOf(to) < room.order.indexOf(from)) return undefined;
  return `'${from}' stands below '${to}' in ${room.name}, so it may not import it`;
}

/**
 * Circles, one sentence each. In every folder, its files and its subfolders, each subfolder as one part, must
 * import each other without a circle. A circle of files is one in the smallest folder that holds them all, so
 * none of those is left either.
 */
function findCircles(imports: readonly { readonly file: string; readonly entry: Import }[]): string[] {
  const folders = new Map<string, Map<string, Set<string>>>();
  for (const { file, entry } of imports) {
    if (!entry.specifier.startsWith('.')) continue;
    const target = posix.join(posix.dirname(file), entry.specifier);
    const folder = commonFolder(file, target);
    const [from, to] = [partOf(folder, file), partOf(folder, target)];
    if (from === to) continue;
    const parts = folders.get(folder) ?? new Map<string, Set<string>>();
    folders.set(folder, parts.set(from, (parts.get(from) ?? new Set()).add(to)));
  }
  return [...folders].flatMap(([folder, parts]) => {
    const circle = circleIn(parts);
    return circle === undefined ? [] : [`${folder}: ${circle.join(' → ')} is a circle of imports.`];
  });
}

/**
 * A way along the arrows that ends where it began, or undefined: by a walk in depth that remembers where it
 * stands.
 */
function circleIn(arrows: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const finished = new Set<string>();
  const walk = (part: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(part)) return [...path.slice(path.indexOf(part)), part];
    if (finished.has(part)) return undefined;
    for (const next of arrows.get(part) ?? []) {
      const circle = walk(next, [...path, part]);
      if (circle !== undefined) return circle;
    }
    finished.add(part);
    return undefined;
  };
  return [...arrows.keys()].map((part) => walk(part, [])).find((circle) => circle !== undefined);
}

/** The folder in which the ways to two files part. */
function commonFolder(a: string, b: string): string {
  const [from, to] = [a.split('/'), b.split('/')];
  return from
    .slice(
      0,
      from.findIndex((name, i) => name !== to[i]),
    )
    .join('/');
}

/** What holds a file within a folder: a subfolder, or the file itself, without its ending. */
function partOf(folder: string, file: string): string {
  return (file.slice(folder.length + 1).split('/')[0] as string).replace(/\.ts$/, '');
}

/**
 * All the module specifiers that a TypeScript source names, in order; `declare module` augmentations are not
 * imports.
 */
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

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
