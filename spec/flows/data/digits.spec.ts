import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digits } from '../../../flows/data/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

describe('digits', () => {
  // scikit-learn's digits.csv.gz, byte for byte: 64 pixels and the label of one digit a line.
  const source = gunzipSync(readFileSync(new URL('../../golden/digits.csv.gz', import.meta.url))).toString(
    'ascii',
  );
  const rows = source
    .trim()
    .split('\n')
    .map((row) => row.split(',').map(Number));

  it('holds every pixel and every label of the original, in its order', () => {
    const { images, labels } = digits();
    expect(rows).to.have.length(1797);
    expect(images.toArray()).to.deep.equal(rows.map((row) => row.slice(0, 64)));
    expect(labels.toArray()).to.deep.equal(rows.map((row) => row[64]));
  });

  it('is the published set: counts of the classes, the sum of all pixels, the first digit', () => {
    const { images, labels, classCount } = digits({ dtype: 'float64' });
    const counts = Array.from({ length: classCount }, () => 0);
    for (const label of labels.toTypedArray()) counts[label]!++;
    expect(counts).to.deep.equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    const pixels = [...images.toTypedArray()];
    expect(pixels.reduce((sum, value) => sum + value, 0)).to.equal(561718);
    expect(pixels.slice(0, 16)).to.deep.equal([0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]);
    expect(Math.min(...labels.toTypedArray())).to.equal(0);
    expect([Math.min(...pixels), Math.max(...pixels)]).to.deep.equal([0, 16]);
  });

  it('has the shapes and dtypes it says', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const { images, labels } = digits({ dtype });
      expect([images.shape, images.dtype]).to.deep.equal([[1797, 64], dtype]);
      expect([labels.shape, labels.dtype]).to.deep.equal([[1797], 'int32']);
    }
    expect(digits().images.dtype).to.equal('float32');
  });

  it('rejects other dtypes and unknown options', () => {
    expect(() => digits({ dtype: 'int32' as 'float32' })).to.throw(ArgumentError, 'got int32');
    expect(() => digits({ dtyp: 'float64' } as object)).to.throw(ArgumentError, "unknown option 'dtyp'");
  });
});
