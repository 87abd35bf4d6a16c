/** Every row of the primitives' table on XLA, against `evaluate`. */
import { expect } from 'chai';
import { type DType, type Tensor, cast, tensor } from '../../autograd/index.ts';
import * as f from '../../autograd/index.ts';
import { isFloating } from '../../lib/index.ts';
import { type Row, setUp } from '../autograd/harness.ts';
import { table } from '../autograd/primitives.table.ts';
import { type Program, runOnXla } from './programs.ts';

/** Primitives that StableHLO has no operation for. */
const refused = ['luFactor', 'solve', 'logAbsDeterminant'];
/** Rows of other primitives that use one of these. */
const floats = ['float32', 'float64'] as const;

describe('primitives on XLA', function () {
  this.timeout(600_000);
  const programs: Record<string, Program> = {};
  const plans: { name: string; rows: readonly Row[]; dtype: DType }[] = [];
  let results: ReturnType<typeof runOnXla>;
  for (const [name, rows] of Object.entries(table)) {
    if (refused.includes(name)) continue;
    for (const dtype of floats) plans.push({ name: `${name}.${dtype}`, rows, dtype });
  }
  before(() => {
    for (const { name, rows, dtype } of plans) {
      const cases = rows.map((row) => casesOf(row, dtype));
      const inputs = cases.flat();
      programs[name] = {
        inputs,
        fn: (...given) => {
          const rest = [...given];
          return rows.map((row, i) => row.fn(...rest.splice(0, cases[i]!.length)));
        },
      };
    }
    console.time('xla');
    results = runOnXla(programs);
    console.timeEnd('xla');
  });
  for (const { name, rows, dtype } of plans) {
    it(name, () => {
      const result = results[name]!;
      if (result instanceof Error) throw result;
      const tolerance = dtype === 'float32' ? 3e-6 : 1e-13;
      rows.forEach((row, i) => {
        const wanted = row.fn(...casesOf(row, dtype));
        expectNear(result[i]!, wanted, tolerance, row.label);
      });
    });
  }
});

function casesOf(row: Row, dtype: DType): readonly Tensor[] {
  return setUp(row).inputs.map((x) => (isFloating(x.dtype) ? cast(x, dtype) : x));
}

function expectNear(got: Tensor, wanted: Tensor, tolerance: number, label: string): void {
  expect([got.dtype, ...got.shape], label).to.deep.equal([wanted.dtype, ...wanted.shape]);
  const [a, b] = [got.toTypedArray(), wanted.toTypedArray()];
  const scale = Math.max(1, ...Array.from(b).filter(Number.isFinite).map(Math.abs));
  b.forEach((y, i) => {
    const x = a[i]!;
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return;
    if (!(Math.abs(x - y) <= tolerance * scale)) expect.fail(`${label}: element ${i}: got ${x}, wanted ${y}`);
  });
}
