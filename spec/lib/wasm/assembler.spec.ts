import { expect } from 'chai';
import { float64, name, signed, unsigned } from '../../../lib/wasm/encoding.ts';
import { accepts, instantiate, newMemory } from '../../../lib/wasm/engine.ts';
import {
  atomic,
  f32,
  f32x4,
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64x2,
  v128,
} from '../../../lib/wasm/instructions.ts';
import { ModuleBuilder } from '../../../lib/wasm/module.ts';

describe('the WebAssembly assembler', () => {
  it('encodes numbers as the specification does', () => {
    // The examples from the definition of LEB128 (DWARF 4, section 7.6, figures 22 and 23).
    expect([2, 127, 128, 129, 130, 12857].map(unsigned)).to.deep.equal([
      [2],
      [127],
      [0x80, 1],
      [0x81, 1],
      [0x82, 1],
      [0xb9, 0x64],
    ]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map(signed)).to.deep.equal([
      [2],
      [0x7e],
      [0xff, 0],
      [0x81, 0x7f],
      [0x80, 1],
      [0x80, 0x7f],
      [0x81, 1],
      [0xff, 0x7e],
    ]);
    expect(unsigned(2 ** 32 - 1)).to.deep.equal([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(signed(-(2 ** 31))).to.deep.equal([0x80, 0x80, 0x80, 0x80, 0x78]);
    expect(float64(1)).to.deep.equal([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    expect(name('né')).to.deep.equal([3, 0x6e, 0xc3, 0xa9]);
  });

  it('writes the smallest module byte for byte', () => {
    const module = new ModuleBuilder();
    module.define('f', {}, 'i32', () => i32.const(42));
    expect([...module.assemble()]).to.deep.equal(
      [
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f], // type () → i32
        [
          0x02, 0x0f, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00,
          0x01,
        ], // env.memory
        [0x03, 0x02, 0x01, 0x00],
        [0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // export f
        [0x0a, 0x06, 0x01, 0x04, 0x00, 0x41, 0x2a, 0x0b],
      ].flat(),
    );
  });

  it('runs integer arithmetic, comparisons, loops and branches', () => {
    const module = new ModuleBuilder();
    module.define('gcd', { a: 'i32', b: 'i32' }, 'i32', (f, { a, b }) => {
      const rest = f.local('i32');
      f.while(i32.ne(b, i32.const(0)), () => {
        f.set(rest, i32.rem_u(a, b));
        f.set(a, b);
        f.set(b, rest);
      });
      return a;
    });
    module.define('sumOfOddBelow', { n: 'i32' }, 'i32', (f, { n }) => {
      const sum = f.local('i32', i32.const(0));
      f.for(0, n, 1, (i) => {
        f.if(i32.and(i, i32.const(1)), () => f.increase(sum, i));
      });
      return sum;
    });
    module.define('sign', { x: 'i32' }, 'i32', (f, { x }) => {
      const sign = f.local('i32');
      f.if(
        i32.lt_s(x, i32.const(0)),
        () => f.set(sign, i32.const(-1)),
        () => f.set(sign, i32.ne(x, i32.const(0))),
      );
      return sign;
    });
    const run = instantiate<Record<'gcd' | 'sumOfOddBelow' | 'sign', (...x: number[]) => number>>(
      module.assemble(),
      newMemory(),
    );
    expect(run.gcd(1071, 462)).to.equal(21);
    expect(run.sumOfOddBelow(100)).to.equal(2500);
    expect([-5, 0, 7].map((x) => run.sign(x))).to.deep.equal([-1, 0, 1]);
  });

  it('reads and writes memory in all types', () => {
    const module = new ModuleBuilder();
    module.define('scale', { at: 'i32', by: 'f32' }, (f, { at, by }) => {
      f.do(f32.store(at, f32.mul(f32.load(at), by)));
      f.do(f64.store(at, f64.add(f64.load(at, 8), f64.const(0.5)), 8));
      f.do(v128.store(at, f32x4.mul(v128.load(at, 16), f32x4.splat(by)), 16));
      f.do(v128.store(at, f64x2.sqrt(v128.load(at, 32)), 32));
      f.do(i32.store(at, i32.shl(i32.load(at, 48), i32.const(2)), 48));
    });
    const memory = newMemory();
    const run = instantiate<{ scale(at: number, by: number): void }>(module.assemble(), memory);
    const [f32s, f64s, i32s] = [
      new Float32Array(memory.buffer),
      new Float64Array(memory.buffer),
      new Int32Array(memory.buffer),
    ];
    f32s[16] = 1.5;
    f64s[9] = 2;
    f32s.set([1, 2, 3, 4], 20);
    f64s.set([4, 9], 12);
    i32s[28] = 5;
    run.scale(64, 2);
    expect([f32s[16], f64s[9], ...f32s.slice(20, 24), ...f64s.slice(12, 14), i32s[28]]).to.deep.equal([
      3, 2.5, 2, 4, 6, 8, 2, 3, 20,
    ]);
  });

  it('encodes every instruction so that the engine accepts it', () => {
    const zero = f32x4.const(0);
    const vectors = { ...f32x4, ...i32x4 };
    const unary = [
      'ceil',
      'floor',
      'nearest',
      'abs',
      'neg',
      'sqrt',
      'convert_i32x4_s',
      'trunc_sat_f32x4_s',
      'demote_f64x2_zero',
    ] as const;
    const binary = ['eq', 'ne', 'lt', 'gt', 'le', 'ge', 'add', 'sub', 'mul', 'div', 'min', 'max'] as const;
    const expressions = [
      ...unary.map((op) => vectors[op](zero)),
      ...binary.map((op) => f32x4[op](zero, zero)),
      ...(['eq', 'add', 'sub', 'gt_s', 'lt_u'] as const).map((op) => i32x4[op](zero, zero)),
      ...(['shl', 'shr_s', 'shr_u'] as const).map((op) => i32x4[op](zero, 3)),
      ...binary.map((op) => f64x2[op](zero, zero)),
      i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(zero, zero), zero),
      ...(['promote_low_f32x4', 'nearest', 'sqrt'] as const).map((op) => f64x2[op](zero)),
      i64x2.add(i64x2.shl(zero, 52), i64x2.sub(i64x2.shr_u(zero, 52), zero)),
      v128.const(new Array(16).fill(255)),
      i32x4.splat(v128.any_true(zero)),
      ...(['and', 'andnot', 'or', 'xor'] as const).map((op) => v128[op](zero, zero)),
      v128.bitselect(zero, zero, v128.not(zero)),
      v128.load32_splat(i32.const(0)),
      v128.load64_splat(i32.const(0)),
      v128.load32_zero(i32.const(0)),
      v128.load64_zero(i32.const(0)),
    ];
    expressions.forEach((expression, i) => {
      const module = new ModuleBuilder();
      module.define('f', {}, 'f32', () => f32x4.extract_lane(expression, 0));
      expect(accepts(module.assemble()), `instruction ${i}`).to.equal(true);
    });
  });

  it('computes lane by lane what JavaScript computes', () => {
    const lanes = [-1.5, 0.5, 2.5, 1e10];
    const calculate = (
      build: (x: ReturnType<typeof v128.load>) => ReturnType<typeof v128.load>,
      as: 'f32' | 'i32' = 'f32',
    ) => {
      const module = new ModuleBuilder();
      module.define('f', {}, (f) => f.do(v128.store(i32.const(16), build(v128.load(i32.const(0))))));
      const memory = newMemory();
      new Float32Array(memory.buffer).set(lanes);
      instantiate<{ f(): void }>(module.assemble(), memory).f();
      return [...new (as === 'f32' ? Float32Array : Int32Array)(memory.buffer, 16, 4)];
    };
    expect(calculate(f32x4.nearest)).to.deep.equal([-2, 0, 2, 1e10]);
    const turned = (x: ReturnType<typeof v128.load>) =>
      i8x16.shuffle(x, x, [8, 9, 10, 11, 12, 13, 14, 15, ...new Array(8).fill(0)]);
    expect(calculate(turned).slice(0, 2)).to.deep.equal([2.5, 1e10]);
    expect(
      calculate((x) => f32x4.demote_f64x2_zero(f64x2.nearest(f64x2.promote_low_f32x4(x)))),
    ).to.deep.equal([-2, 0, 0, 0]);
    expect(calculate((x) => i32x4.splat(v128.any_true(f32x4.gt(x, f32x4.const(1e9)))), 'i32')).to.deep.equal([
      1, 1, 1, 1,
    ]);
    expect(calculate((x) => i32x4.lt_u(x, i32x4.const(-1)), 'i32')).to.deep.equal([-1, -1, -1, -1]); // as −1 is 2³² − 1
    expect(calculate((x) => i32x4.lt_u(i32x4.const(-1), x), 'i32')).to.deep.equal([0, 0, 0, 0]);
    const bytes = Array.from({ length: 16 }, (_, i) => i);
    expect(calculate(() => v128.const(bytes), 'i32')[1]).to.equal(0x07060504);
    // The exponent of 2.5, from its distance to the bits of 2⁻¹⁰²², and the larger of two numbers.
    const exponent = (x: ReturnType<typeof v128.load>) =>
      i64x2.shr_u(i64x2.sub(f64x2.promote_low_f32x4(turned(x)), f64x2.const(2 ** -1022)), 52);
    expect(calculate(exponent, 'i32').slice(0, 2)).to.deep.equal([1023, 0]);
    const atLeastOne = (x: ReturnType<typeof v128.load>) =>
      f64x2.max(f64x2.promote_low_f32x4(x), f64x2.const(1));
    expect(calculate((x) => f32x4.demote_f64x2_zero(atLeastOne(x))).slice(0, 2)).to.deep.equal([1, 1]);
    expect(calculate((x) => f32x4.demote_f64x2_zero(atLeastOne(turned(x)))).slice(0, 2)).to.deep.equal([
      2.5, 1e10,
    ]);
    expect(calculate(f32x4.floor)).to.deep.equal([-2, 0, 2, 1e10]);
    expect(calculate((x) => f32x4.max(x, f32x4.const(1)))).to.deep.equal([1, 1, 2.5, 1e10]);
    expect(calculate(i32x4.trunc_sat_f32x4_s, 'i32')).to.deep.equal([-1, 0, 2, 2 ** 31 - 1]);
    expect(calculate((x) => v128.bitselect(x, f32x4.const(9), f32x4.gt(x, f32x4.const(1))))).to.deep.equal([
      9, 9, 2.5, 1e10,
    ]);
    expect(
      calculate((x) => i32x4.shl(i32x4.trunc_sat_f32x4_s(f32x4.min(x, f32x4.const(4))), 23), 'i32'),
    ).to.deep.equal([-(2 ** 23), 0, 2 ** 24, 2 ** 25]);
  });

  it('shares memory between threads when asked, and counts atomically', () => {
    const module = new ModuleBuilder({ sharedMemory: true });
    module.define('next', { at: 'i32' }, 'i32', (_, { at }) => atomic.add(at, i32.const(3)));
    module.define('read', { at: 'i32' }, 'i32', (_, { at }) => atomic.load(at));
    module.define('write', { at: 'i32', x: 'i32' }, (f, { at, x }) => f.do(atomic.store(at, x)));
    expect(accepts(module.assemble())).to.equal(true);
  });
});
