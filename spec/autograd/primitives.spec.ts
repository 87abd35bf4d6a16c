import { expect } from 'chai';
import { definePrimitive, primitives } from '../../autograd/core/primitive.ts';
import { ArgumentError } from '../../lib/index.ts';
import { useDirtyMemory } from '../tools/dirty-memory.ts';
import * as harness from './harness.ts';
import { table } from './primitives.table.ts';

const protocol: readonly (readonly [claim: string, check: (row: harness.Row, primitive: string) => void])[] =
  [
    ['has the plain value under both transforms, and leaves its inputs alone', harness.keepsValues],
    ['reads views as it reads their copies', harness.readsViews],
    ['obeys the shape rules', harness.obeysShapeRules],
    ['pushes tangents as differences say', harness.matchesDifferences],
    ['pulls cotangents by the transpose', harness.transposes],
    ['is linear in tangents and cotangents', harness.isLinearInTangents],
    ['has one second derivative, by all four pairings of the modes', harness.agreesAtSecondOrder],
    ['gives in a batch what it gives in a loop', harness.batches],
    ['works in single precision', harness.worksInSinglePrecision],
    ['gives the same bits when compiled', harness.compiles],
  ];

describe('every primitive', () => {
  useDirtyMemory();

  it('has a row in the table', () => {
    expect(Object.keys(table).sort()).to.deep.equal(Object.keys(primitives).sort());
  });

  it('is what its name says in the record of them all', () => {
    for (const [name, primitive] of Object.entries(primitives)) expect(primitive.name).to.equal(name);
  });

  it('is defined once', () => {
    expect(() => definePrimitive(primitives.slice)).to.throw(ArgumentError, "'slice' is already defined");
  });

  for (const [claim, check] of protocol) {
    describe(claim, () => {
      for (const [primitive, rows] of Object.entries(table)) {
        it(primitive, () => {
          for (const row of rows) check(row, primitive);
        });
      }
    });
  }
});
