/**
 * The README is also the page of the package on npm, where there is no file beside it but those of the
 * package.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readPage } from './code-blocks.ts';

const root = new URL('../../', import.meta.url);

describe('the README', () => {
  const text = readPage('README.md');

  it('has no link that leads nowhere on npm', () => {
    const { files } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { files: string[] };
    const links = [...text.matchAll(/\]\(([^)]+)\)|href="([^"]+)"/g)].map(
      ([, markdown, html]) => markdown ?? html!,
    );
    expect(links.filter((link) => !/^(https:|#)/.test(link) && !files.includes(link))).to.deep.equal([]);
  });

  it('reads without its pictures, which npm does not show: each says what is in it, and no sentence points at one', () => {
    const pictures = [...text.matchAll(/<img ([^>]*)>/g)].map(([, attributes]) => attributes!);
    expect(pictures).to.have.length.above(1);
    for (const attributes of pictures)
      expect(attributes).to.match(/alt="A picture in the repository: .{20,}"/);
    const prose = text.replace(/^```.*?^```$/gms, '').replace(/<[^>]*>/g, '');
    expect(
      prose.match(/\b(pictures?|images?|figures?|drawn|shown) (here|below|above)|(next|following) picture/gi),
    ).to.equal(null);
    expect(prose).not.to.match(/\b(digits|trajectories|lines) below\b/i);
  });

  it('names files and shows pictures that there are', () => {
    const named = [...text.matchAll(/`((?:docs|lib|flows)\/[\w./-]*|[A-Z]+\.md)`|src(?:set)?="([^"]+)"/g)];
    expect(named).to.have.length.above(15);
    for (const [, path, picture] of named) {
      const file = path ?? picture!;
      expect(existsSync(new URL(file, root)), file).to.equal(true);
    }
  });
});
