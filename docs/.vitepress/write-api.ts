/** Writes the pages of docs/api, one for each group of names that belong together, from the docstrings. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  Application,
  Comment,
  type CommentDisplayPart,
  Converter,
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { type ApiGroup, apiGroups, entryPoints } from './api-groups.ts';
import { writeApiModules } from './api-modules.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = join(root, 'docs/api');
/** A module for each group, which exports its names: what TypeDoc makes a page of. */
const modules = join(root, 'out/api-modules');

const options: Partial<TypeDocOptions & PluginOptions> = {
  entryPoints: apiGroups.map(({ page }) => join(modules, `${page}.ts`)),
  tsconfig: join(modules, 'tsconfig.json'),
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
  outputs: [{ name: 'markdown', path: pages }],
};

rmSync(pages, { recursive: true, force: true });
writeApiModules(modules);
const app = await Application.bootstrapWithPlugins(options);
let operationsAsMethods: readonly string[] = [];
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  operationsAsMethods = takeMethodsOfOperations(project);
  describeParameters(project);
});
const project = await app.convert();
if (!project) throw new Error('typedoc could not read the sources');
await app.generateOutputs(project);
if (app.logger.hasErrors()) throw new Error('typedoc complained; see above');
finishPages(operationsAsMethods);

/**
 * Takes the methods of `Tensor` that are operations out of its page, which links to the operations instead.
 * Returns their names.
 */
function takeMethodsOfOperations(project: ProjectReflection): readonly string[] {
  const tensor = project
    .getReflectionsByKind(ReflectionKind.Class)
    .find(({ name }) => name === 'Tensor') as DeclarationReflection;
  const functions = project.getReflectionsByKind(ReflectionKind.Function | ReflectionKind.Variable);
  const names = new Set(functions.map(({ name }) => name));
  const methods = (tensor.children ?? []).filter(
    ({ kind, name }) => kind === ReflectionKind.Method && names.has(name),
  );
  for (const method of methods) project.removeReflection(method);
  return methods.map(({ name }) => name).sort();
}

/** Where a docstring says nothing of a parameter, its type's docstring speaks, by its first sentence. */
function describeParameters(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    const parameter = reflection as ParameterReflection;
    if (parameter.comment?.hasVisibleComponent() || parameter.type?.type !== 'reference') continue;
    if (parameter.type.name === 'Tensor') continue;
    const summary = firstSentence(parameter.type.reflection?.comment?.summary ?? []);
    if (summary.length > 0) parameter.comment = new Comment(summary);
  }
}

function firstSentence(parts: readonly CommentDisplayPart[]): CommentDisplayPart[] {
  const sentence: CommentDisplayPart[] = [];
  for (const part of parts) {
    const end = part.kind === 'text' ? part.text.search(/\.(?=\s|$)/) : -1;
    if (end < 0) sentence.push(part);
    else return [...sentence, { kind: 'text', text: part.text.slice(0, end + 1) }];
  }
  return sentence;
}

/** A page as TypeDoc writes it, and the names that it explains. */
interface Page extends ApiGroup {
  readonly text: string;
  readonly names: readonly string[];
}

/** Gives the pages their titles, `Tensor` the links to its methods, and writes the page of all names. */
function finishPages(operationsAsMethods: readonly string[]): void {
  const written = apiGroups.map((group): Page => {
    const text = readFileSync(join(pages, `${group.page}.md`), 'utf8');
    const headings = text.matchAll(/^### (?:`abstract` )?([\w$]+)(?:\(\))?$/gm);
    return { ...group, text, names: [...headings].map(([, name]) => name as string) };
  });
  const methods = operationsAsMethods.map((name) =>
    linkTo(written.find(({ names }) => names.includes(name)) as Page, name),
  );
  const operations =
    '#### Operations as methods\n\nThese functions are methods too: `x.sin()` is `sin(x)`, and ' +
    `\`x.add(y)\` is \`add(x, y)\`.\n\n${methods.join(' ·\n')}\n\n`;
  for (const { page, title, about, module, text } of written) {
    const titled = text
      .replace(/^# .*\n/, `# ${title}\n\n${about} Import them from \`${module}\`.\n`)
      .replaceAll(/^(\| .* \| .* \| )`undefined`(?= \| .* \|$)/gm, '$1'); // no default
    const whole = titled.replace(/(### `abstract` Tensor\n[\s\S]*?)(?=#### Accessors\n)/, `$1${operations}`);
    writeFileSync(join(pages, `${page}.md`), whole);
  }
  rmSync(join(pages, 'README.md'));
  writeFileSync(join(pages, 'index.md'), indexOf(written));
}

/** The page of all names. */
function indexOf(written: readonly Page[]): string {
  const sections = Object.keys(entryPoints).map((module) => {
    const own = written.filter((page) => page.module === module);
    const parts = own.map((page) => {
      const links = page.names.map((name) => linkTo(page, name)).join(' ·\n');
      return `### [${page.title}](${page.page}.md)\n\n${page.about}\n\n${links}\n`;
    });
    return `## ${module}\n\n${parts.join('\n')}`;
  });
  return `# API\n\nAll names, by what they are for.\n\n${sections.join('\n')}`;
}

function linkTo({ page }: Page, name: string): string {
  const anchor = name === 'Tensor' ? 'abstract-tensor' : name.toLowerCase();
  return `[\`${name}\`](${page}.md#${anchor})`;
}
