/**
 * What `npm run bench:step` measures, as we compute it. The peers in `spec/bench/peers` compute the same from
 * the same arrays.
 */
import {
  logSoftmax,
  mapTree,
  oneHot,
  random,
  scan,
  type Tensor,
  tanh,
  valueAndGrad,
  zeros,
} from '../../../autograd/index.ts';
import { adam, meanFlowLoss, mlpVelocityNetwork, odeSolve, sampleTimes } from '../../../flows/index.ts';

/** A program whose steps we measure. */
export interface Problem<S = unknown, D = unknown> {
  /** Of the matrix products of one step, with a jvp for every row; two for each multiply-add. */
  readonly flops: number;
  /** What a peer starts from, in the order of the leaves: parameters, then data. */
  readonly arrays: readonly [parameters: unknown, data: D];
  /** What steps change. */
  readonly state: S;
  /** One step. Peers must agree on the mean square of its result, step after step. */
  update(state: S, data: D): readonly [state: S, result: Tensor];
  /** The data of a step, with what the step draws itself. */
  draw(key: random.Key, data: D): D;
}

/** Which problem, and how large. */
export interface Setting {
  readonly problem: keyof typeof makers;
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether MeanFlow takes the derivative at every sample, as its peers do, or only where r ≠ t. */
  readonly everySample?: boolean;
}

/** The problem of that setting; the same arrays whenever it is called. */
export function problemOf({ problem, sizes, everySample = false }: Setting): Problem {
  // Nobody else looks into its state and data.
  return makers[problem](sizes as Record<Size, number>, everySample) as unknown as Problem;
}

type Size = 'features' | 'hidden' | 'layers' | 'batch' | 'steps' | 'classes' | 'last';
type Sizes = Readonly<Record<Size, number>>;

const makers = { meanFlow, softmax, sampler, rnn };

/** A training step of MeanFlow with Adam, which draws its times and its noise. */
function meanFlow({ features, hidden, layers, batch }: Sizes, everySample: boolean) {
  const { network, parameters } = startedNetwork({ features, hidden, layers });
  const timesOf = (key: random.Key) => sampleTimes(key, batch, { instantsFirst: true });
  const instantCount = everySample ? 0 : timesOf(random.key(0)).instantCount;
  const loss = (p: typeof parameters, { x: data, ...drawn }: Drawn) => {
    const batch = { data, ...drawn, instantCount };
    return meanFlowLoss((z, r, t) => network.apply(p, z, r, t), batch, { gamma: 0.5 }).loss;
  };
  const draw = (key: random.Key, x: Tensor): Drawn => {
    const [first, second] = random.split(key);
    const { r, t } = timesOf(second);
    return { x, noise: random.normal(first, [batch, features]), r, t };
  };
  const data = draw(random.key(1), normal(2, [batch, features]));
  const optimizer = adam();
  return problem({
    // A layer takes one product for its value, one for its tangent, two for gradients. The first layer needs
    // no gradient of its input.
    flops: 2 * batch * hidden * (3 * (features + 2) + 4 * layers * hidden + 4 * features),
    arrays: [parameters, data],
    state: { parameters, moments: optimizer.initialise(parameters) },
    update({ parameters, moments }, drawn) {
      const [value, gradients] = valueAndGrad(loss)(parameters, drawn);
      const [next, nextMoments] = optimizer.update(gradients, moments, parameters, 1e-3);
      return [{ parameters: next, moments: nextMoments }, value];
    },
    draw: (key, { x }) => draw(key, x),
  });
}

interface Drawn {
  readonly x: Tensor;
  readonly noise: Tensor;
  readonly r: Tensor;
  readonly t: Tensor;
}

/** A network of the bare times. It usually starts as zero; here not, so that a check sees its layers. */
function startedNetwork(sizes: Pick<Sizes, 'features' | 'hidden' | 'layers'>) {
  const network = mlpVelocityNetwork({ ...sizes, frequencies: 0 });
  const { output, ...rest } = network.initialise(random.key(0));
  const w = normal(3, output.w.shape, sizes.hidden ** -0.5);
  return { network, parameters: { ...rest, output: { ...output, w } } };
}

/** A step of gradient descent on the cross-entropy of softmax regression. */
function softmax({ features, classes, batch }: Sizes) {
  const parameters = { w: zeros([features, classes]), b: zeros([classes]) };
  const data = {
    x: normal(2, [batch, features]),
    targets: oneHot(random.randint(random.key(3), [batch], 0, classes), classes),
  };
  const loss = ({ w, b }: typeof parameters, { x, targets }: typeof data) =>
    logSoftmax(x.matmul(w).add(b)).multiply(targets).sum({ axes: 1 }).mean().negate();
  return descent(loss, parameters, data, 2 * batch * features * classes * 2);
}

/** Euler's method from noise, with the network as velocity. */
function sampler({ features, hidden, layers, batch, steps }: Sizes) {
  const { network, parameters } = startedNetwork({ features, hidden, layers });
  const data = { noise: normal(2, [batch, features]) };
  return problem({
    flops: steps * 2 * batch * hidden * (features + 2 + layers * hidden + features),
    arrays: [parameters, data],
    state: parameters,
    update(parameters, { noise }) {
      const velocity = (x: Tensor, t: Tensor) => network.apply(parameters, x, t, t);
      return [parameters, odeSolve(velocity, noise, { from: 0, to: 1, steps, method: 'euler' }).x];
    },
    draw: (_, data) => data,
  });
}

/**
 * A step of gradient descent on a recurrent network's error: at each state, or at the last one alone. Then
 * the gradient vanishes from step to step. Its subnormal numbers make each operation many times slower,
 * except for JAX, which takes them for zeros.
 */
function rnn({ hidden, batch, steps, last }: Sizes) {
  const parameters = {
    inputs: normal(3, [hidden, hidden], hidden ** -0.5),
    states: normal(4, [hidden, hidden], hidden ** -0.5),
    b: zeros([hidden]),
  };
  const data = { xs: normal(2, [steps, batch, hidden]), target: normal(5, [batch, hidden]) };
  const loss = ({ inputs, states, b }: typeof parameters, { xs, target }: typeof data) => {
    const next = (h: Tensor, x: Tensor) => tanh(x.add(h.matmul(states)));
    const step = (h: Tensor, x: Tensor): [Tensor, Tensor] => {
      const state = next(h, x);
      return [state, state];
    };
    const [end, all] = scan(step, zeros([batch, hidden]), xs.matmul(inputs).add(b));
    return (last ? end : all).subtract(target).square().mean();
  };
  return descent(loss, parameters, data, steps * 2 * batch * hidden * hidden * 5);
}

/** Gradient descent at rate 0.1. */
function descent<P, D>(loss: (parameters: P, data: D) => Tensor, parameters: P, data: D, flops: number) {
  const step = (parameter: Tensor, gradient: Tensor) => parameter.subtract(gradient.multiply(0.1));
  return problem<P, D>({
    flops,
    arrays: [parameters, data],
    state: parameters,
    update(parameters, data) {
      const [value, gradients] = valueAndGrad(loss)(parameters, data);
      return [mapTree(step as never, parameters, gradients) as P, value];
    },
    draw: (_, data) => data,
  });
}

function problem<S, D>(made: Problem<S, D>): Problem<S, D> {
  return made;
}

function normal(name: number, shape: readonly number[], deviation = 1): Tensor {
  return random.normal(random.key(name), shape).multiply(deviation);
}
