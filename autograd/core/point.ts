import type { Point } from './primitive.ts';
import type { ArrayType, Tensor } from './tensor.ts';

/** The point of a forward rule, which may look at all inputs and outputs: while it runs, they are there anyway. */
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
