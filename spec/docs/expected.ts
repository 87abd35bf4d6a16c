/** Whether a value is what a comment beside it says. */
import { expect } from 'chai';
import type { Tensor } from '../../autograd/index.ts';
import { readExpectation } from './code-blocks.ts';

/** Throws unless the value agrees with the comment, to the digits that the comment shows. */
export function expected(place: string, value: unknown, comment: string): void {
  const { kind, value: promised } = readExpectation(comment)!;
  const actual = plainValue(value);
  if (kind === 'atMost') {
    expect(actual, place).to.be.a('number');
    expect(Math.abs(actual as number), place).to.be.at.most(promised as number);
  } else if (!agrees(actual, promised, digitsIn(comment))) {
    expect.fail(`${place} says ${comment}, and the value is ${JSON.stringify(actual)}`);
  }
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  return isTensor(value) ? value.toArray() : value;
}

/** Not by instanceof: the loader may give a page a copy of the module that this file does not have. */
function isTensor(value: unknown): value is Tensor {
  return typeof (value as Tensor | null)?.toArray === 'function';
}

function agrees(actual: unknown, promised: unknown, digits: number): boolean {
  if (Array.isArray(promised)) {
    return (
      Array.isArray(actual) &&
      actual.length === promised.length &&
      promised.every((entry, i) => agrees(actual[i], entry, digits))
    );
  }
  if (typeof promised !== 'number' || typeof actual !== 'number') return actual === promised;
  // The last digit shown is rounded; whole numbers may be float32's.
  const tolerance = digits === 0 ? 1e-6 * Math.max(1, Math.abs(promised)) : 0.51 * 10 ** -digits;
  return Math.abs(actual - promised) <= tolerance;
}

/** The most decimals of any number in the comment. */
function digitsIn(comment: string): number {
  return Math.max(0, ...[...comment.matchAll(/\.(\d+)/g)].map(([, decimals]) => decimals!.length));
}
