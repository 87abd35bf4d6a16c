/** What the reader can choose. A shared address has the name of each choice; the page shows its words. */

export const dataSets = {
  moons: 'Two moons',
  circles: 'Circles',
  gaussians: 'Eight Gaussians',
  checkerboard: 'Checkerboard',
  pinwheel: 'Pinwheel',
  spirals: 'Spirals',
  drawn: 'Draw your own',
} as const;

export const paths = {
  ot: 'Optimal transport (straight)',
  cosine: 'Cosine',
  polynomial: 'Polynomial, t²',
  'linear-vp': 'Linear variance preserving',
  vp: 'Variance preserving',
  ve: 'Variance exploding',
} as const;

export const couplings = {
  independent: 'Independent',
  ot: 'Minibatch optimal transport',
} as const;

export const methods = {
  cfm: 'Conditional flow matching',
  fm: 'Flow matching, exact field',
  meanflow: 'MeanFlow',
  imf: 'Improved MeanFlow',
} as const;

export const backends = {
  auto: 'WebAssembly',
  javascript: 'Plain JavaScript',
  gpu: 'GPU, by gpu.js',
} as const;

export const stepCounts = [500, 1000, 2000, 5000, 10_000] as const;

/** How many evaluations of the network the jumps may take. */
export const evaluationCounts: readonly number[] = [1, 2, 4, 8, 16];

export type DataSetName = keyof typeof dataSets;
export type PathName = keyof typeof paths;
export type CouplingName = keyof typeof couplings;
export type MethodName = keyof typeof methods;
export type BackendName = keyof typeof backends;

/** Whether a method learns an average velocity u(z, r, t), which jumps from noise to data in one step. */
export function isAverage(method: MethodName): boolean {
  return method === 'meanflow' || method === 'imf';
}
