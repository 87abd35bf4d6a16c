/** Loads modules of this repository anew, some of them with another source. It changes no file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';

type Exports = Record<string, unknown>;
interface Module {
  exports: Exports;
}

type ModuleFunction = (module: Module, require: (specifier: string) => unknown, url: string) => void;

const requirePackage = createRequire(import.meta.url);
const compiled = new Map<string, ModuleFunction>();
const shared = new Map<string, Module>();

/**
 * The exports of a module. It and all that it imports, directly or not, are evaluated anew, with the given
 * sources in place of files. Modules for which `isShared` holds are evaluated only once.
 */
export function load(
  entry: string,
  sources: ReadonlyMap<string, string>,
  isShared: (path: string) => boolean,
): Exports {
  const loaded = new Map<string, Module>();
  const instantiate = (path: string): Exports => {
    const cache = isShared(path) ? shared : loaded;
    const known = cache.get(path);
    if (known) return known.exports;
    const module: Module = { exports: {} };
    cache.set(path, module);
    const replaced = sources.get(path);
    const run = replaced === undefined ? moduleAt(path) : compile(path, replaced);
    run(
      module,
      (specifier) => {
        if (!specifier.startsWith('.')) return requirePackage(specifier);
        const imported = resolve(dirname(path), specifier);
        return imported.endsWith('.cjs') ? requirePackage(imported) : instantiate(imported);
      },
      pathToFileURL(path).href,
    );
    return module.exports;
  };
  return instantiate(entry);
}

function moduleAt(path: string): ModuleFunction {
  const known = compiled.get(path) ?? compile(path, readFileSync(path, 'utf8'));
  compiled.set(path, known);
  return known;
}

// With esbuild: TypeScript takes ten times as long, and each new process compiles all that the specs import.
function compile(path: string, source: string): ModuleFunction {
  if (path.endsWith('.json')) {
    return (module) => {
      module.exports = JSON.parse(source);
    };
  }
  const { code } = transformSync(source, {
    loader: 'ts',
    format: 'cjs',
    target: 'es2022',
    logLevel: 'silent',
  });
  const body = code.replaceAll('import_meta.url', 'url');
  return new Script(`(function (module, require, url) {${body}\n})`, { filename: path }).runInThisContext();
}
