/**
 * Mistakes of JavaScript callers, whom no types stop. Each must throw an error of ours that names the
 * operation.
 */
import { expect } from 'chai';
import * as autograd from '../../autograd/index.ts';
import * as flows from '../../flows/index.ts';

const untyped = { ...autograd, ...flows } as unknown as Record<string, (...args: unknown[]) => unknown>;
const call = (name: string, ...args: unknown[]) =>
  (untyped[name] as (...args: unknown[]) => unknown)(...args);

const x = autograd.tensor([1, 2]);
const key = autograd.random.key(0);
const identity = (y: unknown) => y;
const pair = { x0: x.reshape([2, 1]), x1: x.reshape([2, 1]), t: autograd.tensor([[0.1], [0.2]]) };
const network = flows.mlp({ sizes: [1, 2] });
const training = {
  parameters: { w: x },
  loss: (p: { w: autograd.Tensor }) => ({ loss: p.w.sum() }),
  optimizer: flows.adam(),
  schedule: flows.constantSchedule(1),
  steps: 2,
  batches: [1, 2],
  key,
};

const mistakes: readonly (readonly [name: string, args: readonly unknown[], message: RegExp])[] = [
  ...[
    'grad',
    'valueAndGrad',
    'vmap',
    'jacfwd',
    'jacrev',
    'hessian',
    'checkpoint',
    'withoutGradient',
    'debugNaNs',
  ].map(
    (name) => [name, [x], new RegExp(`^${name}: wanted a function, got a tensor of shape \\[2\\]$`)] as const,
  ),
  ['jvp', [x, [x], [x]], /^jvp: wanted a function/],
  [
    'jvp',
    [identity, x, x],
    /^jvp: wanted the arguments as a list, such as \[x\], got a tensor of shape \[2\]$/,
  ],
  ['vjp', [identity, x], /^vjp: wanted the arguments as a list/],
  ['linearize', [identity, x], /^linearize: wanted the arguments as a list/],
  ['makeGraph', [identity, x], /^makeGraph: wanted the arguments as a list/],
  ['checkGradients', [identity, x], /^checkGradients: wanted the arguments as a list/],
  ['scan', [x, x, x], /^scan: wanted a function/],
  ['mapTree', [x, x], /^mapTree: wanted a function/],
  ['hvp', [identity, x, x], /^hvp: the function must return a scalar, got shape \[2\]/],
  [
    'hvp',
    [(y: autograd.Tensor) => y.sum(), x, autograd.tensor([1])],
    /^hvp: a tangent has its primal's shape \[2\]/,
  ],
  ['zeros', [[-1]], /^zeros: wanted a shape of non-negative integers, got \[-1\]$/],
  ['transpose', [x, 0], /^transpose: wanted the axes as a list, such as \[1, 0\], got number 0$/],
  ['fromNDArray', [[1, 2]], /^fromNDArray: wanted an NDArray, got an array of length 2$/],
  ['split', [x, 1e12], /^split: cannot cut axis 0 of \[2\] into 1000000000000$/],
  ['fuse', [x], /^fuse: wanted a function/],
  ...['parseNpy', 'parseNpz', 'parseIdx', 'parseSafetensors', 'decodeText'].map(
    (name) =>
      [
        name,
        [new ArrayBuffer(8)],
        new RegExp(
          `^${name}: wanted the file's bytes as a Uint8Array, got an object \\(ArrayBuffer\\); wrap it`,
        ),
      ] as const,
  ),
  ['parseCsv', [new Uint8Array(3)], /^parseCsv: wanted a string, got .*; decodeText makes one/],
  [
    'formatCsv',
    [[[1, 2]], ['a', 'b']],
    /^formatCsv: wanted the table as a tensor, got an array of length 1$/,
  ],
  ['formatCsv', [x.reshape([1, 2]), 'ab'], /^formatCsv: wanted 2 names of columns, got string ab$/],
  ['formatNpy', [[1, 2]], /^formatNpy: wanted an array as a tensor, got an array of length 2$/],
  ['formatNpz', [{ a: 1 }], /^formatNpz: wanted 'a' as a tensor, got number 1$/],
  ['formatSafetensors', [undefined], /^formatSafetensors: wanted tensors by name, got undefined$/],
  ['standardize', [[[1], [2]]], /^standardize: wanted data as a tensor, got an array of length 2$/],
  ['flowMapVelocity', [x], /^flowMapVelocity: wanted a function/],
  [
    'velocityFrom',
    [flows.optimalTransportPath(), undefined],
    /^velocityFrom: wanted a function, got undefined$/,
  ],
  ['pathEnergy', [undefined, x], /^pathEnergy: wanted a function, got undefined$/],
  ['negativeLogLikelihood', [[1, 2]], /^negativeLogLikelihood: wanted log-densities as a tensor/],
  ['bitsPerDimension', [2, [1]], /^bitsPerDimension: wanted log-densities as a tensor, got number 2$/],
  ['independentCoupling', [key, x, [1, 2]], /^independentCoupling: wanted x1 as a tensor/],
  ['meanFlowError', [identity, undefined], /^meanFlowError: wanted an object of z, v, r, t, got undefined$/],
  [
    'improvedMeanFlowError',
    [identity, { z: x }],
    /^improvedMeanFlowError: wanted v as a tensor, got undefined$/,
  ],
  ['guidedVelocity', [identity, null, {}], /^guidedVelocity: wanted an object of z, v, t, labels, got null$/],
  ['dense', [{ w: x }, x], /^dense: wanted b as a tensor, got undefined$/],
  ['groupNorm', [[1, 2], 1, {}], /^groupNorm: wanted x as a tensor, got an array of length 2$/],
  ['zeros', [[2], 'float64'], /^zeros: wanted an object of options \(dtype\), got string float64$/],
  ['mlp', [], /^mlp: wanted an object of options \(sizes, activation, dtype\), got undefined$/],
  ['mlpVelocityNetwork', [], /^mlpVelocityNetwork: wanted an object of options \(features/],
  ['train', [], /^train: wanted an object of options \(loss/],
  [
    'train',
    [{ ...training, optimizer: flows.adam }],
    /wanted an optimizer such as adam\(\), got the function adam$/,
  ],
  [
    'train',
    [{ ...training, schedule: 0.1 }],
    /wanted a schedule such as constantSchedule\(1e-3\), got number 0.1$/,
  ],
  [
    'train',
    [{ ...training, batches: function* draws() {} }],
    /wanted batches to iterate over.*got the function draws$/,
  ],
  [
    'conditionalFlowMatchingLoss',
    [flows.noiseToData(identity as never), flows.optimalTransportPath, pair],
    /^conditionalFlowMatchingLoss: wanted a path, such as optimalTransportPath\(\), got the function optimalTransportPath$/,
  ],
  [
    'conditionalFlowMatchingLoss',
    [flows.noiseToData(identity as never), flows.optimalTransportPath()],
    /got undefined$/,
  ],
  ['marginalField', [flows.optimalTransportPath, { points: pair.x0 }], /^marginalField: wanted a path/],
  ['meanFlowLoss', [network, pair], /^meanFlowLoss: wanted a function, got an object \(Object\)$/],
  ['sampleMeanFlow', [network, pair.x0], /^sampleMeanFlow: wanted a function/],
  ['sampleFlow', [network, pair.x0], /^sampleFlow: wanted a function/],
  [
    'sampleStochastic',
    [flows.noiseToData(identity as never), flows.optimalTransportPath(), x],
    /^sampleStochastic: wanted/,
  ],
  [
    'formatSafetensors',
    [{ a: { b: x } }],
    /^formatSafetensors: wanted a tensor for each name.*stateDict\(tree\)/,
  ],
  [
    'bitsPerDimension',
    [x, 64],
    /^bitsPerDimension: wanted the shape of an event, such as \[8, 8\], got number 64$/,
  ],
  [
    'wasserstein2',
    [[[1]], [[2]]],
    /^wasserstein2: wanted points as a tensor of shape \[n, d\], got an array of length 1$/,
  ],
];

describe('misuse', () => {
  for (const [name, args, message] of mistakes) {
    it(`${name}: ${message.source}`, () => {
      expect(() => call(name, ...args)).to.throw(autograd.FluxionError, message);
    });
  }

  it('names the user’s operation whose value is no tensor', () => {
    const define = (value: unknown) =>
      autograd.defineOperation({
        name: 'mine',
        value: () => value as never,
        shape: (type) => type,
        forward: ([t]) => t as never,
      });
    expect(() => define(null)(x)).to.throw(
      autograd.ArgumentError,
      /^mine: wanted a Tensor or a number, got null$/,
    );
  });
});
