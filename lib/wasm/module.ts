/** Whole modules: functions that share an imported memory. */

import { FluxionError } from '../errors.ts';
import { type Code, name, section, unsigned, vector } from './encoding.ts';
import { maximalPages } from './engine.ts';
import {
  type Callable,
  FunctionBuilder,
  type Local,
  localAt,
  type Parameters,
  valueTypeCode,
} from './function.ts';
import type { Expression, ValueType } from './instructions.ts';

/** The parameters as variables. */
export type ParameterLocals<P extends Parameters> = { readonly [K in keyof P]: Local<P[K]> };

export interface ModuleOptions {
  /** Whether threads share the memory. Shared memory needs a maximum: we take the largest possible. */
  readonly sharedMemory?: boolean;
}

/** A function of JavaScript that a module calls: it takes and returns float64 numbers. */
export interface Imported {
  readonly index: number;
  readonly call: (...args: readonly Expression<'f64'>[]) => Expression<'f64'>;
}

/**
 * Assembles a WebAssembly module that imports one memory, as `env.memory`, and exports its functions.
 *
 * @example
 * const module = new ModuleBuilder();
 * module.define('sum', { x: 'i32', y: 'i32' }, 'i32', (_, { x, y }) => i32.add(x, y));
 * const compiled = new WebAssembly.Module(module.assemble());
 * const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
 */
export class ModuleBuilder {
  readonly #types: Code[] = [];
  readonly #imports: Code[] = [];
  readonly #exports: Code[] = [];
  readonly #bodies: Code[] = [];
  readonly #sharedMemory: boolean;

  constructor(options: ModuleOptions = {}) {
    this.#sharedMemory = options.sharedMemory ?? false;
  }

  /**
   * Imports a function of JavaScript, as `functions.NAME`, from numbers to a number. All imports come before
   * the first definition, because functions are numbered in this order.
   */
  import(importName: string, parameterCount: number): Imported {
    if (this.#bodies.length > 0) throw new FluxionError(`import ${importName}: wanted it before definitions`);
    const index = this.#imports.length;
    const types = Array.from({ length: parameterCount }, () => 'f64' as const);
    this.#imports.push([...name('functions'), ...name(importName), 0x00, ...unsigned(index)]);
    this.#types.push([0x60, ...typeList(types), ...typeList(['f64'])]);
    const call = (...args: readonly Expression<'f64'>[]): Expression<'f64'> => ({
      type: 'f64',
      code: [...args.flatMap(({ code }) => code), 0x10, ...unsigned(index)],
    });
    return { index, call };
  }

  /**
   * Defines and exports a function without a result, or with the result that `build` returns. Later functions
   * may call it; without a result, it may also call itself.
   */
  define<P extends Parameters>(
    exportName: string,
    parameters: P,
    build: (f: FunctionBuilder, parameters: ParameterLocals<P>, self: Callable<P>) => void,
  ): Callable<P>;
  define<P extends Parameters, R extends ValueType>(
    exportName: string,
    parameters: P,
    result: R,
    build: (f: FunctionBuilder, parameters: ParameterLocals<P>) => Expression<R>,
  ): Callable<P>;
  define<P extends Parameters>(
    exportName: string,
    parameters: P,
    ...rest:
      | readonly [(f: FunctionBuilder, parameters: ParameterLocals<P>, self: Callable<P>) => void]
      | readonly [ValueType, (f: FunctionBuilder, parameters: ParameterLocals<P>) => Expression<ValueType>]
  ): Callable<P> {
    const types = Object.values(parameters);
    const results = rest.length === 2 ? [rest[0]] : [];
    const build = rest.length === 2 ? rest[1] : rest[0];
    const locals = Object.keys(parameters).map((key, i) => [key, localAt(types[i] as ValueType, i)]);
    const builder = new FunctionBuilder(types.length);
    const index = this.#imports.length + this.#bodies.length;
    const value = build(builder, Object.fromEntries(locals) as ParameterLocals<P>, { index, parameters });
    this.#exports.push([...name(exportName), 0x00, ...unsigned(index)]);
    this.#types.push([0x60, ...typeList(types), ...typeList(results)]);
    this.#bodies.push(
      builder.finish(results.length === 1 ? (value as unknown as Expression<ValueType>) : undefined),
    );
    return { index, parameters };
  }

  /** The module's bytes. */
  assemble(): Uint8Array<ArrayBuffer> {
    const limits = this.#sharedMemory
      ? [0x03, ...unsigned(1), ...unsigned(maximalPages)]
      : [0x00, ...unsigned(1)];
    // The types stand in the order of the functions: those of the imports first.
    const functions = this.#bodies.map((_, i) => unsigned(this.#imports.length + i));
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d], // \0asm
      ...[0x01, 0x00, 0x00, 0x00], // version 1
      ...section(1, this.#types),
      ...section(2, [[...name('env'), ...name('memory'), 0x02, ...limits], ...this.#imports]),
      ...section(3, functions),
      ...section(7, this.#exports),
      ...section(10, this.#bodies),
    ]);
  }
}

function typeList(types: readonly ValueType[]): Code {
  return vector(types.map((type) => [valueTypeCode[type]]));
}
