import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { claims } from '../../flows/verify/claims/all.ts';
import { plant } from './attempt.ts';
import { mistakes } from './mistakes/all.ts';

const byVerify = mistakes.filter((mistake) => 'verify' in mistake);

describe('the list of mistakes to plant', () => {
  it('is long, and says of each what is wrong', () => {
    expect(mistakes.length).to.be.at.least(150);
    const sentences = mistakes.map(({ file, wrong }) => `${file}: ${wrong}`);
    expect(new Set(sentences).size).to.equal(mistakes.length);
    for (const { wrong } of mistakes) expect(wrong).to.match(/^\p{Lu}.*[^.]$|^\p{Ll}.* .*[^.]$/u);
  });

  it('fits the sources as they stand, and changes them', () => {
    for (const mistake of mistakes) {
      expect(() => plant(mistake)).to.not.throw();
      expect(mistake.to, mistake.wrong).to.not.equal(mistake.from);
    }
  });

  it('names claims and specs that there are', () => {
    const named = (name: string) => claims.some(({ id }) => id === name || id.startsWith(`${name}.`));
    for (const mistake of mistakes) {
      if ('spec' in mistake) expect(readFileSync(mistake.spec, 'utf8')).to.not.equal('');
      else for (const name of mistake.verify) expect(named(name), name).to.equal(true);
    }
  });

  it('has as many mistakes as the pages of the note say', () => {
    const page = (name: string) => readFileSync(`docs/${name}`, 'utf8').replaceAll(/\s+/g, ' ');
    const [all, verified, rest] = [mistakes.length, byVerify.length, mistakes.length - byVerify.length];
    expect(page('note.md')).to.include(
      `plants ${all} mistakes, one at a time. \`fluxion verify\` catches ${verified} of them and the specs ${rest}`,
    );
    expect(page('note-zh.md')).to.include(`${all} 个错误`);
  });
});
