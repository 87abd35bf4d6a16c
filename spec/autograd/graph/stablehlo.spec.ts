/** The text of StableHLO; spec/xla runs it. */
import { expect } from 'chai';
import { formatStableHlo } from '../../../autograd/graph/stablehlo/index.ts';
import {
  add,
  defineOperation,
  makeGraph,
  matmul,
  solve,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const numbers = (values: readonly number[], dtype: 'float32' | 'float64' | 'int32' | 'bool' = 'float32') =>
  tensor([...values], { dtype });

/** The text of a constant. */
function constantText(x: Tensor): string {
  const { text } = formatStableHlo(
    makeGraph(() => x, []),
    { inputs: [], outputs: ['y'] },
  );
  return /value = (.*)\} :/.exec(text)?.[1] as string;
}

describe('formatStableHlo', () => {
  it('writes products in full precision', () => {
    const x = tensor([[1, 2]]);
    const graph = makeGraph((a: Tensor, b: Tensor) => matmul(a, b), [x, x.transpose()]);
    const { text } = formatStableHlo(graph, { inputs: ['a', 'b'], outputs: ['y'] });
    expect(text).to.contain(
      'precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]',
    );
  });

  it('writes numbers with all their digits, or as bits', () => {
    expect(constantText(numbers([0.1, 0.1]))).to.equal('dense<1.00000001e-1> : tensor<2xf32>');
    expect(constantText(numbers([0.1], 'float64'))).to.equal('dense<1.0000000000000001e-1> : tensor<1xf64>');
    expect(constantText(numbers([-0]))).to.equal('dense<0x80000000> : tensor<1xf32>');
    expect(constantText(numbers([Infinity], 'float64'))).to.equal(
      'dense<0x7FF0000000000000> : tensor<1xf64>',
    );
    expect(constantText(numbers([1, 2]))).to.equal('dense<"0x0000803F00000040"> : tensor<2xf32>');
    expect(constantText(numbers([-1, 3], 'int32'))).to.equal('dense<"0xFFFFFFFF03000000"> : tensor<2xi32>');
    expect(constantText(numbers([1, 0], 'bool'))).to.equal('dense<[true, false]> : tensor<2xi1>');
    expect(constantText(numbers([]))).to.equal('dense<> : tensor<0xf32>');
  });

  it('says in the signature what is what', () => {
    const graph = makeGraph((x: Tensor, w: Tensor) => add(x, w), [tensor([1, 2]), tensor([3, 4])]);
    const names = { inputs: ['x', 'layers.0.w'], outputs: ['y'] };
    const { signature } = formatStableHlo(graph, { ...names, batch: ['x'], donate: ['layers.0.w'] });
    const type = { shape: [2], dtype: 'float32' };
    expect(signature).to.deep.equal({
      inputs: [
        { name: 'x', ...type, batch: true, donated: false },
        { name: 'layers.0.w', ...type, batch: false, donated: true },
      ],
      outputs: [{ name: 'y', ...type }],
    });
  });

  it('refuses wrong names', () => {
    const graph = makeGraph((x: Tensor, w: Tensor) => add(x, w), [tensor([1]), tensor([3])]);
    const wrong =
      (inputs: string[], batch: string[] = []) =>
      () =>
        formatStableHlo(graph, { inputs, outputs: ['y'], batch });
    expect(wrong(['x'])).to.throw(ArgumentError, 'wanted 2 names of inputs, got 1');
    expect(wrong(['x', 'x'])).to.throw(ArgumentError, "two inputs have the name 'x'");
    expect(wrong(['x', 'w'], ['z'])).to.throw(ArgumentError, "there is no input 'z'");
  });

  it('names the primitive that cannot be written', () => {
    const x = tensor([[2, 0], [0, 2]]); // biome-ignore format: a matrix
    const names = { inputs: ['x'], outputs: ['y'] };
    expect(() =>
      formatStableHlo(
        makeGraph((a: Tensor) => solve(a, x), [x]),
        names,
      ),
    ).to.throw(ArgumentError, "cannot write 'luFactor' of float32[2, 2]: StableHLO has no LU factorisation");
    const looking = defineOperation({
      name: 'looking',
      value: (a) => a.multiply(a.sum().item()),
      shape: (a) => a,
      forward: ([t]) => t as Tensor,
    });
    expect(() =>
      formatStableHlo(
        makeGraph((a: Tensor) => looking(a), [x]),
        names,
      ),
    ).to.throw(ArgumentError, "the value of 'looking' looks at values");
  });
});
