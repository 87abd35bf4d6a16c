/**
 * The instructions, as typed expressions. WebAssembly is a stack machine. An expression carries the code of
 * its operands and the type of its result, so TypeScript rejects code that would unbalance the stack or mix
 * types.
 *
 * Source of the opcodes: WebAssembly Core Specification 2.0, chapter 5.4, and the proposals of relaxed SIMD
 * and of threads.
 */
import { type Code, float32, float64, signed, unsigned } from './encoding.ts';

/** The types of values. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** Code that leaves one value of a type on the stack. */
export interface Expression<T extends ValueType> {
  readonly type: T;
  readonly code: Code;
}

/** Code that leaves the stack as it was. */
export interface Statement {
  readonly type: 'nothing';
  readonly code: Code;
}

type Address = Expression<'i32'>;

/** 32-bit integers, which are also addresses (in bytes) and truth values. */
export const i32 = {
  const: (value: number): Expression<'i32'> => expression('i32', [0x41, ...signed(value)]),
  add: binary('i32', 'i32', 0x6a),
  sub: binary('i32', 'i32', 0x6b),
  mul: binary('i32', 'i32', 0x6c),
  div_u: binary('i32', 'i32', 0x6e),
  rem_u: binary('i32', 'i32', 0x70),
  and: binary('i32', 'i32', 0x71),
  or: binary('i32', 'i32', 0x72),
  shl: binary('i32', 'i32', 0x74),
  shr_u: binary('i32', 'i32', 0x76),
  eqz: unary('i32', 'i32', 0x45),
  eq: binary('i32', 'i32', 0x46),
  ne: binary('i32', 'i32', 0x47),
  lt_s: binary('i32', 'i32', 0x48),
  lt_u: binary('i32', 'i32', 0x49),
  ge_s: binary('i32', 'i32', 0x4e),
  ge_u: binary('i32', 'i32', 0x4f),
  /** `a` where the condition is not 0, else `b`. */
  select: (a: Expression<'i32'>, b: Expression<'i32'>, condition: Expression<'i32'>): Expression<'i32'> =>
    expression('i32', [...a.code, ...b.code, ...condition.code, 0x1b]),
  load: load('i32', 2, 0x28),
  store: store('i32', 2, 0x36),
};

export const f32 = {
  const: (value: number): Expression<'f32'> => expression('f32', [0x43, ...float32(value)]),
  load: load('f32', 2, 0x2a),
  store: store('f32', 2, 0x38),
  add: binary('f32', 'f32', 0x92),
  sub: binary('f32', 'f32', 0x93),
  mul: binary('f32', 'f32', 0x94),
  div: binary('f32', 'f32', 0x95),
  min: binary('f32', 'f32', 0x96),
  max: binary('f32', 'f32', 0x97),
};

export const f64 = {
  const: (value: number): Expression<'f64'> => expression('f64', [0x44, ...float64(value)]),
  load: load('f64', 3, 0x2b),
  store: store('f64', 3, 0x39),
  add: binary('f64', 'f64', 0xa0),
  sub: binary('f64', 'f64', 0xa1),
  mul: binary('f64', 'f64', 0xa2),
  div: binary('f64', 'f64', 0xa3),
  min: binary('f64', 'f64', 0xa4),
  max: binary('f64', 'f64', 0xa5),
  promote_f32: unary('f32', 'f64', 0xbb),
};

/** 128 bits, as a whole. */
export const v128 = {
  load: load('v128', 4, ...simd(0)),
  load32_splat: load('v128', 2, ...simd(9)),
  load64_splat: load('v128', 3, ...simd(10)),
  /** One element in the lowest lane, zeros in the others. */
  load32_zero: load('v128', 2, ...simd(92)),
  load64_zero: load('v128', 3, ...simd(93)),
  store: store('v128', 4, ...simd(11)),
  /** Sixteen bytes, those of the first lane first. */
  const: (bytes: Code): Expression<'v128'> => expression('v128', [...simd(12), ...bytes]),
  not: oneVector(77),
  and: twoVectors(78),
  andnot: twoVectors(79),
  or: twoVectors(80),
  xor: twoVectors(81),
  /** The bits of `a` where the mask is 1, the bits of `b` where it is 0. */
  bitselect: (a: Expression<'v128'>, b: Expression<'v128'>, mask: Expression<'v128'>): Expression<'v128'> =>
    expression('v128', [...a.code, ...b.code, ...mask.code, ...simd(82)]),
  /** 1 if any bit is 1, otherwise 0. */
  any_true: unary('v128', 'i32', ...simd(83)),
};

/** Sixteen bytes. */
export const i8x16 = {
  /** The bytes of `a` (0 to 15) and `b` (16 to 31) whose numbers are the lanes. */
  shuffle: (a: Expression<'v128'>, b: Expression<'v128'>, lanes: readonly number[]): Expression<'v128'> =>
    expression('v128', [...a.code, ...b.code, ...simd(13), ...lanes]),
  /** The 16-bit integers of both operands, clamped to −128 … 127. */
  narrow_i16x8_s: twoVectors(101),
};

/** Eight 16-bit integers. */
export const i16x8 = {
  /** The 32-bit integers of both operands, clamped to −32768 … 32767. */
  narrow_i32x4_s: twoVectors(133),
};

/** Four 32-bit integers. */
export const i32x4 = {
  splat: unary('i32', 'v128', ...simd(17)),
  const: (value: number): Expression<'v128'> => i32x4.splat(i32.const(value)),
  eq: twoVectors(55),
  shl: shift(...simd(171)),
  shr_s: shift(...simd(172)),
  shr_u: shift(...simd(173)),
  add: twoVectors(174),
  sub: twoVectors(177),
  lt_u: twoVectors(58),
  gt_s: twoVectors(59),
  trunc_sat_f32x4_s: oneVector(248),
};

/** Two 64-bit integers. */
export const i64x2 = {
  shl: shift(...simd(203)),
  shr_u: shift(...simd(205)),
  add: twoVectors(206),
  sub: twoVectors(209),
};

/** Four float32. */
export const f32x4 = {
  splat: unary('f32', 'v128', ...simd(19)),
  const: (value: number): Expression<'v128'> => f32x4.splat(f32.const(value)),
  extract_lane: (x: Expression<'v128'>, lane: 0 | 1 | 2 | 3): Expression<'f32'> =>
    expression('f32', [...x.code, ...simd(31), lane]),
  eq: twoVectors(65),
  ne: twoVectors(66),
  lt: twoVectors(67),
  gt: twoVectors(68),
  le: twoVectors(69),
  ge: twoVectors(70),
  ceil: oneVector(103),
  floor: oneVector(104),
  nearest: oneVector(106),
  abs: oneVector(224),
  neg: oneVector(225),
  sqrt: oneVector(227),
  add: twoVectors(228),
  sub: twoVectors(229),
  mul: twoVectors(230),
  div: twoVectors(231),
  min: twoVectors(232),
  max: twoVectors(233),
  /** b < a ? b : a, and so `a` if either is NaN: one machine instruction, where `min` takes several. */
  pmin: twoVectors(234),
  /** a < b ? b : a, and so `a` if either is NaN. */
  pmax: twoVectors(235),
  convert_i32x4_s: oneVector(250),
  /** Two float64 as the first two float32; the others are 0. */
  demote_f64x2_zero: oneVector(94),
  /** a·b + c, rounded once or twice as the machine likes (relaxed SIMD). */
  relaxed_madd: ternary('v128', ...simd(0x105)),
};

/** Two float64. */
export const f64x2 = {
  splat: unary('f64', 'v128', ...simd(20)),
  const: (value: number): Expression<'v128'> => f64x2.splat(f64.const(value)),
  extract_lane: (x: Expression<'v128'>, lane: 0 | 1): Expression<'f64'> =>
    expression('f64', [...x.code, ...simd(33), lane]),
  /** The first two float32. */
  promote_low_f32x4: oneVector(95),
  eq: twoVectors(71),
  ne: twoVectors(72),
  lt: twoVectors(73),
  gt: twoVectors(74),
  le: twoVectors(75),
  ge: twoVectors(76),
  nearest: oneVector(148),
  add: twoVectors(240),
  sub: twoVectors(241),
  mul: twoVectors(242),
  div: twoVectors(243),
  min: twoVectors(244),
  max: twoVectors(245),
  sqrt: oneVector(239),
  /** a·b + c, rounded once or twice as the machine likes (relaxed SIMD). */
  relaxed_madd: ternary('v128', ...simd(0x107)),
};

/** Atomic operations on shared memory: no other thread sees one half done. */
export const atomic = {
  load: load('i32', 2, 0xfe, 0x10),
  store: store('i32', 2, 0xfe, 0x17),
  /** Adds to the value in memory. The result is the value from before. */
  add: (address: Address, value: Expression<'i32'>, offset = 0): Expression<'i32'> =>
    expression('i32', [...address.code, ...value.code, 0xfe, 0x1e, ...memoryArgument(2, offset)]),
};

export function expression<T extends ValueType>(type: T, code: Code): Expression<T> {
  return { type, code };
}

export function simd(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

export function unary<A extends ValueType, R extends ValueType>(_: A, result: R, ...opcode: Code) {
  return (a: Expression<A>): Expression<R> => expression(result, [...a.code, ...opcode]);
}

export function binary<A extends ValueType, R extends ValueType>(_: A, result: R, ...opcode: Code) {
  return (a: Expression<A>, b: Expression<A>): Expression<R> =>
    expression(result, [...a.code, ...b.code, ...opcode]);
}

/** A SIMD instruction from one vector to another. */
export function oneVector(opcode: number) {
  return unary('v128', 'v128', ...simd(opcode));
}

/** A SIMD instruction from two vectors to one. */
function twoVectors(opcode: number) {
  return binary('v128', 'v128', ...simd(opcode));
}

function ternary<T extends ValueType>(type: T, ...opcode: Code) {
  return (a: Expression<T>, b: Expression<T>, c: Expression<T>): Expression<T> =>
    expression(type, [...a.code, ...b.code, ...c.code, ...opcode]);
}

function shift(...opcode: Code) {
  return (x: Expression<'v128'>, bits: number): Expression<'v128'> =>
    expression('v128', [...x.code, ...i32.const(bits).code, ...opcode]);
}

/**
 * A value in memory at address + offset bytes. 2^alignment is a promise about the address: it makes the code
 * faster, and a broken promise changes no result.
 */
export function load<T extends ValueType>(type: T, alignment: number, ...opcode: Code) {
  return (address: Address, offset = 0): Expression<T> =>
    expression(type, [...address.code, ...opcode, ...memoryArgument(alignment, offset)]);
}

export function store<T extends ValueType>(_: T, alignment: number, ...opcode: Code) {
  return (address: Address, value: Expression<T>, offset = 0): Statement => ({
    type: 'nothing',
    code: [...address.code, ...value.code, ...opcode, ...memoryArgument(alignment, offset)],
  });
}

export function memoryArgument(alignment: number, offset: number): Code {
  return [...unsigned(alignment), ...unsigned(offset)];
}
