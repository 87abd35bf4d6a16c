/** A small report's data, with text in every place that would do harm if it were not escaped. */
import type { ReportData } from '../../../flows/report/index.ts';

export const hostile = `<script>alert("1")</script> & 'more'`;

const blank = Array.from({ length: 64 }, () => 0);
const rows = [Array.from({ length: 10 }, (_, digit) => blank.map((_, i) => (i === digit ? 16 : 0)))];
const line = [
  [0, 0],
  [0.2, 0.5],
  [1, 1],
] as const;

export const exampleReport: ReportData = {
  claims: [
    {
      part: 'Flow matching',
      claim: 'The two losses have the same gradient',
      equation: '∇L_FM = ∇L_CFM',
      compared: '‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖',
      residual: 4.4e-15,
      bound: 'at most',
      tolerance: 1e-12,
      margin: 227,
      passed: true,
    },
    {
      part: 'Errata',
      claim: hostile,
      equation: hostile,
      compared: hostile,
      detail: hostile,
      residual: 140.8,
      bound: 'at least',
      tolerance: 1,
      margin: 1e9,
      passed: true,
    },
    {
      part: 'Flow matching',
      claim: 'The error falls as N^(−1/2)',
      equation: 'slope = −1/2',
      compared: 'fit over four sizes',
      residual: 0.2,
      bound: 'at most',
      tolerance: 0.05,
      margin: 0.5,
      passed: false,
    },
  ],
  training: {
    steps: [1, 2, 3],
    curves: [{ name: hostile, values: [3, 2, 1], scale: 'logarithmic' }],
  },
  digits: { side: 8, maximum: 16, real: rows, generated: [{ evaluations: 1, rows }] },
  figures: [
    {
      name: '1 evaluation',
      kind: 'model',
      energyDistance: 0.96,
      energyDistanceLimit: 1,
      agreement: 0.997,
      agreementLimit: 0.97,
    },
    { name: hostile, kind: 'floor', energyDistance: 0.0952 },
  ],
  paths: [{ name: hostile, equation: hostile, trajectories: [line], data: [[1, 1]] }],
  averageVelocities: [
    {
      t: 0.75,
      r: 0.25,
      trajectories: [line],
      average: [[-2, -2]],
      instantaneous: [[-0.5, -1]],
      data: [[1, 1]],
    },
  ],
  run: {
    version: '0.1.0',
    seed: 7,
    startedAt: '2026-11-24T18:40:12.000Z',
    seconds: 118.4,
    node: 'v20.20.2',
    platform: hostile,
    products: { gpu: 0, wasm: 12345, javascript: 67 },
    settings: [
      { name: hostile, value: hostile },
      { name: 'Parameters', value: 462144 },
    ],
  },
};
