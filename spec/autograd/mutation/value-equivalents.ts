/** Mutants of `run-values.ts` that change nothing that anybody can see, each with the reason. */
export const equivalent: Readonly<Record<string, string>> = {
  'flows/losses/adaptive-weight.ts: return c ** -p <= largest ? weight : minimum(weight, largest);: <= → <':
    'no weight is above the largest number where c^−p is it',
  'flows/data/csv-rows.ts: const width = data[0]?.length ?? 0;: 0 → 1':
    'a table without rows has less than two columns either way',
  'flows/data/unzip.ts: return inflateSync(packed, { out: new Uint8Array(size + 1) });: 1 → 2':
    'room for one byte too many, or for two, shows that there is one',
  'flows/data/unzip.ts: const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {: 256 → 257':
    'a byte asks for none but the first 256',
  'flows/losses/sample-times.ts: const [first, second, choice] = random.split(key, 3);: 3 → 4':
    'a new key depends on its place, not on how many are made',
  'flows/solvers/step-times.ts: const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));: 1 → 2':
    'a factor cancels between the numerator and the denominator',
  'flows/solvers/step-times.ts: const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));: -x → x':
    'the mirrored sigmoid gives the same share of its own range',
  'flows/training/schedules.ts: return (step) => (step < steps ? (followedBy(0) * (step + 1)) / (steps + 1) : followedBy(step - steps));: < → <=':
    'at the last step of the climb both formulas are followedBy(0)',
  'lib/linear-algebra/lu.ts: for (let i = column + 1; i < n; i++) {: < → <=':
    'beyond the last row, no number is larger and nothing is written',
  'lib/linear-algebra/triangular.ts: for (let step = 0; step < n; step++) {: < → <=':
    'the row beyond the last is written nowhere',
  'lib/random/integers.ts: for (let i = 0; i < words.length / 2; i++) {: < → <=':
    'what is drawn for a key beyond the last is written nowhere',
  'lib/random/integers.ts: for (let i = 0; i < words.length / 2; i++) {: / → *':
    'what is drawn for keys beyond the last is written nowhere',
  'lib/random/integers.ts: return Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 - 1));: - → +':
    'no whole number lies between (2³² − 1)^(k/3) and (2³² + 1)^(k/3)',
  'lib/random/integers.ts: const children = randomBlocks(next, 2);: 2 → 3':
    'a new key depends on its place, not on how many are made',
  'lib/random/integers.ts: next = children.subarray(0, 2);: 2 → 3':
    'a third word is half a key, whose draws nobody reads',
  'lib/reduce/sum.ts: if (length <= block) {: <= → <': 'a row of 128 numbers is one block either way',
  'lib/sorting.ts: for (let shift = 0; shift < 32; shift += digitBits) {: 32 → 33':
    'the shifts are 0, 11 and 22; the next would be 33, below neither limit',
};
