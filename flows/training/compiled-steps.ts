/** The steps of a run as one compiled program, and what becomes of a loss that cannot be one. */
import {
  abs,
  type Compiled,
  type CompileTarget,
  compile,
  LevelError,
  less,
  logicalAnd,
  mapTree,
  slice,
  Tensor,
  tensor,
  treeLeaves,
  where,
} from '../../autograd/index.ts';
import { ArgumentError, backendReport } from '../../lib/index.ts';
import { usesSimd } from '../../lib/program/index.ts';
import { TrainingError } from './training-error.ts';
import type { LearnerState, StepResults, TrainingStep } from './training-step.ts';

/** The first step of a run, counted from 1, and the last. */
export interface StepRange {
  readonly first: number;
  readonly last: number;
}

/** How a run makes its steps. */
export interface StepMaker<P, B> {
  /**
   * The step, to be called once for each step of one run. It may take over the memory of the states that it
   * returned. A step whose results are not finite leaves the state as it was.
   */
  readonly takeStep: TrainingStep<P, B>;
  /** The state in tensors that no later step takes over. */
  readonly keep: (state: LearnerState<P>) => LearnerState<P>;
}

/**
 * Each step as one program of another engine. The first step of the run is made eagerly, too, so that all
 * that is wrong gets its error, and the losses of both must agree to a thousandth.
 *
 * @throws (when the step is called) LevelError for a loss that cannot be traced, TrainingError if the losses
 * of the first step differ
 * @example const takeStep = targetSteps('train', step, await onnxRuntime());
 */
export function targetSteps<P, B>(
  operation: string,
  step: TrainingStep<P, B>,
  target: CompileTarget,
): (...args: StepArguments<P, B>) => Promise<StepResult<P, B>> {
  const program = compile(takingNothing(tracedKeepingFinite(step)), { target, static: [4] });
  let isChecked = false;
  return async (state, batch, key, learningRate) => {
    const expected = isChecked ? undefined : keepingFinite(step)(state, batch, key, learningRate);
    const rate = tensor(learningRate as number, { dtype: 'float64' });
    const [tree, nothing] = asTree(batch);
    const result = (await program(state, tree, key, rate, nothing)) as unknown as StepResult<P, B>;
    if (expected && !haveCloseLosses(result, expected) && isFiniteStep(expected[1])) {
      throw new TrainingError(
        `${operation}: the first step has other losses on ${target.name}; does the loss use something that changes, besides its arguments?`,
        1,
      );
    }
    isChecked = true;
    return result;
  };
}

/** Each step operation by operation. @example const { takeStep } = eagerSteps(step); */
export function eagerSteps<P, B>(step: TrainingStep<P, B>): StepMaker<P, B> {
  return { takeStep: keepingFinite(step), keep: (state) => state };
}

/**
 * Each step as one compiled program, with the bits of the eager one.
 *
 * The first step of the run is eager, so that all that is wrong gets its error. The three steps after it, the
 * steps 8, 16, 32, … and the last are made both ways, and their bits compared. A GPU may round the same
 * product in two ways: where one took part, the losses and the norm of the gradient must agree to a thousandth.
 *
 * If the loss cannot be compiled, all steps are eager, and a warning on the console says why. In an engine
 * without SIMD they are eager without a warning.
 *
 * @throws TrainingError (when the step is called) if the loss uses something that has changed, besides its
 * arguments
 * @example const { takeStep, keep } = compiledSteps('train', step, { first: 1, last: 1000 });
 */
export function compiledSteps<P, B>(
  operation: string,
  step: TrainingStep<P, B>,
  range: StepRange,
): StepMaker<P, B> {
  const steps = new CompiledSteps(operation, step, range);
  return { takeStep: (...args) => steps.take(args), keep: ownState };
}

// To compile takes as long as some thirty eager steps of a small network.
const fewestSteps = 32;
const firstChecks = 4;
// Each kind of batch is a program. Where every batch has another shape, to compile would take all the time.
const mostPrograms = 8;

const aTree = 'a tree of tensors';

type StepArguments<P, B> = Parameters<TrainingStep<P, B>>;
type StepResult<P, B> = ReturnType<TrainingStep<P, B>>;

class CompiledSteps<P, B> {
  readonly #operation: string;
  readonly #range: StepRange;
  readonly #eager: TrainingStep<P, B>;
  readonly #program: Compiled<[...StepArguments<P, B>, nothing: B | typeof aTree], StepResult<P, B>>;
  readonly #kinds = new Set<unknown>();
  #isEager: boolean;
  /** How many steps of the run were begun. */
  #begun = 0;
  #lastCheck = 0;

  constructor(operation: string, step: TrainingStep<P, B>, range: StepRange) {
    this.#operation = operation;
    this.#range = range;
    this.#eager = keepingFinite(step);
    this.#program = compile(takingNothing(tracedKeepingFinite(step)), { donate: [0], static: [4] });
    // Without SIMD a program runs in JavaScript, number by number: slower than the eager loops.
    this.#isEager = range.last - range.first + 1 < fewestSteps || !usesSimd();
  }

  take(args: StepArguments<P, B>): StepResult<P, B> {
    this.#begun++;
    const [, , , learningRate] = args;
    // The eager step has an error for such a learning rate.
    const isUsual = typeof learningRate === 'number' && Number.isFinite(learningRate);
    if (this.#isEager || this.#begun === 1 || !isUsual) return this.#eager(...args);
    return this.#isCheck() ? this.#takeBothWays(args) : this.#takeCompiled(args);
  }

  get #step(): number {
    return this.#range.first + this.#begun - 1;
  }

  #isCheck(): boolean {
    const n = this.#begun;
    return n <= firstChecks || Number.isInteger(Math.log2(n)) || this.#step === this.#range.last;
  }

  #takeCompiled(args: StepArguments<P, B>): StepResult<P, B> {
    try {
      return this.#run(args);
    } catch (error) {
      if (!(error instanceof LevelError)) throw error;
      this.#giveUp(error.message);
      return this.#eager(...args);
    }
  }

  #takeBothWays([state, ...rest]: StepArguments<P, B>): StepResult<P, B> {
    const productsBefore = backendReport().products.gpu;
    const expected = this.#eager(state, ...rest);
    let result: StepResult<P, B>;
    try {
      result = this.#run([ownState(state), ...rest]);
    } catch (error) {
      this.#giveUp((error as Error).message);
      return expected;
    }
    const onGpu = backendReport().products.gpu > productsBefore;
    if (haveSameBits(result, expected) || (onGpu && haveCloseLosses(result, expected))) {
      this.#lastCheck = this.#step;
      return result;
    }
    if (this.#begun > firstChecks) throw changedLoss(this.#operation, this.#step, this.#lastCheck);
    this.#giveUp('the loss uses something besides its arguments that changes from step to step');
    return expected;
  }

  #run([state, batch, key, learningRate]: StepArguments<P, B>): StepResult<P, B> {
    const rate = tensor(learningRate as number, { dtype: 'float64' });
    const [tree, nothing] = asTree(batch);
    const result = this.#program(state, tree, key, rate, nothing) as unknown as StepResult<P, B>;
    this.#kinds.add(this.#program.graph);
    if (this.#kinds.size > mostPrograms) this.#giveUp(`the batches have more than ${mostPrograms} shapes`);
    return result;
  }

  #giveUp(reason: string): void {
    this.#isEager = true;
    console.warn(
      `fluxion: ${this.#operation} runs its steps eagerly, as with compile: false, because they cannot be compiled: ${reason}`,
    );
  }
}

/** The state in tensors of its own. */
function ownState<P>(state: LearnerState<P>): LearnerState<P> {
  return mapTree((x) => slice(x, []), state) as unknown as LearnerState<P>;
}

/** The step; but one whose results are not finite leaves the state as it was. */
function keepingFinite<P, B>(step: TrainingStep<P, B>): TrainingStep<P, B> {
  return (state, ...rest) => {
    const [next, results] = step(state, ...rest);
    return [isFiniteStep(results) ? next : state, results];
  };
}

function isFiniteStep(results: StepResults): boolean {
  return resultsOf(results).every((x) => Number.isFinite(x.item()));
}

/** The step; but one whose results are not finite leaves the state as it was: in operations, for tracing. */
export function tracedKeepingFinite<P, B>(step: TrainingStep<P, B>): TrainingStep<P, B> {
  return (state, ...rest) => {
    const [next, results] = step(state, ...rest);
    const areFinite = resultsOf(results)
      .map((x) => less(abs(x), Number.POSITIVE_INFINITY))
      .reduce((all, one) => logicalAnd(all, one));
    const kept = mapTree((after, before) => where(areFinite, after, before as Tensor), next, state);
    return [kept as unknown as LearnerState<P>, results];
  };
}

/** For a batch that is nothing: it is a static argument, behind the others. */
function takingNothing<P, B>(step: TrainingStep<P, B>) {
  return (...[state, batch, key, learningRate, nothing]: [...StepArguments<P, B>, B | typeof aTree]) =>
    step(state, nothing === aTree ? batch : (nothing as B), key, learningRate);
}

function resultsOf({ losses, gradientNorm }: StepResults): readonly Tensor[] {
  return [...Object.values(losses), gradientNorm];
}

/** A loss that needs no batch may get null or undefined. These are no trees, so they are static arguments. */
function isNothing(batch: unknown): batch is null | undefined {
  return batch === null || batch === undefined;
}

/** The batch as a tree, and as the argument behind the others of `takingNothing`. */
function asTree<B>(batch: B): readonly [tree: B, nothing: B | typeof aTree] {
  return isNothing(batch) ? [[] as B, batch] : [requireTensors(batch), aTree];
}

/** Returns the batch. A compiled step would make a float64 scalar of a number in it. */
function requireTensors<B>(batch: B): B {
  if (treeLeaves(batch).every((leaf) => leaf instanceof Tensor)) return batch;
  throw new ArgumentError('a batch holds a number; make a tensor of it');
}

function haveSameBits(a: unknown, b: unknown): boolean {
  const others = treeLeaves(b) as readonly Tensor[];
  return (treeLeaves(a) as readonly Tensor[]).every((x, i) => {
    const [left, right] = [x.toTypedArray(), (others[i] as Tensor).toTypedArray()];
    return left.length === right.length && left.every((value, j) => Object.is(value, right[j]));
  });
}

function haveCloseLosses<P>([, a]: StepResult<P, unknown>, [, b]: StepResult<P, unknown>): boolean {
  const others = resultsOf(b).map((x) => x.item());
  return resultsOf(a).every((x, i) => {
    const other = others[i] as number;
    return Math.abs(x.item() - other) <= 1e-3 * Math.abs(other);
  });
}

function changedLoss(operation: string, step: number, lastCheck: number): TrainingError {
  return new TrainingError(
    `${operation}: the loss uses something besides its arguments that changed between step ${lastCheck} and step ${step}, ` +
      'which a compiled step does not see; put it into the batches, or train with compile: false',
    step,
  );
}
