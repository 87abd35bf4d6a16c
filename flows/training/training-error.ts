import { FluxionError } from '../../lib/index.ts';

/** Says that a training run cannot go on, and why. */
export class TrainingError extends FluxionError {
  static {
    TrainingError.prototype.name = 'TrainingError';
  }

  /** The step at which the run stopped. */
  readonly step: number;

  constructor(message: string, step: number, options?: ErrorOptions) {
    super(message, options);
    this.step = step;
  }
}
