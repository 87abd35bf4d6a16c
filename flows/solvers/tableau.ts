/**
 * Explicit Runge–Kutta methods as data. Stage i evaluates the velocity at time + c_i·h. Its point is x + h·Σ
 * a_ij·(slope j), over the stages j before it. The step ends at x + h·Σ b_j·(slope j), over all stages.
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
 * A method that also estimates its error. It uses the slopes of its stages, and the velocity at the end of
 * the step. That one costs nothing, because it is the first stage of the next step.
 */
export interface EmbeddedTableau extends Tableau {
  /**
   * b − b̂ for the stages and the slope at the end, where b̂ are the weights of a method of one order less.
   * The error is h·Σ errorWeights·slopes.
   */
  readonly errorWeights: readonly number[];
  /**
   * Dense output gives the state at time + θ·h, 0 ≤ θ ≤ 1. The weight of slope i is a polynomial; row i holds
   * its coefficients of θ, θ², θ³, … The last row is for the slope at the end.
   */
  readonly interpolant: readonly (readonly number[])[];
}
