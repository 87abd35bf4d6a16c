import type { ArrayType, Tensor } from './tensor.ts';

/**
 * The point at which a primitive is differentiated: what its rules may look at. There are three kinds:
 * - `WholePoint` (below) shows forward rules all inputs and outputs, in `jvp` and in `linearize`.
 * - `ConstantPoint` (levels/forward.ts) shows them as constants, in a `jvp` with `constantTangent`.
 * - `TapeNode` (levels/tape.ts) shows a reverse rule what it lists in `needs`, and throws for anything else.
 */
export interface Point<P> {
  readonly params: P;
  readonly inputCount: number;
  input(index: number): Tensor;
  output(index: number): Tensor;
  inputType(index: number): ArrayType;
  outputType(index: number): ArrayType;
}

/** The point of a forward rule. It may look at all inputs and outputs: they exist while it runs. */
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
