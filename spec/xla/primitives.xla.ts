/** Every row of the primitives' table on XLA, against `evaluate`. */
import { expect } from 'chai';
import { formatStableHlo } from '../../autograd/graph/stablehlo/index.ts';
import { makeGraph, type PrimitiveName, type Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { type Row, setUp } from '../autograd/harness.ts';
import { expectNear, primitiveCases } from '../autograd/primitive-cases.ts';
import { table } from '../autograd/primitives.table.ts';
import { runOnXla } from './programs.ts';

/** Primitives that StableHLO has no operation for. */
const refused: readonly PrimitiveName[] = [
  'luFactor',
  'solve',
  'logAbsDeterminant',
  'determinant',
  'cofactors',
  'qr',
  'eigh',
  'svd',
  'pinv',
  'matrixExponential',
];

/** They have no LU factorisation in them. */
const orthogonal: ReadonlySet<PrimitiveName> = new Set(['qr', 'eigh', 'svd', 'pinv']);
const cases = primitiveCases(refused);

describe('primitives on XLA', function () {
  this.timeout(600_000);
  let results: ReturnType<typeof runOnXla>;

  before(() => {
    results = runOnXla(cases);
  });

  for (const [name, { fn, inputs, labels, ...nearness }] of Object.entries(cases)) {
    it(name, () => {
      const result = results[name];
      if (!Array.isArray(result)) throw result;
      fn(...inputs).forEach((wanted, i) => {
        expectNear(result[i], wanted, { ...nearness, label: labels[i] as string });
      });
    });
  }

  for (const name of refused) {
    it(`${name} is refused`, () => {
      const [row] = table[name as 'solve'];
      const { inputs } = setUp(row as Row);
      const graph = makeGraph((row as Row).fn, inputs as [Tensor, Tensor, Tensor]);
      const names = { inputs: inputs.map((_, i) => `x${i}`), outputs: ['y'] };
      const reason = orthogonal.has(name) ? 'no operation that factorises' : 'no LU factorisation';
      expect(() => formatStableHlo(graph, names)).to.throw(ArgumentError, `StableHLO has ${reason}`);
    });
  }
});
