import { expect } from 'chai';

/** Expects as many numbers as wanted, each within `tolerance` of the wanted one. */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got.length).to.equal(wanted.length);
  for (let i = 0; i < got.length; i++)
    expect(got[i]).to.be.closeTo(wanted[i] as number, tolerance, `entry ${i}`);
}
