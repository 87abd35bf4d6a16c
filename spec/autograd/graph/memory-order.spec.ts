/** A compiled program adds in the order of the eager function, however the operands lie in memory. */
import {
  abs,
  add,
  broadcastTo,
  cast,
  cholesky,
  concatenate,
  cumulativeSum,
  type DType,
  defineOperation,
  determinant,
  divide,
  eye,
  flip,
  gather,
  inverse,
  jvp,
  matmul,
  max,
  multiply,
  reshape,
  scan,
  slice,
  solve,
  sort,
  sum,
  type Tensor,
  tensor,
  transpose,
  vjp,
} from '../../../autograd/index.ts';
import { expectSameWhenCompiled } from '../harness.ts';
import { sampleTensor } from '../numbers.ts';

describe('compile keeps the order of sums', () => {
  const [x, y] = [sampleTensor(1, [17, 24]), sampleTensor(2, [24, 17])];
  const turned = transpose(sampleTensor(3, [17, 24]));
  const twice = (a: Tensor) => matmul(a, transpose(multiply(a, 2)));
  const transposedProduct = defineOperation({
    name: 'transposed product',
    // It looks at a value, so it is no graph.
    value: (a, b) => multiply(transpose(matmul(a, b)), sum(a).item() > 1e9 ? 2 : 1),
    shape: (a, b) => ({ shape: [b.shape[1] as number, a.shape[0] as number], dtype: a.dtype }),
    forward: ([ta], [, b]) => transpose(matmul(ta as Tensor, b as Tensor)),
    reverse: (w, [a, b]) => [matmul(transpose(w), transpose(b as Tensor)), matmul(transpose(a as Tensor), transpose(w))], // biome-ignore format: one line
  });
  const cases: { readonly [name: string]: readonly [fn: (...args: Tensor[]) => unknown, args: Tensor[]] } = {
    'a constant that is transposed': [(a) => matmul(a, transpose(cast(transpose(turned), a.dtype))), [x]],
    'an argument that is transposed': [(a, b) => matmul(a, b), [x, turned]],
    'arguments of one type, in either order': [(a, b) => [matmul(a, b), matmul(b, a)], [turned, x]],
    'a product of a product of few columns': [
      (a, b) => matmul(slice(a, [[0, 3]]), matmul(b, slice(a, [null, [0, 5]]))),
      [sampleTensor(4, [17, 17]), sampleTensor(5, [17, 17])],
    ],
    'a row that repeats': [(a, b) => matmul(a, broadcastTo(slice(b, [[0, 1], [0, 16]]), [24, 16])), [x, y]], // biome-ignore format: one line
    'a column that repeats': [(a, b) => matmul(a, broadcastTo(slice(b, [null, [0, 1]]), [24, 17])), [x, y]],
    'a transposed view in row-major order': [(a) => matmul(a, reshape(transpose(a), [24, 17])), [x]],
    'a carry that turns': [
      (a) => scan((c: Tensor, t: Tensor) => [multiply(transpose(twice(c)), t), sum(c, { axes: [0] })], transpose(twice(a)), cast(tensor([0.02, 0.03]), a.dtype)), // biome-ignore format: one line
      [x],
    ],
    'what a step brings along, transposed': [
      (a, b) => scan((c: Tensor, t: Tensor) => [add(multiply(matmul(c, transpose(b)), 0.1), t), 0], twice(a), cast(tensor([0.02, 0.03]), a.dtype)), // biome-ignore format: one line
      [x, transpose(sampleTensor(6, [17, 17]))],
    ],
    'an operation that is no graph': [(a, b) => matmul(a, transposedProduct(a, transpose(twice(b)))), [x, y]],
  };
  for (const [name, [fn, args]] of Object.entries(cases)) {
    it(`of ${name}`, () => {
      for (const dtype of ['float32', 'float64'] as const)
        expectSameWhenCompiled(fn, viewsOf(args, dtype), name);
    });
  }

  it('of many repeated elements, which are not added one by one', () => {
    const tenth = tensor([0.1, 0.3], { dtype: 'float64' });
    const shape = [2, 2 ** 23];
    const repeated = (a: Tensor) => broadcastTo(reshape(a, [2, 1]), shape);
    expectSameWhenCompiled((a) => [sum(repeated(a)), sum(repeated(a), { axes: [1] })], [tenth]);
    expectSameWhenCompiled((a) => sum(a), [repeated(tenth)]);
  });

  it('in random programs', () => {
    for (let seed = 0; seed < 8; seed++) {
      const draw = drawsOf(seed);
      const dtype = draw(2) === 0 ? 'float32' : 'float64';
      const [n, m, k] = [0, 0, 0].map(() => sizes[draw(sizes.length)] as number) as [number, number, number];
      const args = viewsOf([sampleTensor(seed, [n, m]), transpose(sampleTensor(seed + 50, [k, m]))], dtype);
      const first = draw(2 ** 30);
      const fn = (...given: Tensor[]) => randomProgram(given, drawsOf(first));
      const tangents = args.map((a) => multiply(a, 0.5));
      const w = cast(sampleTensor(7, fn(...args).shape), dtype);
      expectSameWhenCompiled(fn, args, `seed ${seed}`);
      expectSameWhenCompiled((...all) => jvp(fn, all, tangents)[1], args, `seed ${seed}, jvp`);
      expectSameWhenCompiled((...all) => vjp(fn, all)[1](w), args, `seed ${seed}, vjp`);
    }
  });
});

// Around the sizes at which `lib.matmul` and `lib.sum` change their methods.
const sizes = [1, 2, 4, 5, 12, 13, 16, 17, 32, 33];

/** The tensors in a dtype, each still the view of another one that it was. */
function viewsOf(list: readonly Tensor[], dtype: DType): Tensor[] {
  return list.map((a) => (isTurned(a) ? transpose(cast(transpose(a), dtype)) : cast(a, dtype)));
}

function isTurned(a: Tensor): boolean {
  const { stride } = a.plainArray('spec');
  return (stride[0] as number) < (stride[1] as number);
}

type Draw = (count: number) => number;

function drawsOf(seed: number): Draw {
  let state = (seed + 1) >>> 0;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const views: readonly ((a: Tensor) => Tensor)[] = [
  (a) => a,
  (a) => flip(a, [0]),
  (a) => flip(a, [1]),
  (a) => transpose(multiply(transpose(a), 1.5)),
  (a) => broadcastTo(slice(a, [null, [0, 1]]), a.shape),
  (a) => broadcastTo(slice(a, [[0, 1]]), a.shape),
  (a) => reshape(transpose(a), a.shape),
  (a) => slice(concatenate([a, a], 0), [[0, 2 * (a.shape[0] as number), 2]]),
  (a) => slice(concatenate([a, a], 1), [null, [1, 1 + (a.shape[1] as number)]]),
];

const steps: readonly ((a: Tensor, b: Tensor, axis: number) => Tensor)[] = [
  (a, b) => matmul(a, b),
  (a, b) => matmul(a, b),
  (a, b) => matmul(a, b),
  (a, _, axis) => cumulativeSum(a, { axis }),
  (a, _, axis) => add(sum(a, { axes: [axis], keepDims: true }), a),
  (a, _, axis) => sort(a, { axis }),
  (a) => gather(a, tensor([0, (a.shape[0] as number) - 1, 0], { dtype: 'int32' })),
  (a) => inverse(definite(a)),
  (a) => cholesky(definite(a)),
  (a) => transpose(solve(definite(a), a)),
  (a) => multiply(a, determinant(multiply(definite(a), 0.3))),
];

/** Some steps on views of what is there already. */
function randomProgram(args: readonly Tensor[], draw: Draw): Tensor {
  const known = args.flatMap((a) => [a, transpose(a)]);
  const viewFrom = (list: readonly Tensor[]) =>
    (views[draw(views.length)] as (a: Tensor) => Tensor)(list[draw(list.length)] as Tensor);
  for (let step = 0; step < 4; step++) {
    const a = viewFrom(known);
    const b = viewFrom(known.filter(({ shape }) => shape[0] === a.shape[1]));
    const result = (steps[draw(steps.length)] as (typeof steps)[number])(a, b, draw(2));
    const bounded = divide(result, add(max(abs(result)), 1));
    known.push(bounded, transpose(bounded), bounded, transpose(bounded));
  }
  return known.at(-1) as Tensor;
}

function definite(a: Tensor): Tensor {
  return add(multiply(matmul(a, transpose(a)), 0.01), multiply(eye(a.shape[0] as number, { dtype: a.dtype as 'float32' }), 3)); // biome-ignore format: one line
}
