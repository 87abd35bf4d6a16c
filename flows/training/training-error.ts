import { FluxionError } from '../../lib/index.ts';

/** A training run that cannot go on. */
export class TrainingError extends FluxionError {
  static {
    TrainingError.prototype.name = 'TrainingError';
  }

  /** The step at which it stopped. */
  readonly step: number;

  constructor(message: string, step: number, options?: ErrorOptions) {
    super(message, options);
    this.step = step;
  }
}
