/** What `--data` and `--label` make of files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadData } from '../../../flows/cli/run/data-source.ts';
import { FileError } from '../../../flows/files/index.ts';
import { formatNpy } from '../../../flows/formats/index.ts';
import { normal64 } from '../support.ts';

describe('loadData', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-data-'));
  const at = (file: string) => join(folder, file);
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const csv = (label: (i: number) => string) =>
    `x,y,kind\n${rows.map((i) => `${i},${-i},${label(i)}`).join('\n')}\n`;

  after(() => rmSync(folder, { recursive: true }));

  /** What became of it: the classes, or the error. */
  const classes = async (file: string, label: string) => {
    try {
      return (await loadData({ source: at(file), label })).classNames;
    } catch (error) {
      return error as Error;
    }
  };

  it('takes names and a few doses as classes, and many numbers if it is told', async () => {
    writeFileSync(
      at('names.csv'),
      csv((i) => `n${i}`),
    );
    writeFileSync(
      at('years.csv'),
      csv((i) => String(1990 + i)),
    );
    writeFileSync(
      at('doses.csv'),
      csv((i) => String(0.5 * (i % 4))),
    );
    expect(await classes('names.csv', 'kind')).to.have.lengthOf(40);
    const request = { source: at('years.csv'), label: 'kind', reading: { classes: 'many' } } as const;
    expect((await loadData(request)).classNames).to.have.lengthOf(40);
    expect(await classes('doses.csv', 'kind')).to.deep.equal(['0', '0.5', '1', '1.5']);
  });

  it('refuses a quantity as label, and says who takes it', async () => {
    writeFileSync(
      at('heights.csv'),
      csv((i) => String(1.5 + i / 100)),
    );
    writeFileSync(at('heights.npy'), formatNpy(normal64(0, [40, 3])));
    for (const [file, label] of [
      ['years.csv', 'kind'],
      ['heights.csv', 'kind'],
      ['heights.npy', '2'],
    ] as const) {
      const error = await classes(file, label);
      expect(error).to.be.instanceOf(FileError);
      expect(String(error))
        .to.include(
          '40 points are 40 different numbers, so they seem to be a quantity; if they are classes, say --classes many',
        )
        .and.include("option 'conditions'");
    }
  });
});
