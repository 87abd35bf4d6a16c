/** The optimisers against PyTorch 2.13 and optax 0.2.8, in float64 (spec/golden). */
import { expect } from 'chai';
import {
  ArgumentError,
  add,
  arange,
  compile,
  concatenate,
  grad,
  jvp,
  multiply,
  power,
  ShapeError,
  square,
  sum,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import {
  adagrad,
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  clipByValue,
  frozen,
  lion,
  lookahead,
  momentum,
  nadam,
  nesterov,
  type Optimizer,
  type OptimizerState,
  partition,
  rmsProp,
  sgd,
} from '../../../flows/training/index.ts';
import optax from '../../golden/optax.json' with { type: 'json' };
import golden from '../../golden/optimizers.json' with { type: 'json' };
import { expectClose } from '../close.ts';

/** f(p) = Σ_i (i·p_i²/2 + 0.1·p_i⁴), i = 1 … 4: the function that PyTorch descended. */
function objective({ p }: { p: Tensor }): Tensor {
  const i = arange(1, 5, 1, { dtype: 'float64' });
  return sum(add(multiply(multiply(i, square(p)), 0.5), multiply(power(p, 4), 0.1)));
}

const cases: readonly [keyof typeof golden, Optimizer, number][] = [
  ['sgd', sgd(), 0.1],
  ['sgd_momentum', momentum({ momentum: 0.9 }), 0.05],
  ['sgd_nesterov', nesterov({ momentum: 0.9 }), 0.05],
  ['adam', adam(), 0.05],
  ['adam_b', adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }), 0.05],
  ['adamw', adamW({ weightDecay: 0.1 }), 0.05],
];

const casesOfOptax: readonly [Exclude<keyof typeof optax, 'schedules' | 'partition'>, Optimizer, number][] = [
  ['rmsprop', rmsProp(), 0.05],
  ['rmsprop_b', rmsProp({ decay: 0.99, epsilon: 1e-4 }), 0.05],
  ['adagrad', adagrad(), 0.5],
  ['adagrad_b', adagrad({ initialSum: 0, epsilon: 1e-3 }), 0.5],
  ['lion', lion(), 0.4],
  ['lion_b', lion({ beta1: 0.8, beta2: 0.95, weightDecay: 0.1 }), 0.3],
  ['nadam', nadam(), 0.05],
  ['nadam_b', nadam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }), 0.05],
  [
    'clip',
    chain(
      (g) => clipByValue(g, 0.5),
      (g) => clipByGlobalNorm(g, 0.8),
      momentum(),
    ),
    0.1,
  ],
  ['lookahead', lookahead(adam(), { period: 3, slowRate: 0.4 }), 0.05],
];

describe('optimisers', () => {
  for (const [name, optimizer, learningRate] of casesOfOptax) {
    it(`${name} makes optax's steps`, () => {
      const { x0, trajectory } = optax[name];
      let parameters = { p: tensor(x0, { dtype: 'float64' }) };
      let state = optimizer.initialise(parameters);
      for (const expected of trajectory) {
        [parameters, state] = optimizer.update(grad(objective)(parameters), state, parameters, learningRate);
        expectClose(parameters.p.toTypedArray(), expected, 1e-10);
      }
    });

    it(`${name} makes the same steps compiled`, () => {
      const step = compile((p: { p: Tensor }, state: OptimizerState<{ p: Tensor }>, rate: number) =>
        optimizer.update(grad(objective)(p), state, p, rate),
      );
      const parameters = { p: tensor(optax[name].x0, { dtype: 'float64' }) };
      let eager = optimizer.update(
        grad(objective)(parameters),
        optimizer.initialise(parameters),
        parameters,
        learningRate,
      );
      let compiled = step(parameters, optimizer.initialise(parameters), learningRate);
      for (let i = 0; i < 4; i++) {
        eager = optimizer.update(grad(objective)(eager[0]), eager[1], eager[0], learningRate);
        compiled = step(...compiled, learningRate);
      }
      expect(compiled[0].p.toArray()).to.deep.equal(eager[0].p.toArray());
    });
  }

  it('by groups of parameters make the steps of optax.multi_transform', () => {
    const { x0, trajectory } = optax.partition;
    const optimizer = partition((path) => (path === 'b.0' ? 'decayed' : 'plain'), {
      plain: sgd(),
      decayed: adamW({ weightDecay: 0.1 }),
    });
    const f64 = (list: readonly number[]) => tensor(list, { dtype: 'float64' });
    let parameters = { a: f64(x0.slice(2)), b: [f64(x0.slice(0, 2))] };
    let state = optimizer.initialise(parameters);
    const gradient = grad(({ a, b }: typeof parameters) =>
      objective({ p: concatenate([b[0] as Tensor, a]) }),
    );
    for (const expected of trajectory) {
      const { a, b } = gradient(parameters);
      [parameters, state] = optimizer.update({ b, a }, state, parameters, 0.05);
      const numbers = [...(parameters.b[0] as Tensor).toTypedArray(), ...parameters.a.toTypedArray()];
      expectClose(Float64Array.from(numbers), expected, 1e-10);
    }
    expect(state.step.item()).to.equal(6);
  });

  it('leave the parameters of a frozen group as they are, and name a group that has no optimiser', () => {
    const p = { encoder: tensor([1, 2]), head: tensor([3]) };
    const optimizer = partition((path) => (path === 'head' ? 'moving' : 'still'), {
      still: frozen(),
      moving: sgd(),
    });
    const [next] = optimizer.update(p, optimizer.initialise(p), p, 0.5);
    expect(next.encoder.toArray()).to.deep.equal([1, 2]);
    expect(next.head.toArray()).to.deep.equal([1.5]);
    expect(() => partition(() => 'x', { y: sgd() } as never).initialise(p)).to.throw(
      ArgumentError,
      "partition: there is no optimiser 'x' for the parameter 'encoder', only y",
    );
    expect(() => partition(() => 'x', {} as Record<'x', Optimizer>)).to.throw(ArgumentError, 'got none');
  });

  it('keep no moments that they do not need', () => {
    const p = tensor([1, 2]);
    const countOf = (optimizer: Optimizer) => optimizer.initialise(p).moments.length;
    expect([frozen(), sgd(), momentum(), lion(), adam()].map(countOf)).to.deep.equal([0, 0, 1, 1, 2]);
  });

  it('decay by 1 − λ·weightDecay where there is no gradient; the weightDecay is 0.01 by default', () => {
    const p = tensor([1], { dtype: 'float64' });
    for (const [optimizer, wanted] of [
      [adamW(), 0.999],
      [adamW({ weightDecay: 1 }), 0.9],
      [adamW({ weightDecay: 0 }), 1],
    ] as const) {
      const [next] = optimizer.update(p.multiply(0), optimizer.initialise(p), p, 0.1);
      expectClose(next.toTypedArray(), [wanted], 1e-15);
    }
  });

  it('lookahead goes back half of the way at each fifth step, unless told otherwise', () => {
    const optimizer = lookahead(sgd());
    let p = tensor([0], { dtype: 'float64' });
    let state = optimizer.initialise(p);
    const places = Array.from({ length: 7 }, () => {
      [p, state] = optimizer.update(tensor([-1], { dtype: 'float64' }), state, p, 1);
      return p.item();
    });
    expect(places).to.deep.equal([1, 2, 3, 4, 2.5, 3.5, 4.5]);
  });

  it('chain refuses what is no function, or no optimiser at the end', () => {
    expect(() => chain(adam() as never, adam())).to.throw(ArgumentError, 'chain: wanted functions of the');
    expect(() => chain(((g: unknown) => g) as never)).to.throw(ArgumentError, 'chain: wanted an optimiser');
    expect(() => clipByValue([1], 0)).to.throw(ArgumentError, 'clipByValue: wanted a bound above 0, got 0');
  });

  for (const [name, optimizer, learningRate] of cases) {
    it(`${name} makes PyTorch's six steps`, () => {
      const { x0, trajectory } = golden[name];
      let parameters = { p: tensor(x0, { dtype: 'float64' }) };
      let state = optimizer.initialise(parameters);
      for (const expected of trajectory) {
        [parameters, state] = optimizer.update(grad(objective)(parameters), state, parameters, learningRate);
        expectClose(parameters.p.toTypedArray(), expected, 1e-10);
      }
      expect(state.step.item()).to.equal(6);
    });
  }

  it('leave parameters, gradients and state as they were, so a step can be made again', () => {
    const optimizer = adam();
    const parameters = { layers: [{ w: tensor([1, -2]), b: tensor(3) }] };
    const gradients = { layers: [{ w: tensor([0.5, 0.25]), b: tensor(-1) }] };
    const state = optimizer.initialise(parameters);
    const first = optimizer.update(gradients, state, parameters, 0.1);
    const second = optimizer.update(gradients, state, parameters, 0.1);
    expect(parameters.layers[0]?.w.toArray()).to.deep.equal([1, -2]);
    expect(state.step.item()).to.equal(0);
    expect(first[0].layers[0]?.w.toArray()).to.deep.equal(second[0].layers[0]?.w.toArray());
    expect(first[0].layers[0]?.b.dtype).to.equal('float32');
  });

  it('can be differentiated: how an Adam step depends on the gradient and the parameters', () => {
    const optimizer = adamW({ weightDecay: 0.1 });
    const p = tensor([1, -2, 0.5], { dtype: 'float64' });
    const state = optimizer.update(
      [tensor([0.3, 0.1, -2], { dtype: 'float64' })],
      optimizer.initialise([p]),
      [p],
      0.1,
    )[1];
    const stepped = (g: Tensor) => optimizer.update([g], state, [multiply(g, p)], 0.1)[0][0] as Tensor;
    const [g, direction] = [
      tensor([0.5, 0.25, -1], { dtype: 'float64' }),
      tensor([1, -2, 3], { dtype: 'float64' }),
    ];
    const [value, tangent] = jvp(stepped, [g], [direction]);
    expect(value.toTypedArray()).to.deep.equal(stepped(g).toTypedArray());
    const h = 1e-6;
    const [up, down] = [h, -h].map((step) => stepped(add(g, multiply(direction, step))).toTypedArray());
    const quotient = Array.from(
      up as Float64Array,
      (value, i) => (value - ((down as Float64Array)[i] as number)) / (2 * h),
    );
    expectClose(tangent.toTypedArray(), quotient, 1e-8);
  });

  it('reject a decay outside [0, 1), an unknown option, a NaN learning rate, gradients of another tree', () => {
    expect(() => adam({ beta1: 1 })).to.throw(ArgumentError, 'adam: wanted 0 ≤ beta1 < 1, got 1');
    expect(() => momentum({ momentum: -0.1 })).to.throw(ArgumentError, 'momentum');
    expect(() => adam({ weightDecay: 0.1 } as object)).to.throw(
      ArgumentError,
      "unknown option 'weightDecay'",
    );
    const [optimizer, p] = [sgd(), [tensor([1])]];
    const state = optimizer.initialise(p);
    expect(() => optimizer.update(p, state, p, Number.NaN)).to.throw(ArgumentError, 'learning rate');
    expect(() => optimizer.update([] as typeof p, state, p, 1)).to.throw(ArgumentError, 'the trees differ');
    expect(() => optimizer.update([tensor([1, 2])], state, p, 1)).to.throw(
      ShapeError,
      'sgd: wanted a gradient of shape [1]',
    );
    expect(() => optimizer.update(p, state, p, tensor(Number.NaN))).to.throw(
      ArgumentError,
      'learning rate, got NaN',
    );
    expect(() => optimizer.update(p, state, p, tensor([0.1]))).to.throw(
      ShapeError,
      'sgd: wanted a learning rate',
    );
  });

  it('find each gradient by its key, whatever the order of the keys', () => {
    const p = { w: tensor([1]), b: tensor([2]) };
    for (const optimizer of [sgd(), momentum()]) {
      const [next] = optimizer.update({ b: tensor([1]), w: tensor([0]) }, optimizer.initialise(p), p, 1);
      expect([next.w.item(), next.b.item()]).to.deep.equal([1, 1]);
    }
  });
});
