/** What an editor shows at a method of a tensor: TypeScript's language service answers it, as in VS Code. */
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}spec/user.ts`;
const start = "import { tensor } from 'fluxion';\nconst x = tensor([1]);\nx.";

describe('an editor', function () {
  this.timeout(120_000);
  let service: ts.LanguageService;
  let text = start;

  before(() => {
    const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(
      { ...config, files: [file], include: [] },
      ts.sys,
      root,
    );
    service = ts.createLanguageService({
      readFile: ts.sys.readFile,
      getScriptFileNames: () => [file],
      getScriptVersion: (name) => (name === file ? text : '1'),
      getScriptSnapshot: (name) => {
        const content = name === file ? text : ts.sys.readFile(name);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCompilationSettings: () => options,
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (name) => name === file || ts.sys.fileExists(name),
    });
  });

  const hover = (name: string) => {
    text = `${start}${name}`;
    const info = service.getQuickInfoAtPosition(file, start.length);
    return {
      signature: ts.displayPartsToString(info?.displayParts),
      comment: ts.displayPartsToString(info?.documentation),
    };
  };

  it('shows a comment and a plain signature at every member that it offers', () => {
    text = start;
    const names =
      service.getCompletionsAtPosition(file, start.length, {})?.entries.map(({ name }) => name) ?? [];
    expect(names).to.include.members(['add', 'reshape', 'sum', 'item', 'shape']).and.to.have.length.above(90);
    for (const name of names) {
      const { signature, comment } = hover(name);
      expect(comment, name).to.match(/^\S.{10,}/);
      expect(signature, name).to.match(/^\((method|property|getter)\) Tensor\.\w+/);
      expect(signature, name).not.to.match(/Methods|typeof|infer|import\(/);
    }
  });

  it('shows what the function does, and its arguments but the first', () => {
    expect(hover('reshape').signature).to.equal('(method) Tensor.reshape(shape: Shape): Tensor');
    expect(hover('sum').signature).to.equal('(method) Tensor.sum(options?: ReductionOptions): Tensor');
    expect(hover('add').comment).to.match(/^a \+ b|^x \+ y|sum/i);
  });
});
