/** A module for each group of the API reference, which exports its names: TypeDoc makes a page of each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { type ApiGroup, apiGroups, entryPoints } from './api-groups.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Writes the modules, two folders below the root, with a tsconfig.json. Throws if no group has a name.
 */
export function writeApiModules(modules: string): void {
  mkdirSync(modules, { recursive: true });
  const settings = { extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] };
  writeFileSync(join(modules, 'tsconfig.json'), JSON.stringify(settings));
  for (const [{ page, module, namespaceFile }, exported] of namesByGroup()) {
    const what = namespaceFile === undefined ? `{ ${exported.join(', ')} }` : '*';
    const file = namespaceFile ?? entryPoints[module];
    writeFileSync(join(modules, `${page}.ts`), `export ${what} from '../../${file}';\n`);
  }
}

/** The names that each group's page has: those that its module exports and its files declare. */
function namesByGroup(): ReadonlyMap<ApiGroup, readonly string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options: settings } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const program = ts.createProgram(
    Object.values(entryPoints).map((file) => join(root, file)),
    settings,
  );
  const checker = program.getTypeChecker();
  const names = new Map<ApiGroup, string[]>(apiGroups.map((group) => [group, []]));
  for (const [module, entry] of Object.entries(entryPoints)) {
    const source = checker.getSymbolAtLocation(program.getSourceFile(join(root, entry))!)!;
    for (const symbol of checker.getExportsOfModule(source)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const file = relative(root, target.declarations![0]!.getSourceFile().fileName);
      const group = apiGroups.find((other) => other.module === module && isDeclaredFor(other, file));
      if (!group) throw new Error(`api-groups.ts: no page has '${symbol.name}' of ${file}`);
      if (group.namespaceFile === undefined)
        names.get(group)!.push(target.flags & ts.SymbolFlags.Value ? symbol.name : `type ${symbol.name}`);
    }
  }
  return names;
}

function isDeclaredFor({ declaredIn, namespaceFile }: ApiGroup, file: string): boolean {
  if (namespaceFile !== undefined) return file === namespaceFile;
  return (
    declaredIn?.some((place) => file === place || (place.endsWith('/') && file.startsWith(place))) ?? true
  );
}
