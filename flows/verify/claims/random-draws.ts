/** What training draws: the times r and t, and the labels that it drops. */
import { equal, erfc, full, random, type Tensor } from '../../../autograd/index.ts';
import { dropLabels, sampleTimes } from '../../losses/index.ts';
import type { Claim, Measurement } from '../claim.ts';
import { float64 } from '../numerics.ts';

const part = 'MeanFlow: what training draws';
const count = 400_000;
const [mean, deviation, differentShare] = [-0.7, 1.6, 0.4];

/** P(one draw ≤ t) = Φ((logit t − μ)/s). */
function oneDraw(t: number, mu: number, s: number): number {
  const z = (Math.log(t / (1 - t)) - mu) / s;
  return erfc(float64(-z / Math.SQRT2)).item() / 2;
}

/**
 * The frequencies of {r ≤ a, t ≤ b} among samples with r ≠ t, and of {t ≤ b} among the others, against
 * P(r ≤ a, t ≤ b) = F(b)² − (F(b) − F(a))² and F(b)²: the largest difference over a grid of a ≤ b.
 */
export function timesDrawn(mu = mean, s = deviation): Measurement {
  const { r, t } = sampleTimes(random.key(50), count, { mean, deviation, differentShare, dtype: 'float64' });
  const places = [0.05, 0.15, 0.3, 0.5, 0.7, 0.9];
  const [early, late] = [r.toTypedArray(), t.toTypedArray()];
  const isSame = early.map((time, i) => Number(time === late[i]));
  const shareOf = (same: 0 | 1, a: number, b: number) => {
    let [inside, all] = [0, 0];
    for (let i = 0; i < count; i++) {
      if (isSame[i] !== same) continue;
      all++;
      if ((early[i] as number) <= a && (late[i] as number) <= b) inside++;
    }
    return inside / all;
  };
  const gaps = places.flatMap((b) => {
    const upTo = oneDraw(b, mu, s);
    const between = places
      .filter((a) => a <= b)
      .map((a) => shareOf(0, a, b) - (upTo ** 2 - (upTo - oneDraw(a, mu, s)) ** 2));
    return [shareOf(1, b, b) - upTo ** 2, ...between];
  });
  return {
    residual: Math.max(...gaps.map(Math.abs)),
    detail: `${count.toLocaleString('en')} draws, μ = ${mean}, s = ${deviation}`,
  };
}

/** The shares of r ≠ t and of r = 0 are exact, not drawn: ⌊n·share⌉ of n. */
export function sharesDrawn(wanted: readonly [number, number] = [0.4, 0.25]): number {
  const n = 10_007;
  const { r, t } = sampleTimes(random.key(51), n, { differentShare: 0.4, zeroShare: 0.25 });
  const zero = frequency(equal(r, 0));
  const same = frequency(equal(r, t));
  const [different, ofZero] = wanted.map((share) => Math.round(n * share) / n) as [number, number];
  return Math.max(Math.abs(1 - same - ofZero - different), Math.abs(zero - ofZero));
}

/** The share of dropped labels of each class, against the one asked for; and the others are as they were. */
export function labelsDrawn(share = 0.1): Measurement {
  const labels = random.randint(random.key(52), [count], 0, 4);
  const dropped = dropLabels(random.key(53), labels, 0.1, 4);
  const isDropped = equal(dropped, 4);
  const shares = [0, 1, 2, 3].map(
    (c) => frequency(isDropped.logicalAnd(equal(labels, c))) / frequency(equal(labels, c)),
  );
  const kept = frequency(equal(dropped, labels));
  const ends = [0, 1].map((all) => {
    const none = dropLabels(random.key(54), full([1000], 2, { dtype: 'int32' }), all, 4);
    return Math.abs(frequency(equal(none, 4)) - all);
  });
  return {
    residual: Math.max(
      ...shares.map((found) => Math.abs(found - share)),
      Math.abs(kept + frequency(isDropped) - 1),
      ...ends,
    ),
    detail: `shares ${shares.map((found) => found.toFixed(4)).join(', ')} of four classes`,
  };
}

function frequency(event: Tensor): number {
  return event.cast('float64').mean().item();
}

export const drawClaims: readonly Claim[] = [
  {
    id: 'draws.times',
    part,
    claim: 'The times that training draws',
    equation: 'P(r ≤ a, t ≤ b) = F(b)² − (F(b) − F(a))²,  F(t) = Φ((logit t − μ)/s)',
    compared: 'Frequencies at 21 pairs (a, b) where r ≠ t, and P(t ≤ b) = F(b)² where r = t',
    bound: 'at most',
    tolerance: 0.04,
    measure: () => timesDrawn(),
  },
  {
    id: 'draws.shares',
    part,
    claim: 'The shares of r ≠ t and of r = 0 are exact',
    equation: '⌊n·share⌉ of n samples',
    compared: 'Counts of 10,007 samples, shares 0.4 and 0.25',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => sharesDrawn(),
  },
  {
    id: 'draws.labels',
    part,
    claim: 'Labels are dropped with one probability, whatever the class',
    equation: 'P(∅ | c) = share;  share 0 drops none, share 1 all',
    compared: 'Frequencies in four classes, share 0.1; the labels that are kept',
    bound: 'at most',
    tolerance: 0.02,
    measure: () => labelsDrawn(),
  },
];
