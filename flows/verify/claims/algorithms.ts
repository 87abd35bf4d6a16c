/**
 * The losses as their algorithms say, typed out with jvp and stopGradient alone, against the library's: value
 * and gradient. The network has learned nothing. It depends on r, on the label and on all else, so that
 * nothing may be left out or exchanged.
 */
import {
  equal,
  full,
  grad,
  jvp,
  minimum,
  random,
  stopGradient,
  subtract,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  where,
} from '../../../autograd/index.ts';
import {
  consistencyFlowMatchingLoss,
  type Guidance,
  improvedMeanFlowLoss,
  meanFlowError,
  meanFlowLoss,
} from '../../losses/index.ts';
import type { Dense } from '../../networks/index.ts';
import {
  type AverageVelocity,
  type ConditionalAverageVelocity,
  dataToNoise,
  noiseToData,
} from '../../time.ts';
import type { Claim } from '../claim.ts';
import { parameterCount, smallNetwork, somePoints } from '../examples.ts';
import { networkAverageVelocity } from '../integrals.ts';
import { largest, norm, relativeDistance } from '../numerics.ts';

const part = 'The losses, typed out';
const nullClass = 2;
const guidance: Required<Guidance> = { scale: 2.5, mixing: 0.3, interval: [0.3, 0.8], nullClass };

/**
 * z_t with its velocity v = e − x, times r ≤ t (a quarter are equal, one is 0), and labels 0, 1 and ∅ = 2.
 */
function someBatch(count = 60) {
  const [first, second] = [8, 9].map((seed) =>
    random.uniform(random.key(seed), [count, 1], { dtype: 'float64', high: 0.5 }),
  ) as [Tensor, Tensor];
  const [data, noise] = [somePoints(18, count, 2), somePoints(19, count, 2)];
  const unless = (zero: (i: number) => boolean) =>
    tensor(Array.from({ length: count }, (_, i) => [zero(i) ? 0 : 1])).cast('float64');
  const r = first.multiply(unless((i) => i === 0));
  const t = r.add(second.multiply(unless((i) => i % 4 === 0)));
  const labels = tensor(
    Array.from({ length: count }, (_, i) => i % 3),
    { dtype: 'int32' },
  );
  const z = subtract(1, t).multiply(data).add(t.multiply(noise));
  return { data, noise, r, t, labels, z, v: noise.subtract(data) };
}

/** u_θ(z, r, t | c): the small network, at a place that the label shifts. */
function labelled(p: readonly Dense[]): ConditionalAverageVelocity {
  const network = networkAverageVelocity(2)(p);
  return (z, r, t, labels) => network(z.add(labels.cast('float64').multiply(0.4).reshape([-1, 1])), r, t);
}

/** ‖∇‖ and value of two losses of the small network's parameters, at one θ: their relative distance. */
function apart(library: (p: Dense[]) => Tensor, typed: (p: Dense[]) => Tensor): number {
  const theta = smallNetwork(2, 2).initialise(random.key(7));
  const [a, b] = [library, typed].map((loss) => valueAndGrad(loss)(theta)) as [
    [Tensor, Dense[]],
    [Tensor, Dense[]],
  ];
  return Math.max(relativeDistance(a[0], b[0]), relativeDistance(a[1], b[1]));
}

/** mean(sg(1/(‖Δ‖² + c)^(1−γ))·‖Δ‖²). */
function adaptive(delta: Tensor, gamma: number, c: number): Tensor {
  const squares = delta.square().sum({ axes: 1 });
  return stopGradient(squares.add(c).power(gamma - 1))
    .multiply(squares)
    .mean();
}

/** What a mistake changes in the typed algorithm. */
export interface Mistake {
  /** The velocity of the model that guidance mixes in; right is u(z, t, t | c). */
  readonly instant?: (u: ConditionalAverageVelocity) => ConditionalAverageVelocity;
  /** How often to guide; right is once. */
  readonly times?: number;
  /** What stops the gradient of ṽ; right is stopGradient. */
  readonly stop?: (v: Tensor) => Tensor;
  readonly labels?: (labels: Tensor) => Tensor;
  readonly weight?: readonly [gamma: number, c: number];
}

/** The note's "CFG Training", with κ, an interval and dropped labels, against `meanFlowLoss`. */
export function guidedTraining(mistake: Mistake = {}): number {
  const { instant = (u) => u, times = 1, stop = stopGradient, labels: told = (c) => c } = mistake;
  const { z, v, labels, r, t, data, noise } = someBatch();
  const given = told(labels);
  const column = given.reshape([-1, 1]);
  const inside = t.greaterEqual(guidance.interval[0]).logicalAnd(t.lessEqual(guidance.interval[1]));
  const guided = inside.logicalAnd(equal(column, nullClass).logicalNot());
  const { scale: w, mixing: kappa } = guidance;
  const typed = (p: Dense[]) => {
    const u = labelled(p);
    const at = instant(u);
    const none = at(z, t, t, full(given.shape, nullClass, { dtype: 'int32' })).multiply(1 - w - kappa);
    const own = at(z, t, t, given).multiply(kappa);
    let mixed = v;
    for (let i = 0; i < times; i++) mixed = where(guided, mixed.multiply(w).add(own).add(none), mixed);
    const velocity = stop(mixed);
    const fn = (...point: [Tensor, Tensor, Tensor]) => u(...point, given);
    const [average, dudt] = jvp(fn, [z, r, t], [velocity, 0, 1]);
    const target = velocity.subtract(t.subtract(r).multiply(stopGradient(dudt)));
    return adaptive(average.subtract(target), 0.7, 1e-2);
  };
  return apart(
    (p) => meanFlowLoss(labelled(p), { data, noise, r, t, labels }, { gamma: 0.7, c: 1e-2, guidance }).loss,
    typed,
  );
}

/** Improved MeanFlow without and with a head, against `improvedMeanFlowLoss`. `tangentOf` is u(z, t, t). */
export function improvedTraining(
  tangentOf = (own: Tensor, _v: Tensor): Tensor => own,
  stop: (dudt: Tensor) => Tensor = stopGradient,
): number {
  const { z, v, r, t, data, noise } = someBatch();
  const batch = { data, noise, r, t };
  const headOf = (p: Dense[]) => (at: Tensor, time: Tensor) =>
    networkAverageVelocity(2)(p)(at.multiply(0.5), time, time);
  const deltaOf = (u: AverageVelocity, own: Tensor) => {
    const [average, dudt] = jvp(u, [z, r, t], [stopGradient(tangentOf(own, v)), 0, 1]);
    return average.add(t.subtract(r).multiply(stop(dudt))).subtract(v);
  };
  const plain = apart(
    (p) => improvedMeanFlowLoss(networkAverageVelocity(2)(p), batch, { gamma: 0.7, c: 1e-2 }).loss,
    (p) => {
      const u = networkAverageVelocity(2)(p);
      return adaptive(deltaOf(u, u(z, t, t)), 0.7, 1e-2);
    },
  );
  const withHead = apart(
    (p) => {
      const options = { gamma: 0.7, c: 1e-2, velocityHead: dataToNoise(headOf(p)) };
      return improvedMeanFlowLoss(networkAverageVelocity(2)(p), batch, options).loss;
    },
    (p) => {
      const own = headOf(p)(z, t);
      return adaptive(deltaOf(networkAverageVelocity(2)(p), own), 0.7, 1e-2).add(
        adaptive(own.subtract(v), 0.7, 1e-2),
      );
    },
  );
  return Math.max(plain, withHead);
}

/** Consistency flow matching in segments, against `consistencyFlowMatchingLoss`. */
export function consistencyTraining(segments = 3, stop: (x: Tensor) => Tensor = stopGradient): number {
  const { data: x1, noise: x0, t } = someBatch();
  const [step, alpha] = [0.2, 0.5];
  const velocityOf = (p: Dense[]) => noiseToData((x, time) => networkAverageVelocity(2)(p)(x, time, time));
  const end = t.multiply(segments).add(1).floor().divide(segments);
  const ends = (p: Dense[], time: Tensor) => {
    const x = x0.add(time.multiply(x1.subtract(x0)));
    const v = velocityOf(p)(x, time);
    return { v, f: x.add(end.subtract(time).multiply(v)) };
  };
  const meanSquare = (a: Tensor, b: Tensor) => a.subtract(stop(b)).square().sum({ axes: 1 }).mean();
  return apart(
    (p) => consistencyFlowMatchingLoss(velocityOf(p), { x0, x1, t }, { step, alpha, segments: 3 }).loss,
    (p) => {
      const [here, there] = [ends(p, t), ends(p, minimum(t.add(step), end))];
      return meanSquare(here.f, there.f).add(meanSquare(here.v, there.v).multiply(alpha));
    },
  );
}

/** The raw error is the mean of ‖Δ‖², without a weight and without a gradient; of both losses. */
export function rawErrors(gamma = 1): number {
  const { z, v, r, t, data, noise } = someBatch();
  const losses = [meanFlowLoss, improvedMeanFlowLoss] as const;
  return Math.max(
    ...losses.map((loss, improved) => {
      const theta = smallNetwork(2, 2).initialise(random.key(7));
      const rawOf = (p: Dense[]) =>
        loss(networkAverageVelocity(2)(p), { data, noise, r, t }, { c: 0.1 }).rawError;
      const u = networkAverageVelocity(2)(theta);
      const tangent = improved ? u(z, t, t) : v;
      const [average, dudt] = jvp(u, [z, r, t], [tangent, 0, 1]);
      const typed = adaptive(average.add(t.subtract(r).multiply(dudt)).subtract(v), gamma, 0.1);
      const gradient = grad((p: Dense[]) => rawOf(p))(theta);
      return Math.max(relativeDistance(rawOf(theta), typed), norm(gradient));
    }),
  );
}

/** Without options the weight has γ = ½ and c = 10⁻³, in both losses. */
export function defaults([gamma, c]: readonly [number, number] = [0.5, 1e-3]): number {
  const { data, noise, r, t } = someBatch();
  const losses = [meanFlowLoss, improvedMeanFlowLoss] as const;
  return Math.max(
    ...losses.map((loss) => {
      // Errors of the size of c, where c shows most
      const u = (p: Dense[]): AverageVelocity => {
        const network = networkAverageVelocity(2)(p);
        return (z, from, to) => network(z, from, to).multiply(0.03).add(noise.subtract(data));
      };
      return apart(
        (p) => loss(u(p), { data, noise, r, t }).loss,
        (p) => loss(u(p), { data, noise, r, t }, { gamma, c }).loss,
      );
    }),
  );
}

/** ∇‖Δ‖² has no part from v, even if v itself depends on θ: v is the target, and the seed of the tangent. */
export function stoppedVelocity(errorOf = meanFlowError): number {
  const { z, r, t } = someBatch();
  const theta = smallNetwork(2, 2).initialise(random.key(7));
  const deltaOf = (p: Dense[]) => {
    const network = networkAverageVelocity(2)(p);
    return errorOf(network, { z, v: network(z.multiply(0.7), t, t), r, t });
  };
  const [, pullback] = vjp((p: Dense[]) => networkAverageVelocity(2)(p)(z, r, t), [theta]);
  const [expected] = pullback(deltaOf(theta).multiply(2));
  return relativeDistance(grad((p: Dense[]) => deltaOf(p).square().sum())(theta), expected);
}

/**
 * With `constantTangent`, jvp's tangent is a constant of the enclosing gradient, for a function of many
 * operations. Returns its gradient relative to that of the usual tangent, or the error of its value.
 */
export function constantTangent(constant = true): number {
  const x = somePoints(40, 12, 3);
  const seed = somePoints(41, 12, 3);
  const theta = somePoints(42, 3, 3).multiply(0.6);
  const tangentOf = (p: Tensor, options?: { readonly constantTangent: boolean }) =>
    jvp((y: Tensor) => manyOperations(y, p), [x], [seed.multiply(p.sum())], options)[1];
  const gradientOf = (options?: { readonly constantTangent: boolean }) =>
    grad((p: Tensor) => tangentOf(p, options).square().sum())(theta);
  return Math.max(
    largest(gradientOf({ constantTangent: constant })) / largest(gradientOf()),
    relativeDistance(tangentOf(theta, { constantTangent: constant }), tangentOf(theta)),
  );
}

/** A smooth function that uses a rule of each kind: of one operand, of two, of axes, of indices. */
function manyOperations(x: Tensor, p: Tensor): Tensor {
  const y = x
    .matmul(p)
    .tanh()
    .add(x.multiply(p.slice([0])).sin());
  const bounded = y.exp().divide(y.square().add(1)).add(y.sigmoid().log());
  const centred = bounded.subtract(bounded.mean({ axes: 1, keepDims: true }));
  const chosen = where(centred.greater(0), centred.power(2), centred.multiply(p.slice([1])).erf());
  const rolled = chosen.slice([null, [0, 2]]).multiply(chosen.slice([null, [1, 3]]));
  return rolled
    .sum({ axes: 1, keepDims: true })
    .multiply(chosen.transpose().matmul(chosen).sum({ axes: 1 }))
    .add(chosen.maximum(y.cos()).softplus());
}

export const algorithmClaims: readonly Claim[] = [
  {
    id: 'algorithm.guided',
    part,
    claim: 'MeanFlow with labels and guidance',
    equation: 'ṽ = sg(w·v_t + κ·u(z,t,t|c) + (1−w−κ)·u(z,t,t|∅));  Δ = u − sg(ṽ − (t−r)·jvp(u, (ṽ,0,1)))',
    compared: `Loss and gradient of meanFlowLoss in ${parameterCount(2, 2)} parameters: w = 2.5, κ = 0.3, an interval, a third of the labels ∅, γ = 0.7; d = 2`,
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => guidedTraining(),
  },
  {
    id: 'algorithm.improved',
    part,
    claim: 'Improved MeanFlow: its own velocity is the tangent',
    equation: 'Δ = u + (t−r)·sg(jvp(u, (sg v_θ, 0, 1))) − v_t,  v_θ = u(z, t, t) or a head',
    compared: 'Loss and gradient of improvedMeanFlowLoss, without and with a head, γ = 0.7; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => improvedTraining(),
  },
  {
    id: 'algorithm.consistency',
    part,
    claim: 'Consistency flow matching, in segments',
    equation: '‖f(t, x_t) − sg f(t′, x_{t′})‖² + α‖v(t, x_t) − sg v(t′, x_{t′})‖²,  t′ = min(t + Δt, T)',
    compared: 'Loss and gradient for three segments, Δt = 0.2, α = 0.5; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => consistencyTraining(),
  },
  {
    id: 'algorithm.raw',
    part,
    claim: 'The raw error has no weight and no gradient',
    equation: 'rawError = E‖Δ‖²',
    compared: 'Of MeanFlow and improved MeanFlow, c = 0.1, and the mean of squares; its gradient (0)',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => rawErrors(),
  },
  {
    id: 'algorithm.defaults',
    part,
    claim: 'Without options γ = ½ and c = 10⁻³',
    equation: 'ω = 1/(‖Δ‖² + 10⁻³)^(1/2)',
    compared:
      'Loss and gradient without options, and with these; MeanFlow and improved, at errors of the size of c',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => defaults(),
  },
  {
    id: 'algorithm.stopped',
    part,
    claim: 'Nothing flows through a velocity that depends on θ',
    equation: '∇_θ‖u_θ − sg(v_θ − (t−r)·jvp(u_θ, (v_θ, 0, 1)))‖² = 2·(∂u_θ/∂θ)ᵀΔ',
    compared:
      'The gradient of meanFlowError with v_θ as target and as seed, and one pullback of u alone; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => stoppedVelocity(),
  },
  {
    id: 'algorithm.tangent',
    part,
    claim: 'A constant tangent is constant through every rule',
    equation: '∇_θ jvp(f_θ, x, s_θ) = 0, held constant',
    compared:
      'Its gradient, relative to that of the usual tangent, for a function of twenty operations; and its value',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => constantTangent(),
  },
];
