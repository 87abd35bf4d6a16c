/** The instructions that compiled programs need beside those of `instructions.ts`. */
import * as usual from './instructions.ts';
import {
  binary,
  type Expression,
  expression,
  load,
  memoryArgument,
  oneVector,
  type Statement,
  simd,
  store,
  unary,
} from './instructions.ts';

type Lane = 0 | 1 | 2 | 3;

export const i32 = {
  ...usual.i32,
  /** One byte, as a number from 0 to 255. */
  load8_u: load('i32', 0, 0x2d),
  store8: store('i32', 0, 0x3a),
  /** A float64, truncated; NaN gives 0, and a number out of range the nearest integer in it. */
  trunc_sat_f64_s: unary('f64', 'i32', 0xfc, 2),
  trunc_sat_f64_u: unary('f64', 'i32', 0xfc, 3),
};

export const f32 = { ...usual.f32, demote_f64: unary('f64', 'f32', 0xb6) };

export const f64 = {
  ...usual.f64,
  abs: unary('f64', 'f64', 0x99),
  neg: unary('f64', 'f64', 0x9a),
  ceil: unary('f64', 'f64', 0x9b),
  floor: unary('f64', 'f64', 0x9c),
  sqrt: unary('f64', 'f64', 0x9f),
  eq: binary('f64', 'i32', 0x61),
  ne: binary('f64', 'i32', 0x62),
  lt: binary('f64', 'i32', 0x63),
  gt: binary('f64', 'i32', 0x64),
  le: binary('f64', 'i32', 0x65),
  ge: binary('f64', 'i32', 0x66),
  convert_i32_s: unary('i32', 'f64', 0xb7),
  convert_i32_u: unary('i32', 'f64', 0xb8),
  /** `a` where the condition is not 0, else `b`. */
  select: (a: Expression<'f64'>, b: Expression<'f64'>, condition: Expression<'i32'>): Expression<'f64'> =>
    expression('f64', [...a.code, ...b.code, ...condition.code, 0x1b]),
};

export const i16x8 = {
  ...usual.i16x8,
  /** The first eight bytes, as numbers from 0 to 255. */
  extend_low_i8x16_u: oneVector(137),
};

export const i32x4 = {
  ...usual.i32x4,
  extract_lane: (x: Expression<'v128'>, lane: Lane): Expression<'i32'> =>
    expression('i32', [...x.code, ...simd(27), lane]),
  /** The first four 16-bit integers, as numbers from 0 to 65535. */
  extend_low_i16x8_u: oneVector(169),
};

export const f32x4 = {
  ...usual.f32x4,
  replace_lane: (x: Expression<'v128'>, lane: Lane, value: Expression<'f32'>): Expression<'v128'> =>
    expression('v128', [...x.code, ...value.code, ...simd(32), lane]),
};

export const atomic = {
  ...usual.atomic,
  /** Sleeps while the value in memory is the expected one, until somebody notifies. */
  wait: (address: Expression<'i32'>, expected: Expression<'i32'>): Statement => {
    const forEver = [0x42, 0x7f]; // i64.const −1, in nanoseconds
    const code = [...address.code, ...expected.code, ...forEver, 0xfe, 0x01, ...memoryArgument(2, 0), drop];
    return { type: 'nothing', code };
  },
  /** Wakes all who sleep at this address. */
  notify: (address: Expression<'i32'>): Statement => {
    const all = i32.const(-1).code;
    return { type: 'nothing', code: [...address.code, ...all, 0xfe, 0x00, ...memoryArgument(2, 0), drop] };
  },
};

const drop = 0x1a;
