import { expect } from 'chai';
import { ArgumentError, grad, jvp, makeGraph, type Tensor, tensor, vmap } from '../../../autograd/index.ts';

// The cast stands for a program without type checks, which gives tensors to JavaScript's operators.
const [a, b] = [tensor([1, 2]), tensor([1, 2])] as unknown as [number, number];

describe("a tensor among JavaScript's operators", () => {
  it('is text where text is wanted', () => {
    expect(`${a}`).to.equal(String(a));
    expect([a].join()).to.equal(String(a));
    expect('x: '.concat(a as unknown as string)).to.equal(`x: ${String(a)}`);
  });

  it('is an error where a number is wanted, or either: it would be joined or compared as text', () => {
    const operations: Record<string, () => unknown> = {
      'a + 1': () => a + 1,
      '1 + a': () => 1 + a,
      "'x: ' + a": () => ['x: '].reduce((text, other) => text + other, a as unknown as string),
      'a == 1': () => looselyEqual(a, 1),
      "a == 'text'": () => looselyEqual(a, 'text'),
      'a * 2': () => a * 2,
      'a < b': () => a < b,
      '-a': () => -a,
      'Math.max(a, b)': () => Math.max(a, b),
    };
    for (const [text, operation] of Object.entries(operations)) {
      expect(operation, text).to.throw(ArgumentError, /use add\(a, b\).*item\(\).*String\(a\)/);
    }
  });

  it('is compared with other objects, null and undefined by identity, as any object', () => {
    expect([
      looselyEqual(a, a),
      looselyEqual(a, b),
      looselyEqual(a, null),
      looselyEqual(a, undefined),
    ]).to.deep.equal([true, false, false, false]);
  });
});

describe('hasValues', () => {
  const x = tensor(2);

  /** Whether a transform's function sees values. */
  const seenBy = (transform: (fn: (y: Tensor) => Tensor) => unknown): boolean => {
    let seen: boolean | undefined;
    transform((y) => {
      seen = y.hasValues;
      return y;
    });
    return seen as boolean;
  };

  it('is true of plain tensors and of those that are differentiated, false inside vmap and makeGraph', () => {
    expect(x.hasValues).to.equal(true);
    expect(seenBy((fn) => grad(fn)(x))).to.equal(true);
    expect(seenBy((fn) => jvp(fn, [x], [1]))).to.equal(true);
    expect(seenBy((fn) => makeGraph(fn, [x]))).to.equal(false);
    expect(seenBy((fn) => makeGraph(grad(fn), [x]))).to.equal(false);
    expect(seenBy((fn) => vmap(fn)(tensor([1, 2])))).to.equal(false);
  });

  it('is false of a tensor that has escaped', () => {
    let escaped = x;
    grad((y: Tensor) => {
      escaped = y.multiply(2);
      return escaped;
    })(x);
    expect(escaped.hasValues).to.equal(false);
  });
});

function looselyEqual(one: unknown, other: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: this is what the spec is about.
  return one == other;
}
