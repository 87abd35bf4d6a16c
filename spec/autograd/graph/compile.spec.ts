import { expect } from 'chai';
import { buildProgram } from '../../../autograd/graph/build-program.ts';
import {
  ArgumentError,
  add,
  broadcastTo,
  cast,
  checkpoint,
  compile,
  cos,
  divide,
  exp,
  flip,
  type Graph,
  grad,
  jvp,
  LevelError,
  logAbsDeterminant,
  makeGraph,
  matmul,
  max,
  maximum,
  multiply,
  random,
  reshape,
  scan,
  sin,
  slice,
  softmax,
  sqrt,
  square,
  stopGradient,
  subtract,
  sum,
  Tensor,
  type TensorTree,
  tanh,
  tensor,
  transpose,
  treeLeaves,
  valueAndGrad,
  vjp,
  vmap,
  where,
  zerosLike,
} from '../../../autograd/index.ts';
import {
  backendReport,
  elementwiseBackend,
  matmulBackend,
  setElementwiseBackend,
  setMatmulBackend,
} from '../../../lib/index.ts';
import type { Repetition } from '../../../lib/program/program.ts';
import { useDirtyMemory } from '../../tools/dirty-memory.ts';
import { sampleTensor } from '../numbers.ts';

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile unless the two types are the same. */
function sameType<A, B>(_: Equals<A, B>): void {}

describe('compile', () => {
  useDirtyMemory();

  it('adds up the gradients of slices that overlap, in the program if they cover most of the whole', () => {
    const zeros = tensor([-0, 0, -0, 1e-45, -1e-45, 3, -3, NaN]).cast('float32');
    for (const [start, inJavaScript] of [
      [0, 'nothing'],
      [2, 'nothing'],
      [5, '1 embed'],
    ] as const) {
      const slices = (x: Tensor) => [slice(x, [[start, 8]]), slice(x, [[start, 8]]).negate()] as const;
      const gradient = (...parts: readonly Tensor[]) =>
        vjp(slices, [zeros])[1](parts as unknown as [Tensor, Tensor])[0];
      const parts = [zeros, zeros.multiply(2)].map((part) => slice(part, [[start, 8]]));
      const compiled = compile(gradient);
      const [got, wanted] = [compiled(...parts), gradient(...parts)].map((x) => (x as Tensor).toTypedArray());
      expect([...(got as Float32Array)].every((x, i) => Object.is(x, wanted?.[i]))).to.equal(true);
      expect(compiled.report()).to.include(`in JavaScript: ${inJavaScript}`);
    }
  });

  describe('trees', () => {
    interface Model {
      layers: { w: Tensor; b: Tensor }[];
      readonly scale: Tensor | number;
    }
    const model: Model = { layers: [{ w: float32(1, [3, 2]), b: float32(2, [2]) }], scale: 2 };
    const x = float32(3, [4, 3]);

    it('of arguments and results keep their type and structure', () => {
      const fn = (m: Model, input: Tensor) => {
        const [{ w, b }] = m.layers as [Model['layers'][0]];
        const y = multiply(add(matmul(input, w), b), m.scale);
        return { y, parts: [w, [sum(y), 0.5]] as const, model: m };
      };
      const result = compile(fn)(model, x);
      sameType<
        typeof result,
        TensorTree<{ y: Tensor; parts: readonly [Tensor, readonly [Tensor, number]]; model: Model }>
      >(true);
      sameType<(typeof result)['parts'], [Tensor, [Tensor, Tensor]]>(true);
      const layers: { w: Tensor; b: Tensor }[] = result.model.layers;
      expect(Object.keys(result)).to.deep.equal(['y', 'parts', 'model']);
      expect(layers[0]?.w.toArray()).to.deep.equal(model.layers[0]?.w.toArray());
      expect([result.model.scale.item(), result.parts[1][1].item()]).to.deep.equal([2, 0.5]);
      expectSame(result, fn(model, x));
    });

    it('without leaves are arguments and results as others', () => {
      const [y, nothing, none] = compile((a: Tensor, _: object) => [exp(a), {}, []] as const)(x, {});
      expectSame(y, exp(x));
      expect([nothing, none]).to.deep.equal([{}, []]);
      expectSame(compile(() => x)(), x);
      expect(compile(() => [])()).to.deep.equal([]);
    });

    it('reject what does not fit', () => {
      const compiled = compile((a: Tensor, rate: number) => multiply(a, rate));
      const result: Tensor = compiled(x, 1);
      expectSame(result, x);
      const wrong = [
        // @ts-expect-error: an argument is missing
        () => compiled(x),
        // @ts-expect-error: a string is no number
        () => compiled(x, '1'),
        // @ts-expect-error: an unknown option
        () => compile((a: Tensor) => a, { donated: [0] }),
      ];
      for (const run of wrong) expect(run, String(run)).to.throw(ArgumentError);
    });
  });

  describe('another program', () => {
    /** A compiled function that counts how often it is written down. */
    function counting(options?: Parameters<typeof compile>[1]) {
      const count = { traces: 0 };
      const compiled = compile((a: { x: Tensor }, rate: unknown = 1) => {
        count.traces++;
        const isFactor = typeof rate === 'number' || rate instanceof Tensor;
        return multiply(a.x, isFactor ? rate : String(rate).length);
      }, options);
      return { compiled, count };
    }

    it('is not needed for other numbers, in tensors or beside them', () => {
      const { compiled, count } = counting();
      for (const rate of [0.5, 2, -0, Number.NaN, Number.POSITIVE_INFINITY])
        for (const seed of [1, 2]) {
          const x = float32(seed, [3]);
          expectSame(compiled({ x }, rate), multiply(x, rate));
        }
      expect(count.traces).to.equal(1);
    });

    it('is needed for other shapes, dtypes and trees, and is kept', () => {
      const { compiled, count } = counting();
      const x = float32(1, [3]);
      const calls: readonly (readonly [{ x: Tensor }, unknown?])[] = [
        [{ x }],
        [{ x: float32(1, [4]) }],
        [{ x: float32(1, [1, 3]) }],
        [{ x: sampleTensor(1, [3]) }],
        [{ x }, 2],
        [{ x }, tensor(2)],
        [{ x }, tensor([2])],
        [{ x, y: x } as { x: Tensor }],
      ];
      for (let round = 0; round < 2; round++) {
        for (const [tree, rate = 1] of calls)
          expectSame(
            compiled(tree, ...([rate].slice(rate === 1 ? 1 : 0) as [])),
            multiply(tree.x, rate as number),
          );
        expect(count.traces).to.equal(calls.length);
      }
    });

    it('is needed for other static arguments, by identity', () => {
      const { compiled, count } = counting({ static: [1] });
      const x = float32(1, [3]);
      const objects = [{ a: 1 }, { a: 1 }, () => 1];
      const values = ['ab', 'abc', 2, 0, -0, true, null, ...objects];
      for (let round = 0; round < 2; round++) {
        for (const value of values) compiled({ x }, value);
        expect(count.traces).to.equal(values.length);
      }
      expectSame(compiled({ x }, 'abc'), multiply(x, 3));
      expect(Object.is(compile((a: Tensor, b: number) => divide(a, b), { static: [1] })(tensor(1), -0).item(), -Infinity)).to.equal(true); // biome-ignore format: one line
    });

    it('is needed for static texts that only look alike when they are joined', () => {
      const compiled = compile((a: Tensor, one: string, _: string) => multiply(a, one.length), {
        static: [1, 2],
      });
      const one = tensor(1);
      expect(compiled(one, 'a', 'b,static string c').item()).to.equal(1);
      expect(compiled(one, 'a,static string b', 'c').item()).to.equal(17);
      expect(compiled(one, 'a","static string b', 'c').item()).to.equal(19);
    });

    it('is needed for another backend', () => {
      const { compiled, count } = counting();
      const x = float32(1, [100]);
      const backend = elementwiseBackend();
      try {
        for (const name of ['auto', 'javascript', 'auto'] as const) {
          setElementwiseBackend(name);
          expectSame(compiled({ x }), multiply(x, 1));
          expectSame(compile(exp)(x), exp(x));
        }
        expect(count.traces).to.equal(2);
      } finally {
        setElementwiseBackend(backend);
      }
    });

    it('takes the place of the one that was used least lately, when there are many', () => {
      const { compiled, count } = counting();
      for (let n = 1; n <= 33; n++) compiled({ x: float32(1, [n]) });
      compiled({ x: float32(1, [33]) });
      expect(count.traces).to.equal(33);
      compiled({ x: float32(1, [1]) });
      expect(count.traces).to.equal(34);
    });
  });

  describe('numbers', () => {
    it('take the dtype of the tensors beside them', () => {
      const fn = (x: Tensor, rate: number) => [multiply(x, rate), add(rate, 1)] as const;
      for (const x of [float32(1, [3]), sampleTensor(1, [3])]) {
        const [y, next] = compile(fn)(x, 0.1);
        expectSame(y, multiply(x, 0.1));
        expect((next as Tensor).dtype).to.equal(x.dtype);
      }
      const [y] = compile((tree: { x: Tensor; y: Tensor }, rate: number) => [multiply(tree.y, rate)])(
        { x: float32(1, [3]), y: sampleTensor(1, [3]) },
        0.1,
      );
      expectSame(y as Tensor, multiply(sampleTensor(1, [3]), 0.1));
    });

    it('are tensors within the function', () => {
      const compiled = compile((x: Tensor, n: number) => add(x, (n as unknown as Tensor).multiply(2)));
      expect(compiled(tensor([1, 2]), 3).toArray()).to.deep.equal([7, 8]);
    });
  });

  describe('tensors from outside', () => {
    // The report counts the products of the program, and the plain loops would compute them in JavaScript.
    const backend = matmulBackend();
    before(() => setMatmulBackend('auto'));
    after(() => setMatmulBackend(backend));

    it('are constants, which the report names', () => {
      const [w, b] = [float32(1, [30, 20]), float32(2, [20])];
      const compiled = compile((x: Tensor) => add(matmul(x, w), b));
      expect(compiled.report()).to.match(/not called/);
      expect(compiled.graph).to.equal(null);
      const x = float32(3, [40, 30]);
      expectSame(compiled(x), add(matmul(x, w), b));
      expect(compiled.report()).to.match(/^constants: 1 float32\[30, 20\], 1 float32\[1, 20\]$/m);
      expect(compiled.report()).to.match(/^flops of the products: 48,000$/m);
      expect(compiled.graph?.constants[0]?.tensor).to.equal(w);
      compile((x: Tensor) => x)(x);
      expect(compile((y: Tensor) => y).report()).to.match(/not called/);
    });

    it('may be results of a donating call, and keep their values', () => {
      const step = compile((a: Tensor) => add(a, 1), { donate: [0] });
      const first = step(tensor([1, 2]));
      const compiled = compile((x: Tensor) => add(x, first));
      expect(compiled(tensor([0, 0])).toArray()).to.deep.equal([2, 3]);
      step(first);
      expect(compiled(tensor([0, 0])).toArray()).to.deep.equal([2, 3]);
      expect(() => first.toArray()).to.throw(LevelError);
    });
  });

  describe('the graph', () => {
    const x = float32(1, [4, 3]);
    const namesOf = (compiled: { readonly graph: Graph | null }) =>
      compiled.graph?.equations.map(({ name }) => name);

    it('has no equation twice, none for constants alone, none that nobody needs, none that does nothing', () => {
      const w = float32(2, [4, 3]);
      const fn = (a: Tensor) => {
        cos(a);
        const same = reshape(stopGradient(a), [4, 3]);
        return add(multiply(exp(a), exp(same)), sin(exp(w)));
      };
      const compiled = compile(fn);
      expectSame(compiled(x), fn(x));
      expect(namesOf(compiled)).to.deep.equal(['exp', 'multiply', 'add']);
    });

    it('has what is inside checkpoints in their place, each with values of its own', () => {
      const block = checkpoint((a: Tensor) => sin(exp(a)));
      const fn = (a: Tensor) => block(multiply(block(a), 2));
      const compiled = compile(fn);
      expectSame(compiled(x), fn(x));
      expect(namesOf(compiled)).to.deep.equal(['exp', 'sin', 'multiply', 'exp', 'sin']);
    });

    const kept: Readonly<Record<string, (a: Tensor) => unknown>> = {
      '0 and −0': (a) => [divide(a, 0), divide(a, -0)],
      'casts to another dtype': (a) => [
        cast(a, 'float64'),
        cast(cast(a, 'float64'), 'float32'),
        cast(a, 'int32'),
      ],
      'one of two results': (a) => logAbsDeterminant(matmul(transpose(a), a)).logarithm,
      'equal operations with other parameters': (a) => [sum(a, { axes: 0 }), sum(a, { axes: 1 }), slice(a, [0]), slice(a, [1])], // biome-ignore format: one line
      'equal operations on other operands': (a) => [subtract(a, 1), subtract(1, a), subtract(a, tensor(2))],
      'broadcasts and sums that change a shape': (a) => [broadcastTo(a, [2, 4, 3]), sum(broadcastTo(a, [2, 4, 3]), { axes: 0 })], // biome-ignore format: one line
    };
    for (const [name, fn] of Object.entries(kept)) {
      it(`keeps apart ${name}`, () => {
        expectSame(compile(fn as (a: Tensor) => readonly Tensor[])(x), fn(x));
      });
    }
  });

  it('counts its matrix products as the eager function does, also those of a loop', () => {
    const [a, b] = [float32(1, [16, 16]), float32(2, [3, 16, 16])];
    const fn = (a: Tensor, b: Tensor) => [
      matmul(b, b),
      scan((c: Tensor, x: Tensor) => [matmul(c, x), sum(x)], matmul(a, a), b),
    ];
    const compiled = compile(fn);
    compiled(a, b);
    const count = (run: () => unknown) => {
      const before = backendReport().products;
      run();
      const { gpu, wasm, javascript } = backendReport().products;
      return [gpu - before.gpu, wasm - before.wasm, javascript - before.javascript];
    };
    const eager = count(() => fn(a, b));
    expect(eager).to.have.members([0, 0, 7]);
    expect(count(() => compiled(a, b))).to.deep.equal(eager);
  });

  describe('a loop', () => {
    const [h, w, xs] = [float32(1, [8, 12]), float32(2, [12, 12]), float32(3, [5, 8, 12])];
    const recurrent = (h: Tensor, w: Tensor, xs: Tensor) =>
      scan((c: Tensor, x: Tensor) => [tanh(add(x, matmul(c, transpose(w)))), c], h, xs);
    const loss = (h: Tensor, w: Tensor, xs: Tensor) => {
      const [last, states] = recurrent(h, w, xs);
      return add(sum(last), sum(square(states)));
    };
    const loops: Readonly<Record<string, (h: Tensor, w: Tensor, xs: Tensor) => unknown>> = {
      'of a recurrent network': recurrent,
      'of its gradient': grad(loss, { argument: [0, 1, 2] }),
      'of the gradient of its slope': grad((h: Tensor, w: Tensor, xs: Tensor) => jvp((w: Tensor) => loss(h, w, xs), [w], [w])[1]), // biome-ignore format: one line
      'of a batch': (h, w, xs) => vmap((row: Tensor) => recurrent(reshape(row, [1, 12]), w, slice(xs, [[0, 5], [0, 1]])))(h), // biome-ignore format: one line
      'from the end, over two arrays': (h, _, xs) =>
        scan(([a, b]: readonly Tensor[], { x, y }: { x: Tensor; y: Tensor }) => [[b, multiply(a as Tensor, x)], sum(y)] as never, [h, h], { x: xs, y: flip(xs) }, { reverse: true }), // biome-ignore format: one line
      'over entries of a repeated number': (h) =>
        scan((c: Tensor, x: Tensor) => [add(c, x), x], h, zerosLike(xs)),
      'over no steps': (h, w, xs) => recurrent(h, w, slice(xs, [[0, 0]])),
      // Tracing itself leaves out of a step what is the same in each, but not out of a checkpoint in it.
      'with what is the same in each step': (h, w, xs) => {
        const step = checkpoint((c: Tensor, x: Tensor, w: Tensor): [Tensor, Tensor] => [
          add(c, multiply(x, sum(exp(w)))),
          square(w),
        ]);
        return scan((c: Tensor, x: Tensor) => step(c, x, w), h, xs);
      },
    };
    for (const [name, fn] of Object.entries(loops)) {
      it(`${name} is a part of the program`, () => {
        const compiled = compile(fn as (h: Tensor, w: Tensor, xs: Tensor) => TensorTree<unknown>);
        expectSame(compiled(h, w, xs), fn(h, w, xs));
        // JavaScript's products are steps in JavaScript, and so are those of no terms.
        const isWhole = matmulBackend() !== 'javascript' && name !== 'over no steps';
        if (isWhole) expect(compiled.report()).to.include('in JavaScript: nothing');
      });
    }

    it('is counted in the report as often as it runs', () => {
      const compiled = compile(recurrent);
      compiled(h, w, xs);
      // 5 steps, of 2·8·12·12 flops; JavaScript's products make the loop a step in JavaScript.
      const whole = ['repeated: 2 kernels 5 times', 'flops of the products: 11,520'];
      const wanted = matmulBackend() === 'javascript' ? ['in JavaScript: 1 scan'] : whole;
      for (const text of wanted) expect(compiled.report()).to.include(text);
    });

    it('computes what is the same in each step before its first one', () => {
      const compiled = compile(loops['with what is the same in each step'] as () => TensorTree<unknown>);
      compiled(...([h, w, xs] as unknown as []));
      const program = buildProgram(compiled.graph as Graph, []);
      const [{ first, end }] = program.repetitions as readonly [Repetition];
      const within = program.kernels.slice(first, end);
      expect(within.every(({ kind }) => kind === 'loop')).to.equal(true);
      expect(JSON.stringify(within)).not.to.include('"exp"');
    });

    it('with a step in JavaScript is repeated by JavaScript, and so is a loop around another one', () => {
      const sorted = (h: Tensor, xs: Tensor) =>
        scan((c: Tensor, x: Tensor) => [maximum(c, max(x)), c], h, xs);
      const nested = (h: Tensor, xs: Tensor) =>
        scan(
          (c: Tensor, x: Tensor) => [scan((d: Tensor, row: Tensor) => [add(d, row), 0], c, x)[0], 0],
          h,
          xs,
        );
      const compiled = [compile(sorted), compile(nested)];
      expectSame(compiled[0]?.(h, xs), sorted(h, xs));
      const row = slice(h, [0]);
      expectSame(compiled[1]?.(row, xs), nested(row, xs));
      for (const { report } of compiled) expect(report()).to.include('in JavaScript: 1 scan');
    });
  });

  describe('within transforms', () => {
    const [x, w] = [float32(1, [3, 4]), float32(2, [4, 4])];
    const fn = (a: Tensor, b: Tensor) => softmax(matmul(tanh(a), multiply(b, b)));
    const compiled = compile(fn);
    const loss = (f: typeof fn) => (a: Tensor, b: Tensor) => sum(square(f(a, b)));
    type Fn = (a: Tensor, b: Tensor) => unknown;
    const transforms: Readonly<Record<string, (f: typeof fn) => Fn>> = {
      grad: (f) => grad(loss(f), { argument: [0, 1] }) as Fn,
      'grad of grad': (f) => grad((a: Tensor, b: Tensor) => sum(square(grad(loss(f))(a, b)))),
      jvp: (f) => (a, b) => jvp(f, [a, b], [b.slice([[0, 3]]), a.sum().broadcastTo([4, 4])]),
      vjp: (f) => (a, b) => vjp(f, [a, b])[1](multiply(a, a)),
      vmap: (f) => (a, b) => vmap((row: Tensor) => f(reshape(row, [1, 4]), b))(a),
      'vmap over everything': (f) => (a, b) => vmap(vmap((c: Tensor, d: Tensor) => f(reshape(c, [1, 1]), reshape(d, [1, 1]))))(a, slice(b, [[0, 3]])), // biome-ignore format: one line
      checkpoint: (f) => checkpoint(f),
      scan: (f) => (a, b) =>
        scan((carry: Tensor, row: Tensor) => [f(add(carry, row), b), row], zerosLike(a), a),
      compile: (f) => compile(f),
      'grad of compile': (f) => grad(loss(compile(f))),
      'compile of grad': (f) => compile(grad(loss(f))) as Fn,
    };
    for (const [name, transform] of Object.entries(transforms)) {
      it(`${name}: the same bits`, () => {
        expectSame(transform(compiled)(x, w), transform(fn)(x, w));
        expectSame(compile(transform(compiled) as (a: Tensor, b: Tensor) => TensorTree<unknown>)(x, w), transform(fn)(x, w)); // biome-ignore format: one line
      });
    }

    it('makeGraph writes down what is inside', () => {
      expect(String(makeGraph(compiled, [x, w]))).to.equal(String(makeGraph(fn, [x, w])));
    });

    it('a function may use a tensor that a transform watches', () => {
      const at = (wrap: (f: (a: Tensor) => Tensor) => (a: Tensor) => Tensor, b: Tensor) =>
        wrap((a: Tensor) => fn(a, b))(x);
      const variants = [(f: (a: Tensor) => Tensor) => compile(f), (f: (a: Tensor) => Tensor) => compile(checkpoint(f))]; // biome-ignore format: one line
      for (const variant of variants) {
        expectSame(grad((b: Tensor) => sum(square(at(variant, b))))(w), grad((b: Tensor) => sum(square(at((f) => f, b))))(w)); // biome-ignore format: one line
        expectSame(
          jvp((b: Tensor) => at(variant, b), [w], [w]),
          jvp((b: Tensor) => at((f) => f, b), [w], [w]),
        );
        const batch = float32(5, [3, 4, 4]);
        expectSame(vmap((b: Tensor) => at(variant, b))(batch), vmap((b: Tensor) => at((f) => f, b))(batch));
        expectSame(
          compile((b: Tensor) => at(variant, b))(w),
          at((f) => f, w),
        );
      }
    });

    it('one compiled function serves alternately inside and outside', () => {
      const counted = compile((a: Tensor, b: Tensor) => fn(a, b));
      for (let round = 0; round < 3; round++) {
        expectSame(counted(x, w), fn(x, w));
        expectSame(grad(loss(counted))(x, w), grad(loss(fn))(x, w));
      }
    });

    it('a static argument stays what it is', () => {
      const power = compile((a: Tensor, f: (x: Tensor) => Tensor) => sum(f(a)), { static: [1] });
      expectSame(grad((a: Tensor) => power(a, sin))(x), cos(x));
      expectSame(power(x, sin), sum(sin(x)));
      expectSame(power(x, cos), sum(cos(x)));
    });
  });

  describe('donate', () => {
    interface State {
      readonly w: Tensor;
      readonly moments: readonly [Tensor, Tensor];
      readonly step: Tensor | number;
    }
    const start = (): State => ({
      w: float32(1, [9, 9]),
      moments: [zerosLike(float32(1, [9, 9])), zerosLike(float32(1, [9, 9]))],
      step: 0,
    });
    const train = ({ w, moments, step }: State, x: Tensor, rate: number) => {
      const [loss, slope] = valueAndGrad((v: Tensor) => sum(square(tanh(matmul(x, v)))))(w);
      const first = add(multiply(moments[0], 0.9), multiply(slope, 0.1));
      const second = add(multiply(moments[1], 0.99), multiply(square(slope), 0.01));
      const next = subtract(w, multiply(divide(first, add(sqrt(second), 1e-3)), rate));
      return [{ w: next, moments: [first, second], step: add(step, 1) } as State, loss] as const;
    };

    it('keeps a state where it is, with the right bits at every step', () => {
      const compiled = compile(train, { donate: [0] });
      let [state, eager]: [State, State] = [start(), start()];
      for (let i = 0; i < 60; i++) {
        const [x, rate] = [float32(i, [5, 9]), 0.1 / (i + 1)];
        const [got, wanted] = [compiled(state, x, rate), train(eager, x, rate)];
        [state, eager] = [got[0] as State, wanted[0]];
        expectSame(got[1], wanted[1]);
        // Looking at a state now and then changes nothing.
        if (i % 7 === 0 || i > 55) expectSame(state, eager);
      }
      expect(compiled.graph?.inputs.length).to.equal(6);
    });

    it('gives every result values that later calls do not change', () => {
      const compiled = compile(
        (a: Tensor, b: Tensor) => [add(a, b), transpose(a), multiply(a, b), b] as const,
        {
          donate: [0],
        },
      );
      const b = float32(2, [3, 3]);
      let a = float32(1, [3, 3]);
      const kept: (readonly [Tensor, readonly number[]])[] = [];
      for (let i = 0; i < 5; i++) {
        const eager = [add(a, b), transpose(a), multiply(a, b), b];
        const results = compiled(a, b);
        const views = [
          transpose(results[0]),
          flip(results[0]),
          slice(results[0], [0]),
          reshape(results[0], [9]),
        ];
        const wanted = [transpose, flip, (y: Tensor) => slice(y, [0]), (y: Tensor) => reshape(y, [9])].map((f) => f(eager[0] as Tensor)); // biome-ignore format: one line
        [...results.slice(1), ...views].forEach((y, k) => {
          const numbers = [...((k < 3 ? eager[k + 1] : wanted[k - 3]) as Tensor).toTypedArray()];
          kept.push([y, numbers]);
        });
        [a] = results;
      }
      for (const [y, numbers] of kept) expect([...y.toTypedArray()]).to.deep.equal(numbers);
    });

    const uses: Readonly<
      Record<string, readonly [RegExp, (old: Tensor, step: (a: Tensor) => Tensor) => unknown]>
    > = {
      'in an operation': [/^add: /, (old) => add(old, 1)],
      'in item()': [/^item: /, (old) => old.item()],
      'as text': [/^toString: /, (old) => String(old)],
      'as argument again': [/^compile: /, (old, step) => step(old)],
      'as argument of another': [/^compile: /, (old) => compile((a: Tensor) => a)(old)],
      'as constant': [/^compile: /, (old) => compile((a: Tensor) => add(a, old))(tensor([1]))],
      'in a gradient': [/^\w+: /, (old) => grad((a: Tensor) => sum(sin(a)))(old)],
    };
    for (const [name, [operation, use]] of Object.entries(uses)) {
      it(`a donated tensor used again, ${name}, is an error that says what to do`, () => {
        for (const wasResident of [false, true]) {
          const step = compile((a: Tensor) => add(a, 1), { donate: [0] });
          const given = tensor([1]);
          const old = wasResident ? step(given) : given;
          const next = step(old);
          expect(() => use(old, step))
            .to.throw(LevelError, operation)
            .with.property('message')
            .that.matches(
              /donated to a call of a compiled function; use what that call returned, or take .*donate/,
            );
          expect(next.item()).to.equal(wasResident ? 3 : 2);
        }
      });
    }

    it('an argument that cannot be read leaves everything as it was', () => {
      const [old, rest] = [tensor([5]), tensor([7])];
      compile((a: Tensor) => a, { donate: [0] })(old);
      const step = compile((a: Tensor, b: Tensor, c: Tensor) => [add(a, c), add(b, c)] as const, {
        donate: [0, 1],
      });
      const [a, b] = step(tensor([1]), tensor([10]), tensor([0]));
      expect(() => step(tensor([1000]), b, old)).to.throw(LevelError);
      expect(() => step(rest, old, tensor([0]))).to.throw(LevelError);
      expect(step(a, b, tensor([2])).map((x) => x.item())).to.deep.equal([3, 12]);
      expect(rest.item()).to.equal(7);
    });

    it('residents may change places, come twice, go elsewhere and come back', () => {
      const step = compile((a: Tensor, b: Tensor) => [add(a, 1), multiply(b, 2)] as const, {
        donate: [0, 1],
      });
      let [a, b] = step(tensor([1]), tensor([10]));
      [a, b] = step(b, a);
      expect([a.item(), b.item()]).to.deep.equal([21, 4]);
      [a, b] = step(a, a);
      expect([a.item(), b.item()]).to.deep.equal([22, 42]);
      const elsewhere = compile((x: Tensor) => multiply(x, 10), { donate: [0] })(a);
      [a, b] = step(b, elsewhere);
      expect([a.item(), b.item()]).to.deep.equal([43, 440]);
      const [c] = step(tensor([0]), tensor([0]));
      [a, b] = step(a, b);
      expect([a.item(), b.item(), c.item()]).to.deep.equal([44, 880, 1]);
    });

    it('of one argument only: the same tensor may come in another place', () => {
      const step = compile((a: Tensor, b: Tensor) => [add(a, b), multiply(a, b)] as const, { donate: [0] });
      const [a] = step(tensor([3]), tensor([4]));
      const [c, d] = step(a, a);
      expect([c.item(), d.item()]).to.deep.equal([14, 49]);
      expect(() => a.item()).to.throw(LevelError);
    });

    const swaps: Readonly<Record<string, (a: Tensor, b: Tensor) => readonly Tensor[]>> = {
      'two that change places': (a, b) => [b, a],
      'one that an output passes on': (a, b) => [add(a, b), a],
      'one that is returned as it is': (a, b) => [a, b],
      'outputs that are views': (a, b) => [multiply(a, b), flip(a), transpose(a)],
      'one output twice': (a, b) => [add(a, b), add(a, b), b],
      'a constant': (a) => [broadcastTo(tensor(3), [3, 3]), a],
      'the start of a longer result': (a, b) => [slice(exp(reshape(add(transpose(a), b), [9])), [[0, 3]]), b],
      'a product': (a, b) => [matmul(b, b), sum(a)],
    };
    for (const [name, fn] of Object.entries(swaps)) {
      it(`gives the right values for ${name}`, () => {
        for (const donate of [[0], [1], [0, 1]]) {
          const compiled = compile(fn, { donate });
          for (let round = 0; round < 3; round++) {
            const args = () => [float32(round, [3, 3]), float32(9 + round, [3, 3])] as const;
            expectSame(compiled(...args()), fn(...args()));
          }
        }
      });
    }

    it('two arguments do not wait for one output', () => {
      const step = compile((a: Tensor, b: Tensor) => subtract(a, b), { donate: [0, 1] });
      let difference = step(tensor([10]), tensor([1]));
      difference = step(tensor([20]), difference);
      expect(difference.item()).to.equal(11);
      expect(step(step(difference, tensor([1])), tensor([3])).item()).to.equal(7);
    });

    it('an argument whose memory no output can take is used up all the same', () => {
      const x = tensor([1, 2]);
      expect(compile((a: Tensor) => sum(a), { donate: [0] })(x).item()).to.equal(3);
      expect(() => x.toArray()).to.throw(LevelError, /donated/);
    });
  });

  describe('refuses', () => {
    const x = float32(1, [3]);
    const key = random.key(0);

    it('looks at values, and says what to do', () => {
      const advice = /looks at a value, which is not there while the function is traced.*; return it, or name .*`static`/; // biome-ignore format: one line
      const looks: Readonly<Record<string, (a: Tensor) => unknown>> = {
        item: (a) => multiply(a, sum(a).item()),
        toArray: (a) => multiply(a, (a.toArray() as number[])[0] as number),
        toTypedArray: (a) => multiply(a, a.toTypedArray()[0] as number),
        toString: (a: Tensor) => (String(a) === '' ? a : a),
      };
      for (const [name, fn] of Object.entries(looks))
        expect(() => compile(fn as (a: Tensor) => Tensor)(x), name)
          .to.throw(LevelError, advice)
          .with.property('message')
          .that.matches(new RegExp(`^${name}: `));
    });

    it('draws from a key that is not traced, however they come about', () => {
      const advice = /^compile: .*key that is none of its arguments.*; pass the key as an argument/;
      const draws: readonly ((a: Tensor) => Tensor)[] = [
        (a) => add(a, random.normal(key, [3])),
        (a) => add(a, random.uniform(random.split(key)[1] as Tensor, [3])),
        (a) => add(a, cast(random.bits(key, [3]), 'float32')),
        (a) => where(random.bernoulli(key, 0.5, [3]), a, 0),
        (a) => checkpoint((b: Tensor) => add(b, random.normal(key, [3])))(a),
        (a) => checkpoint((b: Tensor, k: Tensor) => add(b, random.normal(k, [3])))(a, key),
        (a) => vmap((k: Tensor) => add(a, random.normal(k, [3])))(random.keys(key, 2)),
      ];
      for (const draw of draws) {
        expect(() => compile(draw)(x), String(draw)).to.throw(LevelError, advice);
        // It is this function alone that cannot be compiled; afterwards all draws as before.
        expect(() => draw(x)).not.to.throw();
      }
      const noisy = compile((a: Tensor, k: Tensor) => add(a, random.normal(random.foldIn(k, 3), [3])));
      expectSame(noisy(x, key), add(x, random.normal(random.foldIn(key, 3), [3])));
      const stepwise = compile((a: Tensor, step: Tensor) =>
        add(a, random.normal(random.foldIn(key, step), [3])),
      );
      const two = tensor(2, { dtype: 'int32' });
      expectSame(stepwise(x, two), add(x, random.normal(random.foldIn(key, 2), [3])));
    });

    it('wrong options', () => {
      const fn = (a: Tensor, b: Tensor) => add(a, b);
      const wrong: readonly (readonly [unknown, RegExp])[] = [
        [
          { donate: 0 },
          /^compile: wanted lists of positions in donate and static, such as \[0\], got number 0/,
        ],
        [{ static: 'x' }, /^compile: wanted lists of positions.*got string x/],
        [{ donate: [-1] }, /^compile: wanted positions of arguments in donate and static, got -1/],
        [{ static: [0.5] }, /^compile: wanted positions.*got 0.5/],
        [{ donate: ['0'] }, /^compile: wanted positions.*got 0/],
        [{ donate: [0, 1], static: [1] }, /^compile: argument 1 cannot be both donated and static/],
        [{ donated: [0] }, /^compile: unknown option 'donated'; the options are donate, static/],
        [[0], /^compile: wanted an object of options \(donate, static, target\)/],
      ];
      for (const [options, message] of wrong)
        expect(() => compile(fn, options as object), JSON.stringify(options)).to.throw(
          ArgumentError,
          message,
        );
      expect(() => compile(x as unknown as typeof fn)).to.throw(ArgumentError, /^compile: wanted a function/);
      expect(() => compile(fn, { donate: [2] })(x, x)).to.throw(
        ArgumentError,
        /^compile: argument 2 is to be donated, got a call with 2 arguments/,
      );
    });

    it('arguments and results that are no trees of tensors', () => {
      const anything = compile((_: unknown) => x);
      for (const [argument, text] of [['hello', 'string hello'], [undefined, 'undefined'], [new Map(), 'Map']] as const) // biome-ignore format: one line
        expect(() => anything(argument)).to.throw(ArgumentError, new RegExp(`^compile: argument 0 .*static.*: wanted tensors and numbers as leaves, got .*${text}`)); // biome-ignore format: one line
      expect(() => compile((_: unknown, b: unknown) => b as Tensor)(x, { deep: ['no'] })).to.throw(
        ArgumentError,
        /argument 1 .*got string no at 'deep.0'/,
      );
      for (const result of [undefined, 'text', new Map([[1, x]]), { a: null }])
        expect(() => compile((_: Tensor) => result as unknown as Tensor)(x)).to.throw(
          ArgumentError,
          /^compile: what the function returned: wanted tensors and numbers as leaves/,
        );
    });

    it('tensors that escaped from a transform', () => {
      let leaked = x;
      grad((a: Tensor) => {
        leaked = a;
        return sum(a);
      })(x);
      expect(() => compile((a: Tensor) => add(a, leaked))(x)).to.throw(LevelError, /escaped from a grad/);
      compile((a: Tensor) => {
        leaked = a;
        return a;
      })(x);
      expect(() => add(leaked, 1)).to.throw(LevelError, /escaped/);
    });

    it('nothing that comes after an error: the function can be called again', () => {
      let fails = true;
      const compiled = compile((a: Tensor) => {
        if (fails) throw new Error('not now');
        return exp(a);
      });
      expect(() => compiled(x)).to.throw('not now');
      fails = false;
      expectSame(compiled(x), exp(x));
    });
  });
});

function float32(seed: number, shape: readonly number[]): Tensor {
  return sampleTensor(seed, shape, -2, 2, 'float32');
}

/** The same structure, dtypes, shapes and bits. */
function expectSame(got: unknown, wanted: unknown): void {
  const typed = (tree: unknown) =>
    treeLeaves(tree).map((leaf) => {
      const x = typeof leaf === 'number' ? tensor(leaf) : leaf;
      return {
        shape: x.shape,
        dtype: x.dtype,
        numbers: [...x.toTypedArray()].map((n) => (Object.is(n, -0) ? '−0' : n)),
      };
    });
  expect(typed(got)).to.deep.equal(typed(wanted));
}
