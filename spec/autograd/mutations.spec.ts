/** The harness itself is held to account: with a rule made wrong on purpose, it must fail. */
import { expect } from 'chai';
import { type ForwardRule, type Primitive, primitives, type ReverseRule } from '../../autograd/core/primitive.ts';
import type { MaybeZero } from '../../autograd/core/tensor.ts';
import { multiply } from '../../autograd/index.ts';
import * as harness from './harness.ts';
import { Recorder } from './numbers.ts';
import { table } from './primitives.table.ts';

type Mutable = { -readonly [K in keyof Primitive<never>]: Primitive<never>[K] };

const mutations: Readonly<Record<string, (t: MaybeZero) => MaybeZero>> = {
  'the sign flipped': (t) => t && multiply(t, -1),
  'a thousandth too much': (t) => t && multiply(t, 1.001),
  'nothing at all': () => null,
};

describe('a wrong rule is caught', () => {
  for (const [name, primitive] of primitives) {
    const rows = (table[name] ?? []).filter(({ flat }) => !flat);
    const inputs = differentiable(primitive, rows);
    if (inputs.length === 0) continue;
    const onAllRows = (check: (row: harness.Row) => void) => () => {
      for (const row of rows) check(row);
    };

    for (const [what, mutate] of Object.entries(mutations)) {
      it(`${name}: ${what}`, () => {
        const { forward, reverse } = primitive;
        const wrongForward: ForwardRule<never> = (tangents, at) => forward(tangents, at).map(mutate);
        withRules(primitive, { forward: wrongForward }, () => {
          expect(onAllRows(harness.matchesDifferences), 'forward').to.throw();
        });
        for (const input of inputs) {
          const wrongReverse = (i: number) => (i === input ? mutated(reverse(i), mutate) : reverse(i));
          withRules(primitive, { reverse: wrongReverse }, () => {
            expect(onAllRows(harness.transposes), `reverse, input ${input}`).to.throw();
          });
        }
      });
    }
  }
});

/** The inputs of a primitive that it has a reverse rule for, as the rows apply it. */
function differentiable(primitive: Primitive<never>, rows: readonly harness.Row[]): readonly number[] {
  const recorder = new Recorder();
  for (const row of rows) row.fn(...harness.setUp(row).inputs.map((x) => recorder.watch(x)));
  const calls = recorder.calls.filter((call) => call.primitive.name === primitive.name);
  const count = Math.max(0, ...calls.map(({ inputs }) => inputs.length));
  return Array.from({ length: count }, (_, input) => input).filter((input) => primitive.reverse(input) !== null);
}

function mutated(rule: ReverseRule<never> | null, mutate: (t: MaybeZero) => MaybeZero): ReverseRule<never> | null {
  return rule && { needs: rule.needs, pull: (cotangents, at) => mutate(rule.pull(cotangents, at)) };
}

function withRules(primitive: Primitive<never>, rules: Partial<Primitive<never>>, run: () => void): void {
  const { forward, reverse } = primitive;
  Object.assign(primitive as Mutable, rules);
  try {
    run();
  } finally {
    Object.assign(primitive as Mutable, { forward, reverse });
  }
}
