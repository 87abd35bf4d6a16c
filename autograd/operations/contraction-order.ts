/**
 * In which order to contract many tensors: the least work of all orders for a few, a greedy choice for more.
 */

/** The letters of a tensor's axes. */
type Labels = string;

/** Two terms that become one. The operands are terms 0, 1, …; each step's result is the next term. */
export type Contraction = readonly [first: number, second: number];

/** For so many operands we try every order: 3⁸ pairs of sets. */
const mostTried = 8;

/**
 * An order of contraction for einsum. The work of one contraction is the number of its multiplications: the
 * product of the lengths of all its letters. Two operands keep their order.
 *
 * Source: Smith and Gray, "opt_einsum" (2018).
 * @example contractionOrder(['ij', 'kl', 'jk'], 'il', () => 96); // [[0, 2], [1, 3]]
 */
export function contractionOrder(
  terms: readonly Labels[],
  output: Labels,
  lengthOf: (label: string) => number,
): readonly Contraction[] {
  const sizeOf = (labels: Labels) => [...labels].reduce((size, label) => size * lengthOf(label), 1);
  return terms.length <= mostTried ? bestOrder(terms, output, sizeOf) : greedyOrder(terms, output, sizeOf);
}

/** How best to contract a set of operands: its work, the letters that are left, and the last two parts. */
interface Plan {
  readonly work: number;
  readonly labels: Labels;
  readonly parts?: readonly [number, number];
}

/** Dynamic programming over the sets of operands. A set is a number, whose bits are its operands. */
function bestOrder(
  terms: readonly Labels[],
  output: Labels,
  sizeOf: (labels: Labels) => number,
): readonly Contraction[] {
  const all = 2 ** terms.length - 1;
  const plans: Plan[] = [];
  for (let set = 1; set <= all; set++) {
    const outside = output + terms.filter((_, i) => (set & (1 << i)) === 0).join('');
    const own = terms.filter((_, i) => (set & (1 << i)) !== 0).join('');
    const labels = kept(own, outside);
    plans[set] = { work: 0, labels };
    if ((set & (set - 1)) === 0) continue;
    let best: Plan = { work: Infinity, labels };
    // The first part has the first operand, so that each pair of parts comes once.
    for (let first = (set - 1) & set; first > 0; first = (first - 1) & set) {
      if ((first & set & -set) === 0) continue;
      const [left, right] = [plans[first] as Plan, plans[set ^ first] as Plan];
      const work = left.work + right.work + sizeOf(kept(left.labels + right.labels));
      if (work < best.work || best.parts === undefined) best = { work, labels, parts: [first, set ^ first] };
    }
    plans[set] = best;
  }
  return stepsOf(plans, all, terms.length);
}

function stepsOf(plans: readonly Plan[], all: number, count: number): readonly Contraction[] {
  const steps: Contraction[] = [];
  const visit = (set: number): number => {
    const parts = plans[set]?.parts;
    if (parts === undefined) return Math.log2(set);
    const pair: Contraction = [visit(parts[0]), visit(parts[1])];
    return count + steps.push(pair) - 1;
  };
  if (count > 0) visit(all);
  return steps;
}

/**
 * The smallest term is contracted with the one that leaves the least more than there was, again and again:
 * as many choices as the square of the number of operands.
 */
function greedyOrder(
  terms: readonly Labels[],
  output: Labels,
  sizeOf: (labels: Labels) => number,
): readonly Contraction[] {
  const live = terms.map((labels, id) => ({ id, labels, size: sizeOf(kept(labels)) }));
  const uses = new Map<string, number>();
  const count = (labels: Labels, by: number) => {
    for (const label of new Set(labels)) uses.set(label, (uses.get(label) ?? 0) + by);
  };
  for (const { labels } of live) count(labels, 1);
  count(output, 1);
  const steps: Contraction[] = [];
  while (live.length > 1) {
    const smallest = live.reduce(
      (best, term, i) => (term.size < (live[best] as typeof term).size ? i : best),
      0,
    );
    const first = live.splice(smallest, 1)[0] as (typeof live)[number];
    const join = (other: Labels) => {
      const uniquely = (label: string) =>
        (first.labels.includes(label) ? 1 : 0) + (other.includes(label) ? 1 : 0);
      return [...kept(first.labels + other)]
        .filter((label) => (uses.get(label) ?? 0) > uniquely(label))
        .join('');
    };
    let [partner, least] = [0, Infinity];
    const growths = new Map<Labels, number>();
    live.forEach(({ labels, size }, i) => {
      const growth = growths.get(labels) ?? sizeOf(join(labels)) - size;
      growths.set(labels, growth);
      if (growth < least) [partner, least] = [i, growth];
    });
    const second = live.splice(partner, 1)[0] as (typeof live)[number];
    const labels = join(second.labels);
    count(first.labels, -1);
    count(second.labels, -1);
    count(labels, 1);
    steps.push(first.id < second.id ? [first.id, second.id] : [second.id, first.id]);
    live.push({ id: terms.length + steps.length - 1, labels, size: sizeOf(labels) });
  }
  return steps;
}

/** The letters, each once; of these the wanted ones, if there is a list. */
function kept(labels: Labels, wanted = labels): Labels {
  return [...new Set(labels)].filter((label) => wanted.includes(label)).join('');
}
