/**
 * A program and its eager twin: every operation is added to a program, and computed at once by `lib`. Whoever
 * builds a program this way knows what each run of it must give, to the last bit.
 */
import { expect } from 'chai';
import type { DType, NDArray, Shape } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import {
  assign,
  type Donation,
  type LoadedProgram,
  loadProgram,
  type Program,
  ProgramBuilder,
  type ScalarName,
  type Value,
} from '../../../lib/program/index.ts';
import { numbersOf } from '../support.ts';

/** A value of the program, with how `lib` computes it from the arrays of the inputs. */
export interface Both extends Value {
  readonly value: Value;
  readonly eager: (inputs: readonly NDArray[]) => NDArray;
}

export class Twin {
  readonly builder = new ProgramBuilder();
  #inputs = 0;

  input(shape: Shape, dtype: DType): Both {
    const place = this.#inputs++;
    return both(this.builder.input({ shape, dtype }), (inputs) => inputs[place] as NDArray);
  }

  constant(array: NDArray): Both {
    return both(this.builder.constant(array, lib.dtypeOf(array)), () => array);
  }

  /** An array of one number, which needs no memory. */
  number(number: number, { shape, dtype }: Both): Both {
    return both(this.builder.number(number, { shape, dtype }), () => lib.full(shape, number, dtype));
  }

  map(name: ScalarName, operands: readonly Both[], dtype = resultOf(name, operands)): Both {
    const value = this.builder.map(name, dtype, valuesOf(operands));
    if (name === 'cast') return computed(value, operands, ([x]) => lib.cast(x as NDArray, dtype));
    return computed(value, operands, (arrays) => eagerly(name)(...arrays));
  }

  view(x: Both, shape: Shape, change: (array: NDArray) => NDArray): Both | null {
    const value = this.builder.view(x.value, { shape, dtype: x.dtype }, change);
    return value && computed(value, [x], ([array]) => change(array as NDArray));
  }

  /** The sum over neighbouring axes, from `first` to before `end`. */
  sum(x: Both, first: number, end: number): Both {
    const summed = x.shape.slice(first, end);
    const shape = [...x.shape.slice(0, first), ...x.shape.slice(end)];
    const value = this.builder.sum(x.value, first, end - first, shape);
    const axes = summed.map((_, i) => first + i);
    return computed(value, [x], ([array]) => lib.sum(array as NDArray, axes));
  }

  product(left: Both, right: Both): Both {
    const value = this.builder.product(left.value, right.value);
    return computed(value, [left, right], ([a, b]) => lib.matmul(a as NDArray, b as NDArray));
  }

  join(parts: readonly Both[], axis: number): Both {
    const shape = lib.concatenate(parts.map(({ shape, dtype }) => lib.full(shape, 0, dtype)), axis).shape; // biome-ignore format: one line
    const { dtype } = parts[0] as Both;
    const value = this.builder.join(valuesOf(parts), axis, { shape, dtype });
    return computed(value, parts, (arrays) => lib.concatenate(arrays, axis));
  }

  /** Zeros, with the value from the second index of each axis on. */
  embed(x: Both): Both {
    const [shape, starts, ends] = [3, 1, 1].map((more, i) => x.shape.map((n) => (i === 1 ? 1 : n + more))) as [Shape, number[], number[]]; // biome-ignore format: one line
    const ones = x.shape.map(() => 1);
    const value = this.builder.embed([x.value], { shape, dtype: x.dtype }, [
      (whole) => lib.slice(whole, starts, ends, ones),
    ]);
    return computed(value, [x], ([array]) => lib.embed([array as NDArray], shape, [{ starts, steps: ones }]));
  }

  host(x: Both, run: (array: NDArray) => NDArray): Both {
    const [value] = this.builder.host('step', [x.value], [x], ([array]) => [run(array as NDArray)]);
    return computed(value as Value, [x], ([array]) => run(array as NDArray));
  }

  /**
   * A step for each entry of `xs`: from the carries and an entry to the next carries, and a y. Returns the
   * last carries, and the ys.
   */
  repeat(
    initial: readonly Both[],
    xs: Both,
    reverse: boolean,
    step: (carry: readonly Both[], x: Both) => readonly [carry: readonly Both[], y: Both],
  ): readonly Both[] {
    const length = xs.shape[0] as number;
    let given: readonly NDArray[] = []; // what a step gets, while the twin runs it
    let outputs: readonly Both[] = [];
    const values = this.builder.repeat(
      { initial: valuesOf(initial), xs: [xs.value], length, reverse },
      (inputs) => {
        const own = inputs.map((value, i) => both(value, () => given[i] as NDArray));
        const [next, y] = step(own.slice(0, -1), own.at(-1) as Both);
        outputs = [...next, y];
        return valuesOf(outputs);
      },
    );
    const run = (inputs: readonly NDArray[]) => {
      let carry = initial.map(({ eager }) => eager(inputs));
      const all = xs.eager(inputs);
      const ys = new Array<NDArray>(length);
      for (let k = 0; k < length; k++) {
        const i = reverse ? length - 1 - k : k;
        given = [...carry, entryOf(all, i)];
        const results = outputs.map(({ eager }) => lib.copy(eager(inputs)));
        carry = results.slice(0, -1);
        ys[i] = lib.reshape(results.at(-1) as NDArray, [1, ...(results.at(-1) as NDArray).shape]);
      }
      return [...carry, lib.concatenate(ys, 0)];
    };
    return values.map((value, i) => both(value, (inputs) => run(inputs)[i] as NDArray));
  }

  finish(outputs: readonly Both[], donations: readonly Donation[] = []): Program {
    return this.builder.finish(valuesOf(outputs), donations);
  }
}

/** Runs a program, and fails unless each output has the bits of its twin. */
export function expectBits(
  loaded: LoadedProgram,
  outputs: readonly Both[],
  inputs: readonly NDArray[],
  label = '',
): void {
  const wanted = outputs.map(({ eager }) => numbersOf(eager(inputs)));
  inputs.forEach((array, i) => {
    assign(loaded.inputs[i] as NDArray, array);
  });
  loaded.run();
  loaded.outputs.forEach((output, k) => {
    const got = numbersOf(output);
    expect(output.shape, `${label}: shape of output ${k}`).to.deep.equal(outputs[k]?.shape);
    const wrong = got.findIndex((x, i) => !Object.is(x, wanted[k]?.[i]));
    if (wrong >= 0)
      expect.fail(`${label}: output ${k}: got ${got[wrong]}, wanted ${wanted[k]?.[wrong]} at ${wrong}`);
  });
}

/** Runs a check with both executors: WebAssembly, and plain JavaScript. */
export function withEachBackend(check: (backend: lib.ElementwiseBackend) => void): void {
  const [elementwise, matmul] = [lib.elementwiseBackend(), lib.matmulBackend()];
  try {
    for (const backend of ['auto', 'javascript'] as const) {
      lib.setElementwiseBackend(backend);
      lib.setMatmulBackend(backend === 'auto' ? 'wasm' : 'javascript');
      check(backend);
    }
  } finally {
    lib.setElementwiseBackend(elementwise);
    lib.setMatmulBackend(matmul);
  }
}

/** Checks a program with both executors, on several draws of the inputs in the same memory. */
export function expectBitsWithBoth(
  build: () => { readonly program: Program; readonly outputs: readonly Both[] },
  draws: readonly (readonly NDArray[])[],
  label = '',
): void {
  withEachBackend((backend) => {
    const { program, outputs } = build();
    for (const threads of backend === 'auto' ? [1, 2] : [1]) {
      const loaded = loadProgram(program, threads);
      for (const inputs of draws)
        expectBits(loaded, outputs, inputs, `${label} (${backend}, ${threads} threads)`);
    }
  });
}

const functions: Readonly<Record<string, unknown>> = { ...lib };

/** The function of `lib` that computes what a loop's operation computes. */
export function eagerly(name: Exclude<ScalarName, 'cast'>): (...arrays: readonly NDArray[]) => NDArray {
  return functions[name] as (...arrays: readonly NDArray[]) => NDArray;
}

export const comparisons = ['less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual'] as const;
const masks: readonly ScalarName[] = [...comparisons, 'logicalAnd', 'logicalOr', 'logicalNot'];

/** Entry i along the first axis. */
function entryOf({ data, shape, stride, offset }: NDArray, i: number): NDArray {
  return lib.view(data, shape.slice(1), stride.slice(1), offset + i * (stride[0] as number));
}

function resultOf(name: ScalarName, operands: readonly Both[]): DType {
  return masks.includes(name) ? 'bool' : (operands.at(-1) as Both).dtype;
}

function both(value: Value, eager: Both['eager']): Both {
  return { shape: value.shape, dtype: value.dtype, value, eager };
}

function computed(
  value: Value,
  operands: readonly Both[],
  compute: (arrays: readonly NDArray[]) => NDArray,
): Both {
  return both(value, (inputs) => compute(operands.map(({ eager }) => eager(inputs))));
}

function valuesOf(list: readonly Both[]): readonly Value[] {
  return list.map(({ value }) => value);
}
