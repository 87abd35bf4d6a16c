/**
 * The error for a loss that is NaN or ∞. `debugNaNs` makes the step again, slowly, to find the first
 * operation that gave such a value.
 */
import { debugNaNs, NonFiniteError, type Tensor, treeLeaves } from '../../autograd/index.ts';
import { flat } from '../../lib/index.ts';
import { TrainingError } from './training-error.ts';

export interface NonFiniteValue {
  readonly step: number;
  /** 'loss', the name of another recorded value, or 'gradient norm'. */
  readonly name: string;
  readonly value: number;
}

/**
 * The error for a step whose `evaluate` returned a value that is not finite at these parameters. It names the
 * operation that makes the steps.
 */
export function explainNonFinite<P>(
  operation: string,
  { step, name, value }: NonFiniteValue,
  evaluate: (parameters: P) => unknown,
  parameters: P,
): TrainingError {
  const subject = name === 'loss' || name === 'gradient norm' ? name : `recorded '${name}'`;
  const cause = birthOf(evaluate, parameters);
  const reason = cause?.message ?? otherReason(parameters);
  return new TrainingError(`${operation}: the ${subject} is ${value} at step ${step}: ${reason}`, step, {
    cause,
  });
}

function birthOf<P>(evaluate: (parameters: P) => unknown, parameters: P): NonFiniteError | undefined {
  try {
    debugNaNs(evaluate)(parameters);
  } catch (error) {
    if (error instanceof NonFiniteError) return error;
    throw error;
  }
  return undefined;
}

function otherReason(parameters: unknown): string {
  const finite = treeLeaves(parameters).every((leaf) =>
    flat((leaf as Tensor).plainArray('train')).every(Number.isFinite),
  );
  return finite
    ? 'it comes from the batch or from random numbers, not from the parameters'
    : 'the parameters are no longer finite; lower the learning rate';
}
