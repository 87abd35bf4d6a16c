/**
 * Explicit Runge–Kutta methods as data. Stage i evaluates the velocity at time + c_i·h, at the point reached
 * by the stages before it with weights a_i; the step takes all stages with weights b.
 */

/** An explicit Runge–Kutta method as its Butcher table. */
export interface Tableau {
  readonly order: number;
  /** c. */
  readonly nodes: readonly number[];
  /** a, row by row. */
  readonly stages: readonly (readonly number[])[];
  /** b. */
  readonly weights: readonly number[];
}

/**
 * A method that also knows how wrong it is. Beside its stages it uses one more slope, the velocity where the
 * step ends, which costs nothing: it is the first stage of the next step.
 */
export interface EmbeddedTableau extends Tableau {
  /**
   * b − b̂ for the stages and the slope at the end, where b̂ is a method of one order less: h·Σ of these is
   * the error.
   */
  readonly errorWeights: readonly number[];
  /**
   * Dense output: row i holds the coefficients of θ, θ², θ³, … in the weight of slope i (that at the end is
   * the last) for the state at time + θ·h, 0 ≤ θ ≤ 1.
   */
  readonly interpolant: readonly (readonly number[])[];
}
