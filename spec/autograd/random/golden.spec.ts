/**
 * Draws from a batch of keys against JAX's `vmap` over `split(key, 3)`, from `spec/golden/random.json`; among
 * them the draws that are made of operations.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Nested, random, stack, type Tensor, tensor, vmap } from '../../../autograd/index.ts';
import { expectClose, float64 } from '../numbers.ts';

interface Case {
  readonly seed: number;
  readonly vmap_split3: Readonly<Record<string, Nested>>;
}

const golden = new URL('../../golden/random.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: Case[] };
const logits = tensor([
  [0.5, 1, -1, 0],
  [2, 0, 0, 1],
]);
const inFloat64 = { dtype: 'float64' } as const;

/** Draws of which each number is JAX's own. */
const exact: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  bits4: (key) => random.bits(key, [4]),
  uniform4_f32: (key) => random.uniform(key, [4]),
  'bernoulli8_0.3': (key) => random.bernoulli(key, 0.3, [8]),
  rademacher8_f32: (key) => random.rademacher(key, [8]),
  categorical_2x4: (key) => random.categorical(key, logits),
  permutation8: (key) => random.permutation(key, 8),
  'randint6_-3_9': (key) => random.randint(key, [6], -3, 9),
  split2: (key) => stack([...random.split(key)]),
};

/** Draws through a logarithm or a quantile, whose last digits are not JAX's. */
const close: Readonly<Record<string, readonly [draw: (key: Tensor) => Tensor, tolerance: number]>> = {
  normal4_f32: [(key) => random.normal(key, [4]), 1e-6],
  gumbel4_f32: [(key) => random.gumbel(key, [4]), 1e-6],
  normal4_f64: [(key) => random.normal(key, [4], inFloat64), 1e-12],
  gumbel4_f64: [(key) => random.gumbel(key, [4], inFloat64), 1e-12],
};

for (const { seed, vmap_split3: wanted } of cases) {
  describe(`a batch of keys of seed ${seed} draws what JAX draws`, () => {
    const keys = random.keys(random.key(seed), 3);

    for (const [name, draw] of Object.entries(exact)) {
      it(name, () => {
        expect(vmap(draw)(keys).toArray()).to.deep.equal(wanted[name]);
      });
    }

    for (const [name, [draw, tolerance]] of Object.entries(close)) {
      it(name, () => {
        expectClose(vmap(draw)(keys), float64(wanted[name] as Nested), tolerance);
      });
    }

    it('split2, as one tensor', () => {
      expect(vmap((key: Tensor) => random.keys(key, 2))(keys).toArray()).to.deep.equal(wanted.split2);
    });

    it('fold_in_0_1_2', () => {
      const steps = tensor([0, 1, 2], { dtype: 'int32' });
      expect(vmap(random.foldIn)(keys, steps).toArray()).to.deep.equal(wanted.fold_in_0_1_2);
    });
  });
}

it('every golden draw of a batch has a row', () => {
  const rows = [...Object.keys(exact), ...Object.keys(close), 'fold_in_0_1_2'];
  for (const { vmap_split3 } of cases) expect(Object.keys(vmap_split3)).to.have.members(rows);
});
