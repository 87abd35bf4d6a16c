import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const { version, license } = JSON.parse(read('package.json'));

describe('what says which fluxion this is', () => {
  it('CITATION.cff has the version and the licence of package.json, and what CFF 1.2.0 requires', () => {
    const citation = read('CITATION.cff');
    const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(citation)?.[1];
    expect(field('cff-version')).to.equal('1.2.0');
    expect(field('version')).to.equal(version);
    expect(field('license')).to.equal(license);
    for (const required of ['message', 'title']) expect(field(required), required).to.have.length.above(10);
    expect(citation).to.match(/^authors:\n {2}- name: \w/m);
  });

  it('CHANGELOG.md has a section for the version, below Unreleased', () => {
    const sections = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name);
    expect(sections.slice(0, 2)).to.deep.equal(['Unreleased', version]);
  });

  it('package-lock.json has the version too', () => {
    expect(JSON.parse(read('package-lock.json')).version).to.equal(version);
  });
});
