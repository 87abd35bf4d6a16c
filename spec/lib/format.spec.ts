import { expect } from 'chai';
import { arange, broadcastTo, eye, formatArray, full, reshape, transpose } from '../../lib/index.ts';
import { float32, float64, int32, mask } from './support.ts';

describe('formatArray', () => {
  it('aligns columns, and ends with dtype and shape', () => {
    expect(formatArray(eye(2, 'float32'))).to.equal('[[1, 0],\n [0, 1]] float32 [2, 2]');
    expect(
      formatArray(
        float64([
          [1, -20.5],
          [300, 0.25],
        ]),
      ),
    ).to.equal('[[  1.0000, -20.5000],\n [300.0000,   0.2500]] float64 [2, 2]');
    expect(formatArray(int32([1, -20, 3]))).to.equal('[  1, -20,   3] int32 [3]');
    expect(formatArray(mask([true, false]))).to.equal('[ true, false] bool [2]');
  });

  it('scalars and empty arrays', () => {
    expect(formatArray(full([], 2.5, 'float32'))).to.equal('2.5000 float32 []');
    expect(formatArray(full([0, 3], 1, 'float32'))).to.equal('[] float32 [0, 3]');
    expect(formatArray(full([2, 0], 1, 'float32'))).to.equal('[[],\n []] float32 [2, 0]');
  });

  it('special values, and magnitudes that differ much', () => {
    expect(formatArray(float32([0.5, NaN, -Infinity]))).to.equal('[0.5000,    NaN,     -∞] float32 [3]');
    expect(formatArray(float64([1e-9, 1]))).to.equal('[1.0000e-9, 1.0000e+0] float64 [2]');
    expect(formatArray(float64([4e9]))).to.equal('[4.0000e+9] float64 [1]');
  });

  it('takes arrays of many axes, which show more numbers than a call takes arguments', () => {
    expect(formatArray(full(new Array<number>(17).fill(2), 1.5, 'float32'))).to.match(/float32 \[2, 2.*\]$/);
  });

  it('sets matrices apart, and follows strides', () => {
    const cube = reshape(arange(0, 8, 1, 'int32'), [2, 2, 2]);
    expect(formatArray(cube)).to.equal('[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]] int32 [2, 2, 2]');
    expect(
      formatArray(
        transpose(
          int32([
            [1, 2],
            [3, 4],
          ]),
          [1, 0],
        ),
      ),
    ).to.equal('[[1, 3],\n [2, 4]] int32 [2, 2]');
  });

  it('elides what is large', () => {
    expect(formatArray(arange(0, 2000, 1, 'int32'))).to.equal(
      '[   0,    1,    2, …, 1997, 1998, 1999] int32 [2000]',
    );
    const wide = formatArray(broadcastTo(int32(1), [40, 50]));
    expect(wide.split('\n')).to.have.length(7);
    expect(wide).to.match(/\[1, 1, 1, …, 1, 1, 1\],\n …,\n/);
    expect(formatArray(broadcastTo(int32(1), [500, 2]))).not.to.contain('…');
  });
});
