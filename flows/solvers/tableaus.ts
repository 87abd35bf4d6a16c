/** The Runge–Kutta methods by name. */
import { dormandPrince54, tsitouras54 } from './embedded-tableaus.ts';
import type { EmbeddedTableau, Tableau } from './tableau.ts';

/** The methods that can choose the lengths of their steps. */
export type AdaptiveMethod = 'dormandPrince54' | 'tsitouras54';

export type OdeMethod = 'euler' | 'midpoint' | 'heun' | 'rungeKutta4' | AdaptiveMethod;

/** The adaptive methods by name. */
export const embeddedTableaus: Readonly<Record<AdaptiveMethod, EmbeddedTableau>> = {
  dormandPrince54,
  tsitouras54,
};

/** The methods by name. */
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
  ...embeddedTableaus,
};
