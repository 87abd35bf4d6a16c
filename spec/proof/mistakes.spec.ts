import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { plant } from './attempt.ts';
import { mistakes } from './mistakes/all.ts';

describe('the list of mistakes to plant', () => {
  it('is long, and says of each what is wrong', () => {
    expect(mistakes.length).to.be.at.least(150);
    const sentences = mistakes.map(({ file, wrong }) => `${file}: ${wrong}`);
    expect(new Set(sentences).size).to.equal(mistakes.length);
    for (const { wrong } of mistakes) expect(wrong.split(' ').length, wrong).to.be.at.least(2);
  });

  it('fits the sources as they stand, and changes them', () => {
    for (const mistake of mistakes) {
      expect(() => plant(mistake)).to.not.throw();
      expect(mistake.to, mistake.wrong).to.not.equal(mistake.from);
    }
  });

  it('names specs that there are', () => {
    for (const mistake of mistakes) {
      if ('spec' in mistake) expect(existsSync(mistake.spec), mistake.spec).to.equal(true);
    }
  });

  it('has as many mistakes as the pages of the note say', () => {
    const byVerify = mistakes.filter((mistake) => 'verify' in mistake).length;
    const page = (name: string) => readFileSync(`docs/${name}`, 'utf8').replaceAll(/\s+/g, ' ');
    const [all, bySpecs] = [mistakes.length, mistakes.length - byVerify];
    expect(page('note.md')).to.include(
      `plants ${all} mistakes, one at a time. \`fluxion verify\` catches ${byVerify} of them and the specs ${bySpecs}:`,
    );
    expect(page('note-zh.md')).to.include(
      `逐个植入 ${all} 个错误：其中 ${byVerify} 个由 \`fluxion verify\` 发现，${bySpecs} 个由各项 spec 发现`,
    );
  });
});
