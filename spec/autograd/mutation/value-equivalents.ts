/** Mutants of `run-values.ts` that change nothing that anybody can see, each with the reason. */
export const equivalent: Readonly<Record<string, string>> = {
  'flows/assignment.ts, match: for (let increment = range / 4; increment > range / (64 [* → /] costs.rows); increment /= 4) {':
    'a matter of speed: any prices are a beginning',
  'flows/assignment.ts, match: for (let row = 0; row [< → <=] costs.rows; row++) {':
    'beyond the last row, nothing is free',
  'flows/assignment.ts, keepCheapest: for (let row = 0; row [< → <=] costs.rows; row++) {':
    'beyond the last row, there is no cheapest column',
  'flows/assignment.ts, twoCheapest: let first = [-1 → 1];':
    'each row has a column that costs less than infinity',
  'flows/assignment.ts, twoCheapest: if (cost [< → <=] least) {': 'of two cheapest columns either will do',
  'flows/assignment.ts, PathSearch: if (distance [< → <=] shortest || (distance === shortest && rowOf[j] === -1)) {':
    'of two nearest columns either will do',
  'flows/assignment.ts, PathSearch: if (distance < shortest || (distance === shortest && rowOf[j] [=== → !==] -1)) {':
    'of two nearest columns either will do: a free one only ends the search sooner',
  'flows/assignment.ts, PathSearch: for (let k = 0; k [< → <=] visited; k++) {':
    'the price of the column that the path ends at changes by 0',
  'flows/assignment.ts, PathSearch: const rowPrice = own === -1 ? [0 → 1] : (values[offset + own] as number) - (columnPrice[own] as number);':
    'all paths begin at that row, and change by the same amount',
  'flows/assignment.ts, PathSearch: if (through [< → <=] (length[j] as number)) {':
    'of two shortest paths either will do',
  'flows/assignment.ts, rangeOf: return most [- → +] least;': 'a matter of speed: any prices are a beginning',
  'flows/couplings/sinkhorn.ts, ScaledPlan: for (let i = 0, k = 0; i [< → <=] u.length; i++) {':
    'beyond the last row, nothing is written',
  'flows/couplings/sinkhorn.ts, ScaledPlan: for (let i = 0; i [< → <=] f.length; i++) f[i] = (f[i] as number) + this.#epsilon * finiteLog(u[i] as number);':
    'beyond the last row, nothing is written',
  'flows/couplings/sinkhorn.ts, isModerate: return Math.abs(Math.log(scale)) [< → <=] largestLogarithm;':
    'no number that matters has this logarithm, and the limit is a matter of speed',
  'flows/losses/adaptive-weight.ts, adaptiveWeight: return c ** -p [<= → <] largest ? weight : minimum(weight, largest);':
    'no weight is above the largest number where c^−p is it',
  'flows/data/csv-rows.ts, agreeingRows: const width = data[0]?.length ?? [0 → 1];':
    'a table without rows has less than two columns either way',
  'flows/data/unzip.ts, inflated: return inflateSync(packed, { out: new Uint8Array(size + [1 → 2]) });':
    'room for one byte too many, or for two, shows that there is one',
  'flows/data/unzip.ts, remainders: const remainders = Uint32Array.from({ length: [256 → 257] }, (_, byte) => {':
    'a byte asks for none but the first 256',
  'flows/losses/sample-times.ts, sampleTimes: const [first, second, choice] = random.split(key, [3 → 4]);':
    'a new key depends on its place, not on how many are made',
  'flows/solvers/step-times.ts, logitTimes: const sigmoid = (x: number) => [1 → 2] / (1 + Math.exp(-x));':
    'a factor cancels between the numerator and the denominator',
  'flows/solvers/step-times.ts, logitTimes: const sigmoid = (x: number) => 1 / (1 + Math.exp([-x → x]));':
    'the mirrored sigmoid gives the same share of its own range',
  'flows/training/accumulate.ts, partOf: const length = (examples.shape[0] ?? [0 → 1]) / count;':
    'a part of one example is no whole number either: there are two parts or more',
  'flows/training/adam.ts, decayedAdam: kept: [1 → 2],':
    'without decay nobody reads it, with decay it is replaced',
  'flows/training/minimise.ts, remember: if (product [> → >=] Number.EPSILON * dot(y, y)) pairs.push({ s, y, product });':
    'both are 0 where y is; such a pair leads nowhere, and is forgotten at the next step',
  'flows/training/schedules.ts, warmUp: return (step) => (step [< → <=] steps ? (followedBy(0) * (step + 1)) / (steps + 1) : followedBy(step - steps));':
    'at the last step of the climb both formulas are followedBy(0)',
  'flows/training/wolfe-step.ts, wolfeStep: const isBehind = middle.slope * (high.length - low.length) [>= → >] 0;':
    'where the slope is 0, the search has ended',
  'flows/training/wolfe-step.ts, wolfeStep: const isBehind = middle.slope [* → /] (high.length - low.length) >= 0;':
    'a quotient has the sign of the product',
  'flows/training/wolfe-step.ts, between: const isUsable = share [> → >=] 0.1 && share < 0.9;':
    'at a tenth of the way either will do',
  'lib/linear-algebra/lu.ts, factorInPlace: for (let i = column + 1; i [< → <=] n; i++) {':
    'beyond the last row, nothing is written',
  'lib/linear-algebra/lu.ts, largestBelow: for (let i = column + 1; i [< → <=] n; i++) {':
    'beyond the last row, no number is larger',
  'lib/linear-algebra/triangular.ts, solveTriangle: for (let step = 0; step [< → <=] n; step++) {':
    'the row beyond the last is written nowhere',
  'lib/matmul/operands.ts, worthSetting: const worthSetting = [32 → 33];': 'a matter of speed',
  'lib/matmul/operands.ts, layoutOf: const isByColumn = rowStride === 1 && (columnStride !== 1 [|| → &&] columns === 1);':
    'a matter of speed: either layout holds the matrix',
  'lib/matmul/operands.ts, layoutOf: const isByColumn = rowStride === 1 && (columnStride [!== → ===] 1 || columns === 1);':
    'a matter of speed: either layout holds the matrix',
  'lib/matmul/operands.ts, padLines: const isUnfortunate = (length * bytes) % (isByColumn ? [1024 → 1025] : 4096) === 0;':
    'a matter of speed: lines may lie at any distance',
  'lib/matmul/operands.ts, isGapless: return (layout.length === 1 [|| → &&] along === 1) && (layout.lines === 1 || across === layout.length);':
    'a matter of speed: where it is false, the matrix is copied line by line',
  'lib/matmul/operands.ts, isGapless: return (layout.length === 1 || along === 1) && (layout.lines === 1 [|| → &&] across === layout.length);':
    'a matter of speed: where it is false, the matrix is copied line by line',
  'lib/matmul/operands.ts, copyLine: if (stride === 1 && toStride === 1 && length [>= → >] worthSetting) {':
    'a matter of speed',
  'lib/matmul/tiled.ts, blockA: const blockA = new Float64Array(0x8000 + tileRows [* → /] 0x200);':
    'a matter of speed: only then does V8 see that no index leaves the block',
  'lib/matmul/tiled.ts, blockB: const blockB = new Float64Array(0x20000 + tileColumns * [0x200 → 513]);':
    'one more number, which nobody reads',
  'lib/matmul/vector.ts, matrixTimesVector: if (Math.abs(columnStride) [<= → <] Math.abs(rowStride)) {':
    'both loops add the same terms in the same order',
  'lib/matmul/vector.ts, matrixTimesVector: for (let i = 0; i [< → <=] rows; i++) {':
    'the number beyond the last is the first one of the next matrix, which is written again',
  'lib/matmul/vector.ts, matrixTimesVector: for (let i = 0; i [< → <=] rows; i++, at += rowStride)':
    'the sum beyond the last is written nowhere',
  "lib/random/distributions.ts, intervalOf: const step = Math.max(Math.abs(end) * half * (1 + [2 → 3] * half), dtype === 'float32' ? 2 ** -149 : 5e-324);":
    'anything a little above half a unit is rounded to a whole one',
  'lib/random/integers.ts, randint: for (let i = 0; i [< → <=] words.length / 2; i++) {':
    'what is drawn for a key beyond the last is written nowhere',
  'lib/random/integers.ts, randint: for (let i = 0; i < words.length [/ → *] 2; i++) {':
    'what is drawn for keys beyond the last is written nowhere',
  'lib/random/integers.ts, sortingRounds: return Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 [- → +] 1));':
    'no whole number lies between (2³² − 1)^(k/3) and (2³² + 1)^(k/3)',
  'lib/random/integers.ts, orderOf: const children = randomBlocks(next, [2 → 3]);':
    'a new key depends on its place, not on how many are made',
  'lib/random/integers.ts, orderOf: next = children.subarray(0, [2 → 3]);':
    'a third word is half a key, whose draws nobody reads',
  'lib/reduce/extrema.ts, maxLoop: for (let k = 0; k [< → <=] after; k++) {':
    'the number beyond the last is the first one of the next row, which is written again',
  'lib/reduce/extrema.ts, minLoop: for (let k = 0; k [< → <=] after; k++) {':
    'the number beyond the last is the first one of the next row, which is written again',
  'lib/reduce/extrema.ts, argLoop: for (let k = 0; k [< → <=] after; k++) {':
    'the number beyond the last is the first one of the next row, which is written again',
  'lib/reduce/products.ts, productLoop: for (let i = 0; i [< → <=] before; i++) {':
    'products beyond the last are written nowhere',
  'lib/reduce/products.ts, productLoop: for (let k = 0; k [< → <=] after; k++) {':
    'the number beyond the last is the first one of the next row, which is written again',
  'lib/reduce/products.ts, cumulativeSumLoop: for (let j = 0; j [< → <=] length; j++) {':
    'the number beyond the last is the first one of the next row, which is written again',
  'lib/reduce/sum.ts, sumOfRepeated: const isRepeated = (axis: number) => a.stride[axis] === 0 && (a.shape[axis] as number) > [1 → 2];':
    'x + x and 2·x have the same bits',
  'lib/reduce/sum.ts, sumOfRepeated: axes.every((axis) => shape[axis] [=== → !==] 1) && flat(once).every((x) => Object.is(Math.fround(x), x));':
    'a small array is copied, and has the same sum: see `sumOfRepeated`',
  'lib/reduce/sum.ts, sumEachRow: if (length [<= → <] block) {':
    'a row of 128 numbers is one block either way',
  'lib/sorting.ts, sortByDigits: for (let shift = 0; shift < [32 → 33]; shift += digitBits) {':
    'the shifts are 0, 11 and 22; the next would be 33, below neither limit',
};
