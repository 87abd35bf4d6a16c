/** Comments and pages are wrapped at 110 columns; the formatter wraps the code. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));
const width = 110;

describe('comments', () => {
  it(`end before column ${width}, but for examples and addresses`, () => {
    const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { cwd: root, encoding: 'utf8' })
      .trim()
      .split('\n');
    const tooLong = files.flatMap((file) =>
      readFileSync(`${root}${file}`, 'utf8')
        .split('\n')
        .flatMap((line, i) => (isTooLong(line) ? [`${file}:${i + 1}`] : [])),
    );
    expect(tooLong).to.deep.equal([]);
  });
});

function isTooLong(line: string): boolean {
  return (
    /^\s*(\/\*\*|\*|\/\/) /.test(line) && line.length > width && !/@example|https?:|biome-ignore/.test(line)
  );
}
