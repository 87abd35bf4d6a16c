import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileError, lockFolder } from '../../../flows/files/index.ts';

describe('lockFolder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-lock-'));
  const lock = join(folder, 'train.lock');
  after(() => rmSync(folder, { recursive: true }));

  it('keeps another process out until it is given back', () => {
    const release = lockFolder(folder);
    const module = new URL('../../../flows/files/lock.ts', import.meta.url).href;
    const program = `import { lockFolder } from '${module}';
      try { lockFolder(${JSON.stringify(folder)}); console.log('free') } catch (error) { console.log(error.name, error.message) }`;
    const other = () =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
        encoding: 'utf8',
      }).stdout;
    expect(other()).to.equal(
      `FileError another process writes to this folder (${process.pid} on ${hostname()}); if it does not, delete ${lock}\n`,
    );
    release();
    expect(existsSync(lock)).to.equal(false);
    expect(other()).to.equal('free\n');
    // That process has ended without giving it back.
    expect(existsSync(lock)).to.equal(true);
    lockFolder(folder)();
    expect(existsSync(lock)).to.equal(false);
  });

  it('does not take over what another machine may have, nor give back what is not its own', () => {
    writeFileSync(lock, '1 elsewhere\n');
    expect(() => lockFolder(folder)).to.throw(FileError, '1 on elsewhere');
    rmSync(lock);
    const release = lockFolder(join(folder, 'new', 'folder'));
    const path = join(folder, 'new/folder/train.lock');
    writeFileSync(path, '1 elsewhere\n');
    release();
    expect(readFileSync(path, 'utf8')).to.equal('1 elsewhere\n');
  });

  it('says so where no folder can be made', () => {
    // On Linux, where Node's recursive mkdir would try for ever.
    expect(() => lockFolder('/proc/none/of/this')).to.throw(
      FileError,
      /train\.lock cannot be written: there is no/,
    );
  });
});
