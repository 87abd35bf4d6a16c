/** The pages of the API reference: which names stand together, by the files that declare them. */

/** A page of the API reference. */
export interface ApiGroup {
  /** The name of its file in docs/api. */
  readonly page: string;
  readonly title: string;
  /** What the names of the page are for. */
  readonly about: string;
  /** What users import them from. */
  readonly module: string;
  /** The files, and folders with a slash at the end, that declare them; without it, all of the module. */
  readonly declaredIn?: readonly string[];
  /** The file that exports all of the page's names, where they are a namespace. */
  readonly namespaceFile?: string;
}

const operations = (...names: readonly string[]) => names.map((name) => `autograd/operations/${name}.ts`);

/** Entry points by the names that users import them by. */
export const entryPoints: Readonly<Record<string, string>> = {
  fluxion: 'autograd/index.ts',
  'fluxion/flows': 'flows/index.ts',
  'fluxion/worker': 'flows/worker/index.ts',
  'fluxion/files': 'flows/files/index.ts',
  'fluxion/xla': 'flows/xla/index.ts',
  'fluxion/lib': 'lib/index.ts',
};

/** The pages in the order of the side bar. A name belongs to the first page that has its file. */
export const apiGroups: readonly ApiGroup[] = [
  {
    page: 'tensors',
    title: 'Tensors',
    about: 'Make tensors, read them, and change their dtype.',
    module: 'fluxion',
    declaredIn: [
      'autograd/core/tensor.ts',
      'autograd/create.ts',
      ...operations('cast'),
      'lib/array.ts',
      'lib/dtype.ts',
      'lib/nested.ts',
      'lib/shape.ts',
    ],
  },
  {
    page: 'derivatives',
    title: 'Derivatives',
    about: 'Gradients, forward and reverse mode, Jacobians, derivatives of your own, and their checks.',
    module: 'fluxion',
    declaredIn: [
      'autograd/levels/forward.ts',
      'autograd/levels/reverse.ts',
      'autograd/levels/linearize.ts',
      'autograd/levels/without-gradient.ts',
      'autograd/levels/debug-nans.ts',
      'autograd/derivatives/gradients.ts',
      'autograd/derivatives/jacobians.ts',
      'autograd/derivatives/linear-transpose.ts',
      'autograd/derivatives/define-operation.ts',
      'autograd/derivatives/checkpoint.ts',
      'autograd/derivatives/check-gradients.ts',
      ...operations('stop-gradient'),
    ],
  },
  {
    page: 'batches-loops-branches',
    title: 'Batches, loops and branches',
    about: 'A function for each row of a batch, loops with state, and branches that depend on values.',
    module: 'fluxion',
    declaredIn: ['autograd/levels/batching.ts', 'autograd/derivatives/'],
  },
  {
    page: 'elementwise',
    title: 'Elementwise operations',
    about: 'Arithmetic, comparisons, exponentials, trigonometry and activations, with broadcasting.',
    module: 'fluxion',
    declaredIn: [
      'autograd/arrays/elementwise.ts',
      ...operations(
        ...['addition', 'arithmetic', 'power', 'exponential', 'trigonometric', 'hyperbolic'],
        ...['error-function', 'activations', 'comparisons', 'selection'],
      ),
    ],
  },
  {
    page: 'reductions',
    title: 'Reductions and order',
    about: 'Sums, means, extremes, softmax, partial sums and products, sorting, quantiles and counts.',
    module: 'fluxion',
    declaredIn: [
      ...['cumulative', 'masks', 'nan-reductions', 'order-statistics'].map(
        (name) => `autograd/arrays/${name}.ts`,
      ),
      ...operations('reductions', 'statistics', 'softmax', 'cumulative', 'product', 'ordering'),
    ],
  },
  {
    page: 'linear-algebra',
    title: 'Linear algebra and layers',
    about:
      'Matrix products, factorisations, linear equations (as of linear regression), and layers of networks.',
    module: 'fluxion',
    declaredIn: operations(
      ...['matmul', 'einsum', 'linear-algebra', 'triangular', 'determinant', 'layers', 'convolution'],
      ...['eigh', 'matrix-functions', 'pinv', 'qr', 'svd'],
    ),
  },
  {
    page: 'shapes',
    title: 'Shapes, slices and indices',
    about: 'Reshape, join, cut, pad and rearrange tensors, and take entries by their index.',
    module: 'fluxion',
    declaredIn: ['autograd/operations/', 'autograd/arrays/'],
  },
  {
    page: 'random',
    title: 'Random numbers',
    about: 'Draws that a key decides: `random.normal(random.key(0), [3])`.',
    module: 'fluxion',
    namespaceFile: 'autograd/random/index.ts',
  },
  {
    page: 'compile',
    title: 'Compile and graphs',
    about: 'A function as one program, and a function written down as a graph.',
    module: 'fluxion',
    declaredIn: ['autograd/graph/', 'autograd/fuse.ts', 'autograd/core/primitive.ts'],
  },
  {
    page: 'trees',
    title: 'Trees, and messages to workers',
    about: 'Parameters are trees of tensors: go through them, and send them to a worker.',
    module: 'fluxion',
    declaredIn: ['autograd/trees.ts', 'autograd/transfer.ts'],
  },
  {
    page: 'errors',
    title: 'Errors',
    about: 'What fluxion throws. The message names the operation, what it got, and what it wanted.',
    module: 'fluxion',
    declaredIn: ['lib/errors.ts'],
  },
  {
    page: 'fit',
    title: 'A flow in one call',
    about: 'From data to a generative model, and from a file back to it.',
    module: 'fluxion/flows',
    declaredIn: ['flows/fit/'],
  },
  {
    page: 'paths',
    title: 'Paths, fields and couplings',
    about: 'Ways from noise to data, exact velocities, flow maps, and which noise goes with which data.',
    module: 'fluxion/flows',
    declaredIn: [
      'flows/paths/',
      'flows/conversions/',
      'flows/couplings/',
      'flows/time.ts',
      'flows/flow-map.ts',
    ],
  },
  {
    page: 'losses',
    title: 'Losses',
    about: 'Flow matching, MeanFlow and their relatives, with guidance.',
    module: 'fluxion/flows',
    declaredIn: ['flows/losses/'],
  },
  {
    page: 'networks',
    title: 'Networks',
    about: 'A network is two pure functions: one makes its parameters, the other applies them.',
    module: 'fluxion/flows',
    declaredIn: ['flows/networks/'],
  },
  {
    page: 'training',
    title: 'Training and optimisers',
    about:
      'Training loops, batches, optimisers, learning rates, and `minimise` for fits to all data at once.',
    module: 'fluxion/flows',
    declaredIn: ['flows/training/'],
  },
  {
    page: 'sampling',
    title: 'Sampling, solvers and likelihood',
    about: 'From noise to samples, the solvers of ODEs and SDEs, and log p(x).',
    module: 'fluxion/flows',
    declaredIn: ['flows/sampling/', 'flows/solvers/', 'flows/likelihood/'],
  },
  {
    page: 'data',
    title: 'Data sets and files’ formats',
    about: 'Toy data, digits, CSV, .npy, .npz, IDX, ONNX, and safetensors with the names of PyTorch.',
    module: 'fluxion/flows',
    declaredIn: ['flows/data/', 'flows/formats/'],
  },
  {
    page: 'metrics',
    title: 'Metrics',
    about: 'Distances between samples and data, and the floor below which none can fall.',
    module: 'fluxion/flows',
    declaredIn: ['flows/metrics/', 'flows/assignment.ts', 'flows/points.ts'],
  },
  {
    page: 'verify',
    title: 'The claims of the note',
    about: 'Computes each claim of the note in two ways.',
    module: 'fluxion/flows',
    declaredIn: ['flows/verify/'],
  },
  {
    page: 'worker',
    title: 'Web workers',
    about: 'Trains and samples in a worker, so that a page, as of React, does not freeze.',
    module: 'fluxion/worker',
  },
  {
    page: 'files',
    title: 'Files in Node',
    about: 'Reads data sets and keeps checkpoints.',
    module: 'fluxion/files',
  },
  { page: 'xla', title: 'XLA', about: 'Programs and training steps for JAX.', module: 'fluxion/xla' },
  {
    page: 'lib',
    title: 'Arrays without derivatives',
    about: 'The arrays below the tensors, backends and threads.',
    module: 'fluxion/lib',
  },
];
