import { expect } from 'chai';

/** Expects as many numbers as wanted, at least one, each within `tolerance` of the wanted one. */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  // Not `.length` against `.length`: two tensors have none, and nothing would be compared.
  expect(got).to.have.length(wanted.length).above(0);
  for (let i = 0; i < got.length; i++)
    expect(got[i]).to.be.closeTo(wanted[i] as number, tolerance, `entry ${i}`);
}
