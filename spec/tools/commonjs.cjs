/**
 * Loads the ES modules of this folder for a `require` that knows CommonJS only, as Jest's before Node 24.9.
 * Node's own can load them, and never comes here. The build writes them in one form: imports by name at the
 * start of a line, and one list of exports at the end. The digits, outside this folder, are one constant.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const loaded = new Map();

module.exports = function load(name) {
  if (!name.startsWith('.')) return require(name);
  if (!loaded.has(name)) loaded.set(name, evaluate(name));
  return loaded.get(name);
};

/** The exports of a module. A `Function` belongs to the realm of the test, as its arrays and errors do. */
function evaluate(name) {
  const file = join(__dirname, name);
  const code = readFileSync(file, 'utf8')
    .replace(/^import (?:(\{[^}]*\}) from )?("[^"]+");$/gm, (_, names, path) =>
      names ? `const ${names.replaceAll(' as ', ': ')} = require(${path});` : `require(${path});`,
    )
    .replace(/^export const (\w+) = (`[^`]*`);$/m, 'return { $1: $2 };')
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href))
    .replace(/^export (\{[^}]*\});$/m, (_, names) => `return ${names.replace(/(\S+) as (\w+)/g, '$2: $1')};`);
  return new Function('require', `"use strict"; ${code}\n//# sourceURL=${file}`)(module.exports);
}
