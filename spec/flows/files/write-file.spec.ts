import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileError, writeFileAtomically } from '../../../flows/files/index.ts';

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
    expect(() => writeFileAtomically(join(folder, 'taken'), 'text')).to.throw(
      FileError,
      'taken cannot be written: ',
    );
    expect(readdirSync(folder)).to.deep.equal(['taken']);
  });

  it('takes bytes as they are', () => {
    writeFileAtomically(join(folder, 'a'), Uint8Array.of(0, 255));
    expect([...readFileSync(join(folder, 'a'))]).to.deep.equal([0, 255]);
  });

  it('says that the disk is full, and keeps what was there', () => {
    const path = join(folder, 'a');
    writeFileAtomically(path, 'whole');
    symlinkSync('/dev/full', `${path}.partial`); // Linux: a device on which nothing has room.
    expect(() => writeFileAtomically(path, 'new')).to.throw(
      FileError,
      'a cannot be written: the disk is full',
    );
    expect(readFileSync(path, 'utf8')).to.equal('whole');
    expect(readdirSync(folder)).to.deep.equal(['a']);
  });

  it('says that a part of the path is a file', () => {
    writeFileSync(join(folder, 'a'), '');
    const below = join(folder, 'a', 'b', 'c');
    expect(() => writeFileAtomically(below, '')).to.throw(
      FileError,
      'a part of its path is a file, not a folder',
    );
  });
});
