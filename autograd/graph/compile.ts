/** Functions as programs: traced once for each kind of arguments, and run without dispatch or allocation. */
import {
  ArgumentError,
  completeOptions,
  copy,
  describe,
  elementwiseBackend,
  formatShape,
  LevelError,
  matmulBackend,
  type NDArray,
  requireFunction,
  sameShape,
} from '../../lib/index.ts';
import {
  assign,
  type Donation,
  type LoadedProgram,
  loadProgram,
  type Program,
} from '../../lib/program/index.ts';
import { whileCompiling } from '../core/compiling.ts';
import { Box } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import { PlainTensor, Tensor, type TensorLike, typeOf } from '../core/tensor.ts';
import { dtypeOfNumbers, flatten, mapLeaves, type Tensors, type TensorTree } from '../trees.ts';
import { buildProgram } from './build-program.ts';
import type { Graph, GraphValue } from './graph.ts';
import { formatReport } from './report.ts';
import { simplify } from './simplify.ts';
import { makeGraph } from './trace.ts';

export interface CompileOptions {
  /**
   * The arguments, by position, that the caller needs no more: results of the same shapes take over their
   * memory. To use a donated tensor again is a LevelError.
   */
  readonly donate?: readonly number[];
  /** The arguments, by position, that are not traced. Each value of one gets a program of its own. */
  readonly static?: readonly number[];
}

/** The options of a function that another engine runs. */
export interface CompileForOptions extends CompileOptions {
  readonly target: CompileTarget;
}

/** A compiled function. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): TensorTree<R>;
  /** What the last call ran, as a simplified graph; null before the first call. */
  readonly graph: Graph | null;
  /** What the last call ran, as text: kernels, steps in JavaScript, memory, flops, constants. */
  report(): string;
}

/** An engine other than our own, such as `onnxRuntime()`, which runs compiled functions. */
export interface CompileTarget {
  /** What errors call it. */
  readonly name: string;
  /** Loads a graph: gives what computes its outputs, as arrays of their own, from its inputs. */
  readonly load: (graph: Graph) => Promise<(inputs: readonly NDArray[]) => Promise<readonly NDArray[]>>;
}

/** A compiled function that another engine runs. */
export interface CompiledFor<A extends readonly unknown[], R> {
  (...args: A): Promise<TensorTree<R>>;
  /** What the last call ran, as a simplified graph; null before the first call. */
  readonly graph: Graph | null;
}

// A program keeps its memory, so we keep only the programs that were used last.
const mostPrograms = 32;

/**
 * The function as one program. The first call with arguments of some shapes and dtypes traces the function
 * and compiles what it computes; further calls run that. Numbers among the arguments are traced as scalars,
 * so another number needs no other program. Tensors from outside that the function uses are constants.
 *
 * The results are those of the function itself, bit for bit. The order of some sums depends on the strides of
 * an argument: a view in another order than the row-major one gets a program of its own.
 *
 * Within a transform (`grad`, `vmap`, another `compile`) the function is traced with the rest.
 *
 * With a `target`, another engine runs the program. Calls then give promises, the results are those of the
 * function but for rounding, and no transform goes through.
 *
 * @throws LevelError (when called) if the function looks at a value, draws random numbers from a key that is
 * no argument, or gets a donated tensor.
 * @example
 * const step = compile((w: Tensor, x: Tensor) => w.subtract(grad(loss)(w, x).multiply(0.1)), { donate: [0] });
 */
export function compile<A extends readonly unknown[] = Tensors, R = unknown>(
  fn: (...args: A) => R,
  options: CompileForOptions,
): CompiledFor<A, R>;
export function compile<A extends readonly unknown[] = Tensors, R = unknown>(
  fn: (...args: A) => R,
  options?: CompileOptions,
): Compiled<A, R>;
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: Partial<CompileForOptions> = {},
): Compiled<A, R> | CompiledFor<A, R> {
  requireFunction('compile', fn);
  const { target, ...how } = completeOptions(
    'compile',
    { donate: [], static: [], target: undefined },
    options,
  );
  requirePositions(how.donate, how.static);
  return target === undefined ? compileHere(fn, how) : compileFor(requireTarget(target), fn, how);
}

interface Positions {
  readonly donate: readonly number[];
  readonly static: readonly number[];
}

function compileHere<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  { donate, static: fixed }: Positions,
): Compiled<A, R> {
  const programs = new Map<string, Compilation>();
  const identities = new Identities();
  let last: Compilation | null = null;

  const compiled = (...args: A): unknown => {
    const call = readArguments(args, donate, fixed, identities);
    if (call.leaves.some((leaf) => leaf instanceof Box)) return fn(...args);
    const known = programs.get(call.signature);
    const compilation = known ?? compileCall(fn, args, call, fixed);
    if (compilation === null) return fn(...args);
    if (compilation !== last) remember(programs, call.signature, compilation);
    last = compilation;
    return compilation.run(call);
  };
  const report = () =>
    last === null ? 'compile: not called yet' : formatReport(last.graph, last.program, last.loaded);
  return Object.defineProperty(Object.assign(compiled, { report }), 'graph', {
    get: () => last?.graph ?? null,
  }) as unknown as Compiled<A, R>;
}

function compileFor<A extends readonly unknown[], R>(
  target: CompileTarget,
  fn: (...args: A) => R,
  { donate, static: fixed }: Positions,
): CompiledFor<A, R> {
  type Loaded = Traced & { readonly run: Awaited<ReturnType<CompileTarget['load']>> };
  const programs = new Map<string, Promise<Loaded>>();
  const identities = new Identities();
  let last: Graph | null = null;
  const load = async (args: A, call: Call): Promise<Loaded> => {
    const traced = traceCall(fn, args, call, fixed);
    if (traced === null) throw noTransform(target);
    return { ...traced, run: await target.load(traced.graph) };
  };

  const compiled = async (...args: A): Promise<unknown> => {
    const call = readArguments(args, donate, fixed, identities);
    if (call.leaves.some((leaf) => leaf instanceof Box)) throw noTransform(target);
    const given = call.tensors as readonly PlainTensor[];
    const arrays = given.map((tensor) => tensor.plainArray('compile'));
    const loading = programs.get(call.signature) ?? load(args, call);
    remember(programs, call.signature, loading);
    const { graph, rebuild, run } = await loading;
    const outputs = await run(arrays);
    given.forEach((tensor, i) => {
      if (call.isDonated[i]) tensor.donate();
    });
    last = graph;
    return rebuild(graph.outputs.map((type, i) => new PlainTensor(outputs[i] as NDArray, typeOf(type))));
  };
  return Object.defineProperty(compiled, 'graph', { get: () => last }) as unknown as CompiledFor<A, R>;
}

function requireTarget(target: CompileTarget): CompileTarget {
  if (typeof target?.load === 'function') return target;
  throw new ArgumentError(`compile: wanted a target such as await onnxRuntime(), got ${describe(target)}`);
}

function noTransform({ name }: CompileTarget): LevelError {
  return new LevelError(
    `compile: got a tensor that a transform watches, and ${name} runs outside of them; ` +
      'compile the transformed function, as in compile(grad(f), { target })',
  );
}

/** The arguments of a call: what the program takes, and what decides which program. */
interface Call {
  readonly leaves: readonly TensorLike[];
  readonly tensors: readonly Tensor[];
  readonly isDonated: readonly boolean[];
  readonly signature: string;
}

function readArguments(
  args: readonly unknown[],
  donate: readonly number[],
  fixed: readonly number[],
  identities: Identities,
): Call {
  requireDonated(donate, args.length);
  const leaves: TensorLike[] = [];
  const isDonated: boolean[] = [];
  const collect = (leaf: TensorLike) => {
    leaves.push(leaf);
    return typeText(leaf);
  };
  let types = '';
  args.forEach((arg, i) => {
    const text = fixed.includes(i) ? [identities.of(arg)] : mapLeaves(argumentName(i), collect, arg);
    types += ` ${typeof text === 'string' ? text : JSON.stringify(text)}`;
    while (isDonated.length < leaves.length) isDonated.push(donate.includes(i));
  });
  const numbers = dtypeOfNumbers(leaves);
  const tensors = leaves.map((leaf) => (leaf instanceof Tensor ? leaf : toTensor('compile', leaf, numbers)));
  const signature = `${matmulBackend()} ${elementwiseBackend()} ${numbers}${types}`;
  return { leaves, tensors, isDonated, signature };
}

function typeText(leaf: TensorLike): string {
  if (typeof leaf === 'number') return 'number';
  const order = leaf instanceof PlainTensor && leaf.strides ? ` by ${leaf.strides}` : '';
  return `${leaf.dtype}${formatShape(leaf.shape)}${order}`;
}

/** Numbers for static arguments: equal for the same object, function or primitive value. */
class Identities {
  readonly #objects = new WeakMap<object, number>();
  #next = 0;

  of(value: unknown): string {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
      return `${typeof value} ${Object.is(value, -0) ? '−0' : String(value)}`;
    const known = this.#objects.get(value) ?? this.#next++;
    this.#objects.set(value, known);
    return `object ${known}`;
  }
}

/** What errors call an argument. */
function argumentName(position: number): string {
  return `compile: argument ${position} (name it in \`static\` if it is not for tracing)`;
}

function requirePositions(donate: readonly number[], fixed: readonly number[]): void {
  for (const positions of [donate, fixed]) {
    if (!Array.isArray(positions))
      throw new ArgumentError(
        `compile: wanted lists of positions in donate and static, such as [0], got ${describe(positions)}`,
      );
  }
  const wrong = [...donate, ...fixed].find((position) => !Number.isInteger(position) || position < 0);
  if (wrong !== undefined)
    throw new ArgumentError(
      `compile: wanted positions of arguments in donate and static, got ${String(wrong)}`,
    );
  const both = donate.find((position) => fixed.includes(position));
  if (both !== undefined)
    throw new ArgumentError(`compile: argument ${both} cannot be both donated and static`);
}

function requireDonated(donate: readonly number[], count: number): void {
  const missing = donate.find((position) => position >= count);
  if (missing !== undefined)
    throw new ArgumentError(
      `compile: argument ${missing} is to be donated, got a call with ${count} arguments`,
    );
}

function remember<T>(programs: Map<string, T>, signature: string, compilation: T): void {
  programs.delete(signature);
  programs.set(signature, compilation);
  const [oldest] = programs.keys();
  if (programs.size > mostPrograms && oldest !== undefined) programs.delete(oldest);
}

/** A call written down, and what makes its results of the graph's outputs. */
interface Traced {
  readonly graph: Graph;
  readonly rebuild: (leaves: readonly unknown[]) => unknown;
}

/** Traces and compiles a call. Null if the function uses a tensor that a transform watches. */
function compileCall<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  args: A,
  call: Call,
  fixed: readonly number[],
): Compilation | null {
  const traced = traceCall(fn, args, call, fixed);
  const strides = call.tensors.map((tensor) => (tensor as PlainTensor).strides);
  return traced && new Compilation(traced.graph, traced.rebuild, call.isDonated, strides);
}

function traceCall<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  args: A,
  { tensors }: Call,
  fixed: readonly number[],
): Traced | null {
  let rebuild: (leaves: readonly unknown[]) => unknown = () => undefined;
  const traced = args.map((arg, i) => (fixed.includes(i) ? [] : flatten('compile', arg)));
  const trace = (...leaves: readonly Tensor[]) => {
    let next = 0;
    const inner = args.map((arg, i) => {
      const tree = traced[i];
      if (!tree || Array.isArray(tree)) return arg;
      const own = leaves.slice(next, next + tree.leaves.length);
      next += own.length;
      return tree.rebuild(own);
    });
    const result = flatten('compile: what the function returned', fn(...(inner as unknown as A)));
    rebuild = result.rebuild;
    return result.leaves;
  };
  const graph = whileCompiling(() => makeGraph(trace, tensors));
  if (graph.constants.some(({ tensor }) => tensor instanceof Box)) return null;
  return { graph: simplify(graph), rebuild };
}

/** Each donated input with the first output of its type that replaces no other one. */
function donationsOf({ inputs, outputs }: Graph, isDonated: readonly boolean[]): readonly Donation[] {
  const taken = new Set<number>();
  return inputs.flatMap(({ shape, dtype }, input) => {
    if (!isDonated[input]) return [];
    const output = outputs.findIndex(
      (value, i) => !taken.has(i) && value.dtype === dtype && sameShape(value.shape, shape),
    );
    if (output < 0) return [];
    taken.add(output);
    return [{ input, output }];
  });
}

/** A compiled graph with its memory. */
class Compilation {
  readonly graph: Graph;
  readonly program: Program;
  readonly loaded: LoadedProgram;
  readonly #rebuild: (leaves: readonly unknown[]) => unknown;
  /** For each output, the input whose memory it takes over. */
  readonly #replaces = new Map<number, number>();
  /** The tensors that are in the memory of the donated inputs now. */
  readonly #residents = new Map<number, PlainTensor>();

  constructor(
    graph: Graph,
    rebuild: (leaves: readonly unknown[]) => unknown,
    isDonated: readonly boolean[],
    strides: readonly (readonly number[] | undefined)[],
  ) {
    this.graph = graph;
    this.#rebuild = rebuild;
    const donations = donationsOf(graph, isDonated);
    for (const { input, output } of donations) this.#replaces.set(output, input);
    this.program = buildProgram(graph, donations, strides);
    this.loaded = loadProgram(this.program);
  }

  run({ tensors, isDonated }: Call): unknown {
    const given = tensors as readonly PlainTensor[];
    // All are read before anything is overwritten: one that was donated before throws, and nothing has
    // changed.
    const arrays = given.map((tensor, i) =>
      this.#residents.get(i) === tensor ? null : tensor.plainArray('compile'),
    );
    // Whatever stays in this memory, but is not handed in again, moves out before it is overwritten.
    for (const [input, tensor] of this.#residents) if (given[input] !== tensor) tensor.moveOut();
    arrays.forEach((array, i) => {
      if (array) assign(this.loaded.inputs[i] as NDArray, array);
    });
    given.forEach((tensor, i) => {
      if (isDonated[i]) tensor.donate();
    });
    this.#residents.clear();
    this.loaded.run();
    return this.#rebuild(this.graph.outputs.map((_, i) => this.#output(i)));
  }

  #output(i: number): Tensor {
    const array = this.loaded.outputs[i] as NDArray;
    const type = typeOf(this.graph.outputs[i] as GraphValue);
    const input = this.#replaces.get(i);
    if (input === undefined) return new PlainTensor(copy(array), type);
    const resident = PlainTensor.resident(array, type);
    this.#residents.set(input, resident);
    return resident;
  }
}
