/**
 * Explicit Runge–Kutta methods as data. Stage i evaluates the velocity at time + c_i·h, at the point reached by the
 * stages before it with weights a_i; the step takes all stages with weights b.
 */
export interface Tableau {
  readonly order: number;
  readonly nodes: readonly number[];
  readonly stages: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

export type OdeMethod = 'euler' | 'midpoint' | 'heun' | 'rungeKutta4';

/** The methods by name. Each evaluates the velocity as often as its order says. */
export const tableaus: Readonly<Record<OdeMethod, Tableau>> = {
  euler: { order: 1, nodes: [0], stages: [[]], weights: [1] },
  midpoint: { order: 2, nodes: [0, 1 / 2], stages: [[], [1 / 2]], weights: [0, 1] },
  heun: { order: 2, nodes: [0, 1], stages: [[], [1]], weights: [1 / 2, 1 / 2] },
  rungeKutta4: {
    order: 4,
    nodes: [0, 1 / 2, 1 / 2, 1],
    stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
    weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  },
};
