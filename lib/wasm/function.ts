/** Builds the bodies of functions: variables, statements, loops. */
import { type Code, unsigned, vector } from './encoding.ts';
import { type Expression, i32, type Statement, type ValueType } from './instructions.ts';

/** A variable of a function. As an expression it is its value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

/** The parameters of a function by name, in order. */
export type Parameters = Readonly<Record<string, ValueType>>;

/** A defined function, which other functions can call. */
export interface Callable<P extends Parameters> {
  readonly index: number;
  readonly parameters: P;
}

export const valueTypeCode: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

const emptyBlock = 0x40;
const end = 0x0b;

/** Collects the body of one function. */
export class FunctionBuilder {
  readonly #parameterCount: number;
  readonly #locals: ValueType[] = [];
  #code: number[] = [];
  readonly #prologue: number[] = [];
  readonly #hoisted = new Map<string, Local<ValueType>>();

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  /** A new variable. It is 0 at first; with a value, the code sets it here. */
  local<T extends ValueType>(type: T, value?: Expression<T>): Local<T> {
    const local = localAt(type, this.#parameterCount + this.#locals.push(type) - 1);
    if (value) this.set(local, value);
    return local;
  }

  /** Computes a value once, at the beginning: for constants in loops. Equal code gets the same variable. */
  hoist<T extends ValueType>(value: Expression<T>): Local<T> {
    const key = value.code.join();
    const known = this.#hoisted.get(key) as Local<T> | undefined;
    if (known) return known;
    const local = this.local(value.type);
    this.#prologue.push(...value.code, 0x21, ...unsigned(local.index));
    this.#hoisted.set(key, local);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Expression<T>): void {
    this.#code.push(...value.code, 0x21, ...unsigned(local.index));
  }

  /** local ← local + amount. */
  increase(local: Local<'i32'>, amount: Expression<'i32'> | number): void {
    this.set(local, i32.add(local, typeof amount === 'number' ? i32.const(amount) : amount));
  }

  do(statement: Statement): void {
    this.#code.push(...statement.code);
  }

  /** Calls a function that has no result, with its arguments by name. */
  call<P extends Parameters>(callee: Callable<P>, args: { readonly [K in keyof P]: Expression<P[K]> }): void {
    for (const key of Object.keys(callee.parameters))
      this.#code.push(...(args[key] as Expression<ValueType>).code);
    this.#code.push(0x10, ...unsigned(callee.index));
  }

  /** Runs the body while the condition holds. */
  while(condition: Expression<'i32'>, body: () => void): void {
    // block { loop { break the block unless the condition holds; body; continue the loop } }
    this.#code.push(0x02, emptyBlock, 0x03, emptyBlock, ...i32.eqz(condition).code, 0x0d, 1);
    body();
    this.#code.push(0x0c, 0, end, end);
  }

  /** Runs the body for variable = from, from + step, … while it is below `to`. */
  for(
    from: Expression<'i32'> | number,
    to: Expression<'i32'>,
    step: number,
    body: (variable: Local<'i32'>) => void,
  ): void {
    const variable = this.local('i32', typeof from === 'number' ? i32.const(from) : from);
    this.while(i32.lt_s(variable, to), () => {
      body(variable);
      this.increase(variable, step);
    });
  }

  if(condition: Expression<'i32'>, then: () => void, otherwise?: () => void): void {
    this.#code.push(...condition.code, 0x04, emptyBlock);
    then();
    if (otherwise) {
      this.#code.push(0x05);
      otherwise();
    }
    this.#code.push(end);
  }

  /** The finished body: the declarations of the variables, the statements, the result. */
  finish(result?: Expression<ValueType>): Code {
    const locals = vector(this.#locals.map((type) => [1, valueTypeCode[type]]));
    const body = [...locals, ...this.#prologue, ...this.#code, ...(result?.code ?? []), end];
    return [...unsigned(body.length), ...body];
  }
}

export function localAt<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [0x20, ...unsigned(index)] };
}
