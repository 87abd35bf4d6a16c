/** What TypeScript says of typical mistakes: it names what to write, and nothing of our insides. */
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}spec/docs/mistakes.ts`;

const preamble = `
import { grad, hvp, jvp, linearize, makeGraph, random, sum, tensor, type Tensor, vjp, vmap } from '../../autograd/index.ts';
import { noiseToData, sampleFlow } from '../../flows/index.ts';
const x = tensor([1, 2]);
const key = random.key(0);
const f = (a: Tensor) => a.sin();
`;

/** A line of code, and what the message about it has to say. */
const mistakes: readonly (readonly [code: string, ...messages: RegExp[]])[] = [
  ['jvp(f, x, x);', /'Tensor'/, /'"a list of the arguments, such as \[x\]"'/],
  ['jvp(f, [x], x);', /'Tensor'.*'readonly \[TensorLike\]'/],
  ['vjp(f, x);', /'"a list of the arguments, such as \[x\]"'/],
  ['linearize(f, x);', /'"a list of the arguments, such as \[x\]"'/],
  ['makeGraph(f, x);', /'"a list of the arguments, such as \[x\]"'/],
  [
    'sampleFlow((z: Tensor, t: Tensor) => z.multiply(t), x);',
    /"noiseToData\(fn\) or dataToNoise\(fn\), which/,
  ],
  ['sampleFlow((z, t) => z.multiply(t), x);', /"noiseToData\(fn\) or dataToNoise\(fn\), which/],
  ['x + 1;', /^Operator '\+' cannot be applied to types 'Tensor' and 'number'\.$/],
  ['x < 1;', /^Operator '<' cannot be applied to types 'Tensor' and 'number'\.$/],
  ['grad((a) => a.sum().item())(x);', /^Type 'number' is not assignable to type 'Tensor'\.$/],
  ['const loss: number = x.sum();', /^Type 'Tensor' is not assignable to type 'number'\.$/],
  ['x.plus(1);', /^Property 'plus' does not exist on type 'Tensor'\.$/],
  ['x.add([x]);', /'Tensor' is not assignable to type 'Nested'/],
  ["tensor([1], 'float64');", /'"float64"' has no properties in common with type 'CreateOptions'/],
  ['random.normal(0, [2]);', /'number' is not assignable to parameter of type 'Tensor'/],
  ['x.reshape(2, 1);', /^Expected 1 arguments, but got 2\.$/],
  ['vmap(f)(x, x);', /^Expected 1 arguments, but got 2\.$/],
  ['hvp(f, [x], [x]);', /'Tensor\[\]' is not assignable to parameter of type 'Tensor'/],
];

describe("the compiler's messages", function () {
  this.timeout(120_000);
  const messages = messagesByLine();

  for (const [code, ...wanted] of mistakes) {
    it(code, () => {
      const found = messages.get(code) ?? 'no error';
      for (const pattern of wanted) expect(found).to.match(pattern);
      expect(found).not.to.match(/refusesCloning|Listed<|TensorTrees</);
    });
  }

  it('are none for what is right', () => {
    expect(messages.get('void [noiseToData, sum];')).to.equal(undefined);
    expect([...messages.keys()].filter((line) => !mistakes.some(([code]) => code === line))).to.deep.equal(
      [],
    );
  });
});

/** The errors of the program in which each mistake is a line, by that line. */
function messagesByLine(): ReadonlyMap<string, string> {
  const lines = [...preamble.split('\n'), ...mistakes.map(([code]) => code), 'void [noiseToData, sum];'];
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const options = { ...ts.parseJsonConfigFileContent(config, ts.sys, root).options, noEmit: true };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, how) =>
    name === file ? ts.createSourceFile(name, lines.join('\n'), how, true) : read(name, how);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file) as ts.SourceFile;
  return new Map(
    program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return [lines[line] as string, ts.flattenDiagnosticMessageText(messageText, '\n')];
    }),
  );
}
