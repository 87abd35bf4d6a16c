import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';
import {
  badMarks,
  modules,
  type Program,
  pages,
  programsOf,
  readPage,
  withExpectations,
} from './code-blocks.ts';
import { expected } from './expected.ts';

describe('the code blocks of the documentation', () => {
  const programs = pages().flatMap((page) => programsOf(page, readPage(page)));
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'code-blocks-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const program of programs) {
    it(`${program.page}, from line ${program.line}: runs, and gives what its comments say`, async () => {
      await run(program);
    });
  }

  for (const page of pages()) {
    it(`${page}: a block that is not run says why`, () => {
      expect(badMarks(readPage(page))).to.deep.equal([]);
    });
  }

  it('have the types that they claim', function () {
    this.timeout(60_000);
    expect(typeErrors(programs)).to.deep.equal([]);
  });

  it('would fail on a wrong comment, a wrong program and a wrong type', async () => {
    const page = (code: string) => programsOf('made-up.md', `# Made up\n\n\`\`\`ts\n${code}\n\`\`\`\n`)[0]!;
    await run(
      page(
        "import { grad, type Tensor, tensor } from 'fluxion';\ngrad((x: Tensor) => x.square())(tensor(3)); // 6",
      ),
    );
    await fails(page('2 + 2; // 5'), 'made-up.md:4 says 5');
    await fails(page('const [a, b] = [1.5, 2]; // [1.2, 2]'), 'made-up.md:4');
    await fails(page('const gap = 1e-3; // ≤ 1e-6'), 'made-up.md:4');
    await fails(page("throw new Error('thrown');"), 'thrown');
    expect(typeErrors([page("const a: number = 'text';")])[0]).to.match(/^made-up.md:4: /);
    expect(badMarks('```ts no-run\n```\n```ts no-run: an excerpt\n```\n')).to.deep.equal([
      'line 1: ```ts no-run',
    ]);
  });

  async function run(program: Program): Promise<void> {
    const code = withExpectations(program).replace(/(from |import\()'([^']+)'/g, (_, before, specifier) => {
      const name = specifier as string;
      const file = name.startsWith('../') ? join(root, name.slice(3)) : modules[name];
      return `${before}'${file === undefined ? name : pathToFileURL(file)}'`;
    });
    const file = join(folder, `${program.page.replaceAll('/', '-')}-${program.line}-${nextProgram++}.mts`);
    writeFileSync(file, code);
    Object.assign(globalThis, { expected });
    const log = console.log;
    console.log = () => {};
    try {
      await import(pathToFileURL(file).href);
    } finally {
      console.log = log;
      Reflect.deleteProperty(globalThis, 'expected');
    }
  }

  async function fails(program: Program, message: string): Promise<void> {
    let error: unknown = null;
    await run(program).catch((thrown: unknown) => {
      error = thrown;
    });
    expect(String(error)).to.contain(message);
  }
});

const root = fileURLToPath(new URL('../../', import.meta.url));
let nextProgram = 0;

/** Compiles all programs at once, in memory, as a strict user of the package would. */
function typeErrors(programs: readonly Program[]): readonly string[] {
  const files = new Map(
    programs.map((program) => [
      join(root, 'docs', `${program.page.replaceAll('/', '-')}-${program.line}.ts`),
      program,
    ]),
  );
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const paths = Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, [file]]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const program = files.get(name);
    if (!program) return getSourceFile(name, ...rest);
    return ts.createSourceFile(name, `${program.code}\nexport {};`, {
      languageVersion: ts.ScriptTarget.ES2022,
      impliedNodeFormat: ts.ModuleKind.ESNext,
    });
  };
  const compiled = ts.createProgram([...files.keys()], { ...options, paths }, host);
  return [...files].flatMap(([name, { page }]) => {
    const source = compiled.getSourceFile(name)!;
    const found = [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)];
    return found.map(({ start, messageText }) => {
      const line = source.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
