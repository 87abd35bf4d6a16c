/**
 * einsum and convolution against loops over indices that are written from their definitions, on random
 * formulas and sizes.
 */
import fc from 'fast-check';
import {
  convolution,
  einsum,
  jvp,
  type Padding,
  type Tensor,
  transposedConvolution,
  vjp,
} from '../../../autograd/index.ts';
import { expectClose, float64, inner, numbersOf, sampleTensor } from '../numbers.ts';

type Shape = readonly number[];

describe('einsum', () => {
  const letters = ['a', 'b', 'c', 'd'];
  const labels = fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((list) => list.join(''));
  const formula = fc
    .record({
      inputs: fc.array(labels, { minLength: 1, maxLength: 3 }),
      lengths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
      kept: fc.shuffledSubarray(letters),
    })
    .map(({ inputs, lengths, kept }) => {
      const used = kept.filter((label) => inputs.join('').includes(label));
      return {
        inputs,
        output: used.join(''),
        lengthOf: (label: string) => lengths[letters.indexOf(label)] as number,
      };
    });

  it('is the sum over all indices that the result does not have: 500 random formulas', () => {
    fc.assert(
      fc.property(formula, ({ inputs, output, lengthOf }) => {
        const operands = inputs.map((names, i) => sampleTensor(i, [...names].map(lengthOf)));
        const result = einsum(`${inputs.join(',')}->${output}`, ...operands);
        const all = letters.filter((label) => inputs.join('').includes(label));
        const totals = new Array<number>(sizeOf([...output].map(lengthOf))).fill(0);
        const numbers = operands.map((x) => numbersOf(x));
        for (const index of indicesOf(all.map(lengthOf))) {
          const place = (names: string) =>
            [...names].reduce((at, label) => at * lengthOf(label) + (index[all.indexOf(label)] as number), 0);
          const product = inputs.reduce((p, names, i) => p * (numbers[i]?.[place(names)] as number), 1);
          totals[place(output)] = (totals[place(output)] as number) + product;
        }
        expectClose(result, float64(totals).reshape([...output].map(lengthOf)), 1e-13);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('pulls back by the transpose', () => {
    fc.assert(
      fc.property(formula, ({ inputs, output, lengthOf }) => {
        const operands = inputs.map((names, i) => sampleTensor(i, [...names].map(lengthOf)));
        const tangents = inputs.map((names, i) => sampleTensor(10 + i, [...names].map(lengthOf)));
        expectTransposed((...x) => einsum(`${inputs.join(',')}->${output}`, ...x), operands, tangents);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe('convolution', () => {
  const axis = fc.record({
    length: fc.integer({ min: 3, max: 6 }),
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(2),
    after: fc.nat(2),
  });
  const problem = fc.record({
    axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
    channels: fc.integer({ min: 1, max: 2 }),
    features: fc.integer({ min: 1, max: 2 }),
    padding: fc.constantFrom('valid', 'same', 'explicit'),
  });
  const inputs = ({
    axes,
    channels,
    features,
  }: typeof problem extends fc.Arbitrary<infer P> ? P : never) => ({
    x: sampleTensor(1, [2, ...axes.map(({ length }) => length), channels]),
    kernel: sampleTensor(2, [...axes.map(({ size }) => size), channels, features]),
    stride: axes.map(({ stride }) => stride),
  });

  it('sums over windows, in one and two dimensions: 300 random problems', () => {
    fc.assert(
      fc.property(problem, (p) => {
        const { x, kernel, stride } = inputs(p);
        const widths = p.axes.map(({ length, size, stride, before, after }) => {
          if (p.padding === 'valid') return [0, 0] as const;
          if (p.padding === 'explicit') return [before, after] as const;
          // The padding that gives an output at every stride-th input; an odd entry goes to the end.
          const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + size - length);
          return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
        });
        const padding: Padding = p.padding === 'explicit' ? widths : (p.padding as 'valid' | 'same');
        expectClose(convolution(x, kernel, { stride, padding }), loops(x, kernel, stride, widths), 1e-13);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('and its transpose pull back by their transposes', () => {
    fc.assert(
      fc.property(problem, (p) => {
        const { x, kernel, stride } = inputs(p);
        const options = { stride, padding: p.padding === 'same' ? 'same' : 'valid' } as const;
        const directions = [x, kernel].map((input, i) => sampleTensor(20 + i, input.shape));
        expectTransposed((a, k) => convolution(a as Tensor, k as Tensor, options), [x, kernel], directions);
        const y = sampleTensor(3, convolution(x, kernel, options).shape);
        const back = [sampleTensor(23, y.shape), sampleTensor(24, kernel.shape)];
        expectTransposed(
          (a, k) => transposedConvolution(a as Tensor, k as Tensor, options),
          [y, kernel],
          back,
        );
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

/**
 * Output o, feature f: the sum of x[o·stride + k − before, c]·kernel[k, c, f] over places k of the window and
 * channels c.
 */
function loops(
  x: Tensor,
  kernel: Tensor,
  stride: Shape,
  widths: readonly (readonly [number, number])[],
): Tensor {
  const [window, spatial] = [kernel.shape.slice(0, -2), x.shape.slice(1, -1)];
  const [batch, channels, features] = [x.shape[0], kernel.shape.at(-2), kernel.shape.at(-1)] as [
    number,
    number,
    number,
  ];
  const outputs = spatial.map((length, i) => {
    const [before, after] = widths[i] as readonly [number, number];
    return Math.floor((length + before + after - (window[i] as number)) / (stride[i] as number)) + 1;
  });
  const [values, weights] = [numbersOf(x), numbersOf(kernel)];
  const at = (list: readonly number[], shape: Shape, index: Shape) =>
    index.every((k, i) => k >= 0 && k < (shape[i] as number))
      ? (list[index.reduce((place, k, i) => place * (shape[i] as number) + k, 0)] as number)
      : 0;
  const totals = [...indicesOf([batch, ...outputs, features])].map(([n, ...rest]) => {
    const [o, feature] = [rest.slice(0, -1), rest.at(-1) as number];
    let total = 0;
    for (const place of indicesOf([...window, channels])) {
      const [k, c] = [place.slice(0, -1), place.at(-1) as number];
      const source = o.map(
        (oi, i) => oi * (stride[i] as number) + (k[i] as number) - (widths[i]?.[0] as number),
      );
      total +=
        at(values, x.shape, [n as number, ...source, c]) * at(weights, kernel.shape, [...k, c, feature]);
    }
    return total;
  });
  return float64(totals).reshape([batch, ...outputs, features]);
}

function expectTransposed(fn: (...x: Tensor[]) => Tensor, x: readonly Tensor[], v: readonly Tensor[]): void {
  const [y, pullback] = vjp(fn, [...x]);
  const w = sampleTensor(99, y.shape, -1, 1);
  expectClose(inner(jvp(fn, [...x], [...v])[1], w), inner(v, pullback(w)), 1e-12);
}

/** All indices into a shape, the last axis fastest. */
function* indicesOf(shape: Shape): Generator<readonly number[]> {
  const [length, ...rest] = shape;
  if (length === undefined) return yield [];
  for (let i = 0; i < length; i++) for (const index of indicesOf(rest)) yield [i, ...index];
}

function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}
