import { expect } from 'chai';
import { apply } from '../../../autograd/core/apply.ts';
import { DerivativeBox } from '../../../autograd/core/level.ts';
import { eachInput, isDifferentiable, none, type Primitive } from '../../../autograd/core/primitive.ts';
import {
  ArgumentError,
  add,
  cast,
  DTypeError,
  exp,
  fromNDArray,
  grad,
  matmul,
  multiply,
  ShapeError,
  sin,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  toNDArray,
  transpose,
  vjp,
} from '../../../autograd/index.ts';
import { type Recording, record } from '../../../autograd/levels/reverse.ts';
import { copy, isFloating } from '../../../lib/index.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { type Row, setUp } from '../harness.ts';
import { expectClose, float64, numbersOf, Recorder, sampleTensor } from '../numbers.ts';
import { table } from '../primitives.table.ts';

describe('vjp', () => {
  const x = sampleTensor(1, [3, 2]);

  it('gives the value, and cotangents of all arguments, in their trees', () => {
    const fn = (a: { w: Tensor; b: Tensor[] }, c: Tensor) => multiply(add(a.w, a.b[0] as Tensor), c);
    const [y, pullback] = vjp(fn, [{ w: float64([1, 2]), b: [float64(3)] }, float64(4)]);
    const [cotangents, scalar] = pullback(float64([1, 10]));
    expect(y.toArray()).to.deep.equal([16, 20]);
    expect([cotangents.w.toArray(), (cotangents.b[0] as Tensor).item(), scalar.item()]).to.deep.equal([
      [4, 40],
      44,
      54,
    ]);
  });

  it('has a pullback that can be called again', () => {
    const [, pullback] = vjp((a: Tensor) => tanh(matmul(transpose(a), a)), [x]);
    const [first, second] = [pullback(1), pullback(1)];
    expectClose(second, first, 0);
    expectClose(pullback(2)[0], multiply(first[0], 2), 1e-15);
  });

  it('takes numbers as cotangents; 0 is a symbolic zero', () => {
    const [, pullback] = vjp((a: Tensor) => [multiply(a, 2), multiply(a, 1 / 0)], [float64([0, 1])]);
    expect(pullback([3, 0])[0].toArray()).to.deep.equal([6, 6]);
  });

  it('adds up what comes back from every use, however many', () => {
    const fan = (a: Tensor) =>
      Array.from({ length: 50 }, () => a).reduce((total, part) => add(total, multiply(part, a)));
    expectClose(grad(fan)(float64(3)), float64(1 + 49 * 6), 1e-14);
    const [, pullback] = vjp((a: Tensor) => [a, a, [sin(a)]], [float64(0)]);
    expect(pullback([1, 10, [100]])[0].item()).to.equal(111);
  });

  it('ignores branches that nobody uses, and gives zeros for arguments that nobody uses', () => {
    const fn = (a: Tensor, unused: Tensor) => {
      exp(multiply(a, unused));
      return multiply(a, 3);
    };
    const [da, unused] = vjp(fn, [float64([1, 2]), float64([[5], [6]])])[1](1);
    expect(da.toArray()).to.deep.equal([3, 3]);
    expect(unused.toArray()).to.deep.equal([[0], [0]]);
  });

  it('passes arguments through, and constants', () => {
    const [y, pullback] = vjp((a: Tensor) => ({ same: a, constant: 5 }), [float64([1, 2])]);
    expect(numbersOf(y)).to.deep.equal([1, 2, 5]);
    expect(pullback({ same: 7, constant: 100 })[0].toArray()).to.deep.equal([7, 7]);
  });

  it('differentiates through casts between float32 and float64, and not through integers', () => {
    const fn = (a: Tensor) => multiply(cast(a, 'float64'), cast(cast(a, 'int32'), 'float64'));
    const [y, pullback] = vjp(fn, [tensor([2.5])]);
    const [cotangent] = pullback(1);
    expect([y.dtype, y.toArray(), cotangent.dtype, cotangent.toArray()]).to.deep.equal([
      'float64',
      [5],
      'float32',
      [2],
    ]);
  });

  it('takes integers and masks for constants, whose cotangents are zeros', () => {
    const fn = ({ table, rows }: { table: Tensor; rows: Tensor }) =>
      multiply(table.gather(rows), rows.cast('float64'));
    const at = { table: float64([1, 2, 3]), rows: tensor([2, 2, 0], { dtype: 'int32' }) };
    const [cotangents] = vjp(fn, [at])[1](1);
    expect([cotangents.table.toArray(), cotangents.rows.toArray()]).to.deep.equal([
      [0, 0, 4],
      [0, 0, 0],
    ]);
    expect(cotangents.rows.dtype).to.equal('int32');
    expect(record('spec', fn as never, [at]).length).to.equal(2);
  });

  describe('refuses', () => {
    const fn = (a: Tensor) => sin(a);

    it('a cotangent of another shape or of integers', () => {
      const [, pullback] = vjp(fn, [x]);
      expect(() => pullback(float64([1, 2]))).to.throw(ShapeError, /^vjp: .*\[3, 2\].*\[2\]/);
      expect(() =>
        pullback(
          tensor(
            [
              [1, 2],
              [1, 2],
              [1, 2],
            ],
            { dtype: 'int32' },
          ),
        ),
      ).to.throw(DTypeError, /^vjp: .*int32/);
    });

    it('a cotangent that is no tree like the result', () => {
      const [, pullback] = vjp((a: Tensor) => ({ y: sin(a) }), [x]);
      expect(() => pullback({ z: 1 } as never)).to.throw(
        ArgumentError,
        /^vjp: the trees differ: wanted {y}, got {z}/,
      );
      expect(() => pullback(1 as never)).to.throw(
        ArgumentError,
        /^vjp: the trees differ: wanted {y}, got number 1/,
      );
    });

    it('arguments and results that are no trees of tensors', () => {
      expect(() => vjp(fn as never, ['a'])).to.throw(ArgumentError, /^vjp: .*string a at '0'/);
      expect(() => vjp(fn as never, [new Map()])).to.throw(ArgumentError, /^vjp: .*Map/);
      expect(() => vjp((() => null) as never, [x])).to.throw(ArgumentError, /^vjp: .*null/);
    });
  });
});

describe('the tape', () => {
  it('refuses a rule what it has not declared', () => {
    const careless: Primitive<'square'> = {
      name: 'square',
      shape: ([x]) => [x as Tensor],
      evaluate: ([x]) => [x as never],
      forward: ([t]) => [t ?? null],
      reverse: eachInput(() => ({ needs: {}, pull: ([w], at) => (w ? multiply(w, at.input(0)) : null) })),
      batch: (inputs) => inputs,
    };
    const [, pullback] = vjp((x: Tensor) => apply(careless, [x], none)[0] as Tensor, [float64(1)]);
    expect(() => pullback(1)).to.throw(ArgumentError, /input 0.*needs/);
  });

  it('records what depends on the arguments, and nothing else', () => {
    const constant = float64([1, 2]);
    const length = (fn: (x: Tensor) => unknown) => record('spec', fn, [float64([3, 4])]).length;
    expect(length((x) => x)).to.equal(0);
    expect(length(() => exp(sin(constant)))).to.equal(0);
    expect(length((x) => multiply(x, exp(constant)))).to.equal(1);
    expect(length((x) => subtract(sin(x), x))).to.equal(2);
  });

  describe('keeps what the rules declare, and nothing else, of', () => {
    const traces = new Map<string, Trace>();

    before(async () => {
      for (const [name, rows] of Object.entries(table)) traces.set(name, trace(name, rows[0] as Row));
      await new Promise(setImmediate); // a WeakRef holds its target until the task ends
      collectGarbage();
    });

    for (const name of Object.keys(table)) {
      it(name, () => {
        const { tensors } = traces.get(name) as Trace;
        const kept = tensors.filter(({ ref }) => ref.deref() !== undefined).map(({ what }) => what);
        const declared = tensors.filter(({ isDeclared }) => isDeclared).map(({ what }) => what);
        expect(kept).to.deep.equal(declared);
      });
    }
  });

  it('frees what a gradient has consumed, and lives as long as a pullback of vjp', async () => {
    const refs: WeakRef<Tensor>[] = [];
    const fn = (x: Tensor) => {
      const middle = add(x, 1);
      refs.push(new WeakRef((middle as DerivativeBox).primal));
      return sum(sin(middle));
    };
    const kept = record('spec', fn, [sampleTensor(1, [3])]);
    const consumed = record('spec', fn, [sampleTensor(1, [3])]);
    consumed.pull(1, { consume: true });
    await new Promise(setImmediate);
    collectGarbage();
    expect(refs.map((ref) => ref.deref() !== undefined)).to.deep.equal([true, false]);
    expectClose(kept.pull(1, { consume: false }), kept.pull(1, { consume: false }), 0);
    expect(consumed.length).to.equal(kept.length);
  });
});

interface Trace {
  /** Nobody reads it, but it keeps what its tape keeps alive. */
  readonly recording: Recording;
  readonly tensors: readonly {
    readonly what: string;
    readonly ref: WeakRef<Tensor>;
    readonly isDeclared: boolean;
  }[];
}

/**
 * Records one call of a primitive between two operations that keep nothing themselves, and watches its inputs
 * and outputs.
 */
function trace(name: string, row: Row): Trace {
  const { primitive, inputs, params } = firstCall(name, row);
  const wanted = inputs.map((x, i) => isFloating(x.dtype) && isDifferentiable(primitive, i));
  const recorded = primitive.reverse?.recorded?.(params) ?? params;
  const needs = (wanted.includes(true) && primitive.reverse?.needs(wanted, recorded)) || {};
  const declares = (kind: 'inputs' | 'outputs', i: number) =>
    needs[kind] === 'all' || !!needs[kind]?.includes(i);
  const tensors: Trace['tensors'][number][] = [];
  const watch = (kind: 'inputs' | 'outputs') => (x: Tensor, i: number) => {
    const ref = new WeakRef(x instanceof DerivativeBox ? x.primal : x);
    tensors.push({ what: `${kind}[${i}]`, ref, isDeclared: declares(kind, i) });
  };
  const program = (...floats: Tensor[]) => {
    const fresh = inputs.map((x, i) => (isFloating(x.dtype) ? add(floats[i] as Tensor, 0) : copyOf(x)));
    fresh.forEach(watch('inputs'));
    const outputs = apply(primitive, fresh, params);
    outputs.forEach(watch('outputs'));
    return outputs.filter((y) => isFloating(y.dtype)).map((y) => add(y, 0));
  };
  return { recording: record('spec', program, inputs), tensors };
}

function firstCall(name: string, row: Row) {
  const recorder = new Recorder();
  row.fn(...setUp(row).inputs.map((x) => recorder.watch(x)));
  const call = recorder.calls.find(({ primitive }) => primitive.name === name);
  if (call === undefined) throw new Error(`the row ${row.label} does not use ${name}`);
  return call;
}

function copyOf(x: Tensor): Tensor {
  return fromNDArray(copy(toNDArray(x)));
}
