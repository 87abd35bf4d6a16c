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
    // Without the digits and what generates them, and without comments that stand elsewhere, further left.
    const written = files.filter(
      (file) => !/(digits-text|write-digits|^autograd\/method-types)\.ts$/.test(file),
    );
    const tooLong = written.flatMap((file) =>
      tooLongIn(readFileSync(`${root}${file}`, 'utf8')).map((n) => `${file}:${n}`),
    );
    expect(tooLong).to.deep.equal([]);
  });
});

/** The numbers of the comment lines that are too long. The code of an example is not prose. */
function tooLongIn(text: string): readonly number[] {
  let isExample = false;
  return text.split('\n').flatMap((line, i) => {
    isExample = /@example/.test(line) || (isExample && !/\*\//.test(line));
    const isComment = /^\s*(\/\*\*|\*|\/\/) /.test(line) && !isExample && !/https?:|biome-ignore/.test(line);
    return isComment && line.length > width ? [i + 1] : [];
  });
}
