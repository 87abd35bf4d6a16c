/** Mistakes in random numbers. */
import type { ListedMistake } from '../mistake.ts';

// biome-ignore format: a mistake a line
export const randomnessMistakes: readonly ListedMistake[] = [
  { wrong: 'bernoulli has ≤ for <', file: 'autograd/random/draws.ts', from: "return less(uniformOf('bernoulli', key, shape, dtype, 0, 1), p);", to: "return less(cast(less(p, uniformOf('bernoulli', key, shape, dtype, 0, 1)), 'float32'), 0.5);", spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'bernoulli draws rare events in float32', file: 'autograd/random/draws.ts', from: '< 2 ** -10;', to: '< 0;', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'A normal number can be −∞', file: 'autograd/random/draws.ts', from: 'lib.random.lowestOfNormal(dtype), 1)', to: '-1, 1)', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'rademacher draws 0 and 1', file: 'autograd/random/draws.ts', from: 'subtract(multiply(cast(mask, dtype), 2), 1)', to: 'cast(mask, dtype)', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'gumbel has the other sign', file: 'autograd/random/draws.ts', from: 'return negate(log(negate(log(', to: 'return (log(negate(log(', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'categorical takes the least of its scores', file: 'autograd/random/draws.ts', from: 'return argmax(add(gumbelOf(', to: 'return argmax(subtract(gumbelOf(', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'The keys of a split are all the same', file: 'autograd/random/key.ts', from: 'foldInOne(root, i)', to: 'foldInOne(root, 0)', spec: 'spec/autograd/random/random.spec.ts' },
  { wrong: 'A normal number of lib can be −∞', file: 'lib/random/distributions.ts', from: "dtype === 'float32' ? -1 + 2 ** -24 : -1 + 2 ** -53", to: '-1', spec: 'spec/lib/random/random.spec.ts' },
  { wrong: 'A uniform number can be its upper end', file: 'lib/random/distributions.ts', from: 'round(end - step)', to: 'end', spec: 'spec/lib/random/random.spec.ts' },
  { wrong: 'A rotation of Threefry is wrong', file: 'lib/random/threefry.ts', from: '[13, 15, 26, 6]', to: '[13, 15, 26, 7]', spec: 'spec/lib/random/random.spec.ts' },
  { wrong: 'A permutation is sorted only once', file: 'lib/random/integers.ts', from: 'Math.ceil((3 * Math.log(', to: 'Math.min(1, 3 * Math.log(', spec: 'spec/lib/random/random.spec.ts' },
  { wrong: 'randint’s low end is left out', file: 'lib/random/integers.ts', from: 'data[i] = low + (((reduced', to: 'data[i] = low + 1 + (((reduced', spec: 'spec/lib/random/random.spec.ts' },
  { wrong: 'foldIn ignores its number', file: 'lib/random/split.ts', from: 'threefry(words[i] as number, words[i + 1] as number, 0, counter, block);', to: 'threefry(words[i] as number, words[i + 1] as number, 0, 0, block);', spec: 'spec/lib/random/random.spec.ts' },
];
