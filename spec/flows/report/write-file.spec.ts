import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFileAtomically } from '../../../flows/report/index.ts';

describe('writeFileAtomically', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the folder, writes the text, and leaves nothing else', () => {
    writeFileAtomically(join(folder, 'out', 'a.html'), 'ẋ');
    expect(readFileSync(join(folder, 'out', 'a.html'), 'utf8')).to.equal('ẋ');
    expect(readdirSync(join(folder, 'out'))).to.deep.equal(['a.html']);
  });

  it('replaces an older file', () => {
    writeFileSync(join(folder, 'a.html'), 'old and longer');
    writeFileAtomically(join(folder, 'a.html'), 'new');
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).to.equal('new');
  });

  it('leaves no half file behind when it fails', () => {
    mkdirSync(join(folder, 'taken', 'by a folder'), { recursive: true });
    expect(() => writeFileAtomically(join(folder, 'taken'), 'text')).to.throw();
    expect(readdirSync(folder)).to.deep.equal(['taken']);
  });
});
