import { expect } from 'chai';
import { pages, readPage } from './code-blocks.ts';

describe('the tables of the documentation', () => {
  for (const page of pages()) {
    it(`${page}: every row has as many cells as the head, or no browser shows a table`, () => {
      expect(raggedRows(readPage(page))).to.deep.equal([]);
    });
  }

  it('would be found if they were not', () => {
    expect(raggedRows('| a | b |\n|---|---|---|\n| 1 | 2 | 3 |')).to.deep.equal(['line 1: 2 cells of 3']);
    expect(raggedRows('| a | b |\n|---|---|\n| `1 \\| 2` | 2 |')).to.deep.equal([]);
  });
});

function raggedRows(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, head) => {
    if (!/^\|(?: *:?-+:? *\|)+$/.test(line)) return [];
    const end = lines.findIndex((next, i) => i > head && !next.startsWith('|'));
    const rows = lines.slice(head - 1, end < 0 ? lines.length : end);
    return rows.flatMap((row, i) =>
      cells(row) === cells(line) ? [] : [`line ${head + i}: ${cells(row)} cells of ${cells(line)}`],
    );
  });
}

function cells(row: string): number {
  return row.split(/(?<!\\)\|/).length - 2;
}
