/** The files whose values `run-values.ts` makes wrong, and which specs must notice, the fastest first. */
const losses = 'flows/losses';
const solvers = 'flows/solvers';
const couplings = 'flows/couplings';
const formats = 'flows/formats';
const data = 'flows/data';
const linearAlgebra = ['lib/linear-algebra.spec.ts', 'autograd/operations/linear-algebra.spec.ts'];

export const targets: Readonly<Record<string, readonly string[]>> = {
  [`${solvers}/step-times.ts`]: [`${solvers}/step-times.spec.ts`],
  [`${losses}/adaptive-weight.ts`]: [`${losses}/adaptive-weight.spec.ts`],
  'flows/training/schedules.ts': ['flows/training/schedules.spec.ts'],
  'flows/training/early-stopping.ts': ['flows/training/validation.spec.ts'],
  'flows/training/split-examples.ts': ['flows/training/validation.spec.ts'],

  'flows/training/minimise.ts': ['flows/training/minimise.spec.ts'],
  'flows/training/wolfe-step.ts': ['flows/training/minimise.spec.ts'],
  'flows/training/accumulate.ts': ['flows/training/accumulate.spec.ts'],
  'flows/training/gradient-norm.ts': ['flows/training/gradient-norm.spec.ts'],
  'flows/training/moving-average.ts': ['flows/training/moving-average.spec.ts'],
  ...Object.fromEntries(
    ['adam', 'chain', 'clip-by-value', 'gradient-descent', 'lion', 'lookahead', 'scaled-descent'].map(
      (name) => [`flows/training/${name}.ts`, ['flows/training/optimizers.spec.ts']],
    ),
  ),

  'autograd/derivatives/associative-scan.ts': ['autograd/derivatives/associative-scan.spec.ts'],
  'autograd/derivatives/linear-transpose.ts': ['autograd/derivatives/linear-transpose.spec.ts'],

  [`${losses}/mean-flow.ts`]: [`${losses}/mean-flow.spec.ts`, `${losses}/instants.spec.ts`],
  [`${losses}/mean-flow-batch.ts`]: [
    `${losses}/mean-flow.spec.ts`,
    `${losses}/improved-mean-flow.spec.ts`,
    `${losses}/guidance.spec.ts`,
    `${losses}/instants.spec.ts`,
    `${losses}/empty.spec.ts`,
    'flows/misuse.spec.ts',
  ],
  [`${losses}/improved-mean-flow.ts`]: [`${losses}/improved-mean-flow.spec.ts`, `${losses}/guidance.spec.ts`],
  [`${losses}/flow-matching.ts`]: [`${losses}/flow-matching.spec.ts`, `${losses}/empty.spec.ts`],
  [`${losses}/guidance.ts`]: [`${losses}/guidance.spec.ts`, `${losses}/drop.spec.ts`],
  [`${losses}/sample-times.ts`]: [`${losses}/sample-times.spec.ts`, `${losses}/instants.spec.ts`],

  [`${solvers}/step-control.ts`]: [
    `${solvers}/step-control.spec.ts`,
    `${solvers}/first-step.spec.ts`,
    `${solvers}/edges.spec.ts`,
    `${solvers}/adaptive.long.spec.ts`,
  ],
  [`${solvers}/runge-kutta.ts`]: [`${solvers}/runge-kutta.spec.ts`],
  [`${solvers}/dense-output.ts`]: [`${solvers}/dense-output.spec.ts`],
  [`${solvers}/ode-solve.ts`]: [`${solvers}/dense-output.spec.ts`, `${solvers}/edges.spec.ts`],

  [`${couplings}/optimal-transport.ts`]: [`${couplings}/couplings.spec.ts`],
  'flows/assignment.ts': ['flows/assignment.spec.ts', `${couplings}/couplings.spec.ts`],
  [`${couplings}/pairs.ts`]: [`${couplings}/couplings.spec.ts`, `${couplings}/sinkhorn.spec.ts`],
  [`${couplings}/sinkhorn.ts`]: [`${couplings}/sinkhorn.spec.ts`],

  [`${data}/parse-csv.ts`]: [`${data}/csv.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/csv-rows.ts`]: [`${data}/csv.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/csv-cells.ts`]: [`${data}/csv.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/csv-header.ts`]: [`${data}/csv.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/parse-npy.ts`]: [`${data}/numpy.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/parse-npz.ts`]: [`${data}/numpy.spec.ts`, `${formats}/tables.spec.ts`],
  [`${data}/unzip.ts`]: [`${data}/numpy.spec.ts`, `${formats}/tables.spec.ts`],
  [`${formats}/format-csv.ts`]: [`${formats}/tables.spec.ts`],
  [`${formats}/format-npy.ts`]: [`${formats}/tables.spec.ts`],
  [`${formats}/format-npz.ts`]: [`${formats}/tables.spec.ts`],
  [`${formats}/safetensors.ts`]: [`${formats}/safetensors.spec.ts`, `${formats}/names.spec.ts`],

  'lib/sorting.ts': ['lib/sorting.spec.ts'],
  'lib/indexing.ts': ['lib/indexing.spec.ts'],
  'lib/reduce/axes.ts': ['lib/reduce/reduce.spec.ts'],
  'lib/reduce/sum.ts': ['lib/reduce/reduce.spec.ts'],
  'lib/reduce/products.ts': ['lib/reduce/reduce.spec.ts'],
  'lib/reduce/extrema.ts': ['lib/reduce/reduce.spec.ts'],
  'lib/matmul/matmul.ts': ['lib/matmul/matmul.spec.ts'],
  'lib/matmul/operands.ts': ['lib/matmul/matmul.spec.ts'],
  'lib/matmul/tiled.ts': ['lib/matmul/matmul.spec.ts'],
  'lib/matmul/vector.ts': ['lib/matmul/matmul.spec.ts'],
  'lib/random/bits.ts': ['lib/random/random.spec.ts', 'lib/random/random-simd.spec.ts'],
  'lib/random/distributions.ts': ['lib/random/random.spec.ts', 'lib/random/random-simd.spec.ts'],
  'lib/random/integers.ts': ['lib/random/random.spec.ts', 'lib/random/random-simd.spec.ts'],
  'lib/random/key.ts': ['lib/random/random.spec.ts'],
  'lib/random/split.ts': ['lib/random/random.spec.ts', 'lib/random/random-simd.spec.ts'],
  'lib/random/threefry.ts': ['lib/random/random.spec.ts'],
  'lib/linear-algebra/cholesky.ts': linearAlgebra,
  'lib/linear-algebra/determinant.ts': linearAlgebra,
  'lib/linear-algebra/eigh.ts': linearAlgebra,
  'lib/linear-algebra/lu.ts': linearAlgebra,
  'lib/linear-algebra/matrices.ts': linearAlgebra,
  'lib/linear-algebra/matrix-exponential.ts': linearAlgebra,
  'lib/linear-algebra/pinv.ts': linearAlgebra,
  'lib/linear-algebra/qr.ts': linearAlgebra,
  'lib/linear-algebra/rows.ts': linearAlgebra,
  'lib/linear-algebra/svd.ts': linearAlgebra,
  'lib/linear-algebra/triangular.ts': linearAlgebra,
};
