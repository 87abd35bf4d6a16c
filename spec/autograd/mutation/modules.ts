/** Loads modules of this repository anew, some of them with another source. It changes no file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import ts from 'typescript';

type Exports = Record<string, unknown>;
type ModuleFunction = (exports: Exports, require: (specifier: string) => unknown, url: string) => void;

const requirePackage = createRequire(import.meta.url);
const compiled = new Map<string, ModuleFunction>();
const shared = new Map<string, Exports>();

/**
 * The exports of a module. It and all that it imports, directly or not, are evaluated anew, with the given
 * sources in place of files. Modules for which `isShared` holds are evaluated only once.
 */
export function load(
  entry: string,
  sources: ReadonlyMap<string, string>,
  isShared: (path: string) => boolean,
): Exports {
  const loaded = new Map<string, Exports>();
  const instantiate = (path: string): Exports => {
    const cache = isShared(path) ? shared : loaded;
    const known = cache.get(path);
    if (known) return known;
    const exports: Exports = {};
    cache.set(path, exports);
    const replaced = sources.get(path);
    const run = replaced === undefined ? moduleAt(path) : compile(path, replaced);
    run(
      exports,
      (specifier) => {
        if (!specifier.startsWith('.')) return requirePackage(specifier);
        const imported = resolve(dirname(path), specifier);
        return imported.endsWith('.cjs') ? requirePackage(imported) : instantiate(imported);
      },
      pathToFileURL(path).href,
    );
    return exports;
  };
  return instantiate(entry);
}

function moduleAt(path: string): ModuleFunction {
  const known = compiled.get(path) ?? compile(path, readFileSync(path, 'utf8'));
  compiled.set(path, known);
  return known;
}

function compile(path: string, source: string): ModuleFunction {
  if (path.endsWith('.json')) return (exports) => Object.assign(exports, JSON.parse(source));
  const { outputText } = ts.transpileModule(source, {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const body = outputText.replaceAll('import.meta.url', 'url');
  return new Script(`(function (exports, require, url) {${body}\n})`, { filename: path }).runInThisContext();
}
