/** Writes the pages of docs/api, one for each entry point of the package, from the docstrings. */
import { resolve } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

const root = resolve(import.meta.dirname, '../..');

/** Entry points by the names that users import them by. */
const entryPoints: Readonly<Record<string, string>> = {
  fluxion: 'autograd/index.ts',
  'fluxion-flows': 'flows/index.ts',
  'fluxion-worker': 'flows/worker/index.ts',
  'fluxion-files': 'flows/files/index.ts',
  'fluxion-xla': 'flows/xla/index.ts',
  'fluxion-lib': 'lib/index.ts',
};

const options: Partial<TypeDocOptions & PluginOptions> = {
  entryPoints: Object.values(entryPoints).map((file) => resolve(root, file)),
  tsconfig: resolve(root, 'tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  name: 'API',
  readme: 'none',
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  logLevel: 'Error',
  skipErrorChecking: true,
  groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases', 'Namespaces'],
  outputFileStrategy: 'modules',
  membersWithOwnFile: [],
  flattenOutputFiles: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  sanitizeComments: true,
  outputs: [{ name: 'markdown', path: resolve(root, 'docs/api') }],
};

const app = await Application.bootstrapWithPlugins(options);
const project = await app.convert();
if (!project) throw new Error('typedoc could not read the sources');
for (const module of project.children ?? []) {
  const place = Object.entries(entryPoints).find(
    ([, file]) => file.replace(/(\/index)?\.ts$/, '') === module.name,
  );
  if (!place) throw new Error(`typedoc found a module '${module.name}' that is no entry point`);
  module.name = place[0];
}
await app.generateOutputs(project);
if (app.logger.hasErrors()) throw new Error('typedoc complained; see above');
