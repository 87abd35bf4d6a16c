import type { ArrayType, Tensor } from './tensor.ts';

/**
 * The point at which a primitive is differentiated: what its rules may look at. There are three kinds:
 * - `WholePoint`, below: forward rules, and those that `linearize` keeps, see all inputs and outputs;
 * - `ConstantPoint` (levels/forward.ts): the same, as constants, for a `jvp` whose tangent is one;
 * - `TapeNode` (levels/tape.ts): reverse rules see what they said they need; asking for another throws.
 */
export interface Point<P> {
  readonly params: P;
  readonly inputCount: number;
  input(index: number): Tensor;
  output(index: number): Tensor;
  inputType(index: number): ArrayType;
  outputType(index: number): ArrayType;
}

/**
 * The point of a forward rule, which may look at all inputs and outputs: while it runs, they are there
 * anyway.
 */
export class WholePoint<P> implements Point<P> {
  readonly params: P;
  readonly #inputs: readonly Tensor[];
  readonly #outputs: readonly Tensor[];

  constructor(inputs: readonly Tensor[], outputs: readonly Tensor[], params: P) {
    this.params = params;
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  get inputCount(): number {
    return this.#inputs.length;
  }

  input(index: number): Tensor {
    return this.#inputs[index] as Tensor;
  }

  output(index: number): Tensor {
    return this.#outputs[index] as Tensor;
  }

  inputType(index: number): ArrayType {
    return this.#inputs[index] as Tensor;
  }

  outputType(index: number): ArrayType {
    return this.#outputs[index] as Tensor;
  }
}
