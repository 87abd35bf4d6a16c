/**
 * The operations of ndarray-ops that we use, each loaded when it is first called; or loops of our own where
 * ndarray-ops may not compile its loops.
 */
import { flat, type NDArray } from '../array.ts';
import loadOps from '../ndarray/load-ops.cjs';
import { mayMakeCode } from '../ndarray/may-make-code.ts';
import type { Floats } from '../requirements.ts';

/** Writes into `out`, which is row-major. */
type Operation = (out: NDArray, a: NDArray, b?: NDArray) => void;

// The numbers are of any dtype. JavaScript computes with all of them alike, and a store converts the result.
type Loop = (y: Floats, a: Floats, b: Floats) => void;

// Each loop is written out, and does what the loop of this name in ndarray-ops does: see `declare.ts`.
const loops = {
  neg: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = -a[i]!;
  },
  recip: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = 1 / a[i]!;
  },
  not: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = +!a[i];
  },
  abs: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.abs(a[i]!);
  },
  sqrt: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(a[i]!);
  },
  floor: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.floor(a[i]!);
  },
  ceil: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.ceil(a[i]!);
  },
  exp: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(a[i]!);
  },
  log: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(a[i]!);
  },
  sin: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sin(a[i]!);
  },
  cos: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.cos(a[i]!);
  },
  tan: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.tan(a[i]!);
  },
  asin: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.asin(a[i]!);
  },
  acos: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.acos(a[i]!);
  },
  atan: (y, a) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.atan(a[i]!);
  },
  add: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! + b[i]!;
  },
  sub: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! - b[i]!;
  },
  mul: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! * b[i]!;
  },
  div: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! / b[i]!;
  },
  pow: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! ** b[i]!;
  },
  max: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(a[i]!, b[i]!);
  },
  min: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(a[i]!, b[i]!);
  },
  atan2: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.atan2(a[i]!, b[i]!);
  },
  lt: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! < b[i]!);
  },
  leq: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! <= b[i]!);
  },
  gt: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! > b[i]!);
  },
  geq: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! >= b[i]!);
  },
  eq: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! === b[i]!);
  },
  neq: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = +(a[i]! !== b[i]!);
  },
  and: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! && b[i]!;
  },
  or: (y, a, b) => {
    for (let i = 0; i < y.length; i++) y[i] = a[i]! || b[i]!;
  },
} satisfies Record<string, Loop>;

type Name = keyof typeof loops;

export const ops = Object.fromEntries(
  Object.entries(loops).map(([name, loop]) => [name, mayMakeCode ? compiled(name as Name) : plain(loop)]),
) as Readonly<Record<Name, Operation>>;

function compiled(name: Name): Operation {
  let operation: Operation | undefined;
  return (out, a, b) => {
    operation ??= loadOps()[name] as Operation;
    operation(out, a, b);
  };
}

function plain(loop: Loop): Operation {
  return (out, a, b = a) => loop(flat(out) as Floats, flat(a) as Floats, flat(b) as Floats);
}
