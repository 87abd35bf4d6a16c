/** Checks the harness itself: it must fail when a rule is made wrong on purpose. */
import { expect } from 'chai';
import {
  type ForwardRule,
  isDifferentiable,
  type Primitive,
  type PrimitiveName,
  type PrimitiveParams,
  primitives,
  type ReverseRule,
} from '../../autograd/core/primitive.ts';
import { type Cotangent, type MaybeZero, Tensor } from '../../autograd/core/tensor.ts';
import { add, less, multiply, sum, whileLoop } from '../../autograd/index.ts';
import * as harness from './harness.ts';
import { Recorder } from './numbers.ts';
import { table } from './primitives.table.ts';

type AnyPrimitive = Primitive<PrimitiveName>;
type AnyParams = PrimitiveParams[PrimitiveName];

const mutations: Readonly<Record<string, (t: MaybeZero) => MaybeZero>> = {
  'the sign flipped': (t) => t && multiply(t, -1),
  'a thousandth too much': (t) => t && multiply(t, 1.001),
  'nothing at all': () => null,
};

/** Programs for rules of forward mode alone. The table's have both modes, so they avoid these rules. */
const forwardOnly: Partial<Record<PrimitiveName, harness.Row>> = {
  whileLoop: {
    ...{ label: '', inputs: [{ shape: [3], low: 0.5, high: 1 }], layout: 'rows' },
    fn: (x) =>
      whileLoop(
        (c: Tensor) => less(sum(c), 20),
        (c: Tensor) => add(multiply(c, 1.5), 1),
        x as Tensor,
      ),
  },
};

describe('a wrong rule is caught', () => {
  for (const primitive of Object.values(primitives) as unknown as AnyPrimitive[]) {
    const { name } = primitive;
    const forwardRow = forwardOnly[name];
    const rows = forwardRow ? [forwardRow] : table[name].filter(({ flat }) => !flat);
    const inputs = forwardRow ? [] : differentiable(primitive, rows);
    if (inputs.length === 0 && !forwardRow) continue;
    const onAllRows = (check: (row: harness.Row) => void) => () => {
      for (const row of rows) check(row);
    };

    for (const [what, mutate] of Object.entries(mutations)) {
      it(`${name}: ${what}`, () => {
        const { forward, reverse } = primitive;
        const wrongForward: ForwardRule<AnyParams> = (tangents, at) => forward(tangents, at).map(mutate);
        if (forwardRow) expect(onAllRows(harness.matchesDifferences), 'as it is').to.not.throw();
        withRules(primitive, { forward: wrongForward }, () => {
          expect(onAllRows(harness.matchesDifferences), 'forward').to.throw();
        });
        for (const input of inputs) {
          withRules(primitive, { reverse: mutated(reverse, input, mutate) }, () => {
            expect(onAllRows(harness.transposes), `reverse, input ${input}`).to.throw();
          });
        }
      });
    }
  }
});

/** The inputs for which a primitive has a reverse rule, in the rows' applications of it. */
function differentiable(primitive: AnyPrimitive, rows: readonly harness.Row[]): readonly number[] {
  const recorder = new Recorder();
  for (const row of rows) row.fn(...harness.setUp(row).inputs.map((x) => recorder.watch(x)));
  const calls = recorder.calls.filter((call) => call.primitive.name === primitive.name);
  const count = Math.max(0, ...calls.map(({ inputs }) => inputs.length));
  return Array.from({ length: count }, (_, input) => input).filter((input) =>
    isDifferentiable(primitive, input),
  );
}

/** The rule with its answer for one input changed. */
function mutated(
  rule: ReverseRule<AnyParams> | null,
  input: number,
  mutate: (t: MaybeZero) => MaybeZero,
): ReverseRule<AnyParams> | null {
  return (
    rule && {
      ...rule,
      pull: (...args) =>
        rule.pull(...args).map((w, i) => (i === input ? mutatedCotangent(w ?? null, mutate) : w)),
    }
  );
}

function mutatedCotangent(w: Cotangent, mutate: (t: MaybeZero) => MaybeZero): Cotangent {
  if (w === null || w instanceof Tensor) return mutate(w);
  const values = mutate(w.values);
  return values && { ...w, values };
}

function withRules(primitive: AnyPrimitive, rules: Partial<AnyPrimitive>, run: () => void): void {
  const { forward, reverse } = primitive;
  Object.assign(primitive, rules);
  try {
    run();
  } finally {
    Object.assign(primitive, { forward, reverse });
  }
}
