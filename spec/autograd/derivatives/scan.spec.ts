import { expect } from 'chai';
import {
  ArgumentError,
  add,
  cast,
  compile,
  divide,
  flip,
  gather,
  grad,
  greater,
  hessian,
  hvp,
  jvp,
  LevelError,
  linearize,
  makeGraph,
  multiply,
  ones,
  onesLike,
  random,
  type ScanOptions,
  ShapeError,
  scan,
  sin,
  sqrt,
  stack,
  subtract,
  sum,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import { record } from '../../../autograd/levels/reverse.ts';
import { expectClose, float64, numbersOf, sampleTensor } from '../numbers.ts';

describe('scan', () => {
  const xs = sampleTensor(3, [5, 2]);
  const step = (c: Tensor, x: Tensor) => [sin(add(c, x)), multiply(c, x)] as const;
  const loop = (initial: Tensor, list: Tensor): [Tensor, Tensor] => {
    let carry = initial;
    const ys: Tensor[] = [];
    for (let i = 0; i < 5; i++) {
      const [next, y] = step(carry, list.slice([i]));
      carry = next;
      ys.push(y);
    }
    return [carry, stack(ys)];
  };

  it('is a loop', () => {
    const initial = float64([0.1, 0.2]);
    expectClose(scan(step, initial, xs), loop(initial, xs), 0);
    const total = (fn: typeof loop) => (c: Tensor, list: Tensor) => {
      const [carry, ys] = fn(c, list);
      return sum(multiply(carry, sum(ys, { axes: 0 })));
    };
    const scanned = total((c, list) => scan(step, c, list));
    expectClose(
      grad(scanned, { argument: [0, 1] })(initial, xs),
      grad(total(loop), { argument: [0, 1] })(initial, xs),
      1e-14,
    );
    expectClose(jvp(scanned, [initial, xs], [1, 1]), jvp(total(loop), [initial, xs], [1, 1]), 1e-14);
  });

  it('carries trees', () => {
    const count = (c: { n: Tensor }, x: { a: Tensor }) =>
      [{ n: add(c.n, 1) }, { b: multiply(x.a, c.n) }] as const;
    const [{ n }, { b }] = scan(count, { n: tensor(0) }, { a: tensor([1, 10, 100]) });
    expect([n.item(), b.toArray()]).to.deep.equal([3, [0, 10, 200]]);
  });

  it('finds what it carries by key, whatever the order of the keys', () => {
    const [end] = scan(
      ({ count, total }, x: Tensor) => [{ total: add(total, x), count: add(count, 1) }, x],
      { count: float64(0), total: float64(0) },
      float64([1, 2, 4]),
    );
    expect([end.count.item(), end.total.item()]).to.deep.equal([3, 7]);
  });

  it('gives numbers the dtype of the tensors beside them', () => {
    const [total, sums] = scan(
      (c: Tensor | number, x: Tensor) => [add(c, x), add(c, x)] as const,
      0,
      float64([0.1, 0.2]),
    );
    expect([total.dtype, sums.toArray()]).to.deep.equal(['float64', [0.1, 0.1 + 0.2]]);
  });

  it('gives numbers the dtype that the step gives back', () => {
    const one = tensor(1, { dtype: 'int32' });
    const weights = float64([0.1, 0.2]);
    const step = ({ n, s }: { n: Tensor; s: Tensor; m: Tensor }) => {
      const next = cast(add(cast(n, 'float32'), cast(one, 'float32')), 'int32');
      return [{ n: next, s: add(s, sum(weights)), m: greater(s, 0.5) }, n] as const;
    };
    const [{ n, s, m }, ns] = scan(step, { n: 3, s: 0, m: 0 } as never, null, { length: 3 });
    expect([n, s, m, ns].map(({ dtype }) => dtype)).to.deep.equal(['int32', 'float64', 'bool', 'int32']);
    expect([n.item(), s.item(), m.item(), ns.toArray()]).to.deep.equal([6, 0.1 + 0.2 + 0.30000000000000004 + 0.30000000000000004, 1, [3, 4, 5]]); // biome-ignore format: one line
    expect(() => scan(step, { n: 3.5, s: 0, m: 0 } as never, null, { length: 3 })).to.throw(
      ArgumentError,
      /^scan: .*int32/,
    );
  });

  describe('without xs', () => {
    // Newton's steps for the square root of a.
    const newton = (a: Tensor, options: ScanOptions) =>
      scan((x: Tensor, _: null) => [add(x, divide(a, x)).multiply(0.5), x], onesLike(a), null, options);
    const written = (a: Tensor) => {
      let x = onesLike(a);
      for (let i = 0; i < 4; i++) x = add(x, divide(a, x)).multiply(0.5);
      return x;
    };

    it('takes as many steps as its length says, under every transform', () => {
      const a = float64(2);
      const scanned = (b: Tensor) => newton(b, { length: 4 })[0];
      expectClose(scanned(a), written(a), 0);
      expectClose(grad(scanned)(a), grad(written)(a), 1e-15);
      expectClose(jvp(scanned, [a], [1]), jvp(written, [a], [1]), 1e-15);
      expectClose(hessian(scanned)(a), hessian(written)(a), 1e-14);
      const many = float64([2, 3, 5]);
      expectClose(vmap(grad(scanned))(many), vmap(grad(written))(many), 1e-15);
      const slope = grad((b: Tensor) => sum(newton(b, { length: 4 })[0]));
      expectClose(compile(slope)(many), slope(many), 0);
    });

    it('stacks its ys, from the end in reverse, and none over no steps', () => {
      const doubled = (options: ScanOptions) =>
        scan((x: Tensor, _: null) => [multiply(x, 2), x], tensor(1), null, options)[1];
      expect(doubled({ length: 3 }).toArray()).to.deep.equal([1, 2, 4]);
      expect(doubled({ length: 3, reverse: true }).toArray()).to.deep.equal([4, 2, 1]);
      expect(doubled({ length: 0 }).shape).to.deep.equal([0]);
    });

    it('refuses to guess the length, and a length that is none or not that of the xs', () => {
      const none = (options: ScanOptions) => () => newton(float64(2), options);
      expect(none({})).to.throw(ArgumentError, /^scan: .*got none; .*'length'/);
      expect(none({ length: -1 })).to.throw(ArgumentError, /^scan: wanted a whole length ≥ 0, got .*-1/);
      expect(none({ length: 1.5 })).to.throw(ArgumentError, /^scan: wanted a whole length ≥ 0, got .*1\.5/);
      expect(() => scan(step, float64([0, 0]), xs, { length: 4 })).to.throw(ArgumentError, /^scan: .*5, 4/);
      expect(scan(step, float64([0, 0]), xs, { length: 5 })[1].shape).to.deep.equal([5, 2]);
    });
  });

  it('is one operation on a tape', () => {
    const long = (c: Tensor, x: Tensor) => {
      let y = add(c, x);
      for (let i = 0; i < 20; i++) y = sin(y);
      return [y, y] as const;
    };
    const length = record('spec', ((c: Tensor) => scan(long, c, xs)[0]) as never, [float64([0, 0])]).length;
    expect(length).to.equal(1);
  });

  it('goes from the last x to the first if asked to, and each y keeps the place of its x', () => {
    const initial = float64([0.1, 0.2]);
    const [carry, ys] = scan(step, initial, xs, { reverse: true });
    const [wanted, turned] = loop(initial, flip(xs, 0));
    expectClose([carry, ys], [wanted, flip(turned, 0)], 0);
  });

  it('over no steps gives the first carry, and no ys', () => {
    const none = zeros([0, 2]);
    const [carry, { y }] = scan((c: Tensor, x: Tensor) => [add(c, x), { y: stack([c, x]) }], ones([2]), none);
    expect([carry.toArray(), y.shape]).to.deep.equal([
      [1, 1],
      [0, 2, 2],
    ]);
    const [dc, dx] = grad((c: Tensor, x: Tensor) => sum(scan(step, c, x)[0]), { argument: [0, 1] })(
      carry,
      none,
    );
    expect([dc.toArray(), dx.shape]).to.deep.equal([
      [1, 1],
      [0, 2],
    ]);
  });

  it('carries positions and keys beside numbers, under every transform', () => {
    const draw = ({ n, key, z }: { n: Tensor; key: Tensor; z: Tensor }, x: Tensor) => {
      const noise = random.uniform(key, [2], { dtype: 'float64' });
      const next = {
        n: cast(subtract(1, cast(n, 'float64')), 'int32'),
        key: random.foldIn(key, 1),
        z: sin(add(z, multiply(x, noise))),
      };
      return [next, gather(z, n)] as const;
    };
    const start = (z: Tensor) => ({ n: tensor(1, { dtype: 'int32' }), key: random.key(3), z });
    const scanned = (z: Tensor, x: Tensor) => {
      const [last, ys] = scan(draw, start(z), x);
      return add(sum(last.z), sum(ys));
    };
    const looped = (z: Tensor, list: Tensor) => {
      let carry = start(z);
      const ys: Tensor[] = [];
      for (let i = 0; i < 5; i++) {
        const [next, y] = draw(carry, list.slice([i]));
        carry = next;
        ys.push(y);
      }
      return add(sum(carry.z), sum(stack(ys)));
    };
    const z = float64([0.3, -0.4]);
    expectClose(scanned(z, xs), looped(z, xs), 1e-15);
    const both = (fn: typeof looped) => grad(fn, { argument: [0, 1] })(z, xs);
    expectClose(both(scanned), both(looped), 1e-14);
    const many = stack([z, multiply(z, 2)]);
    const batched = (fn: typeof looped) => vmap(grad(fn), { inAxes: [0, null] })(many, xs);
    expectClose(batched(scanned), batched(looped), 1e-14);
  });

  it('draws once for a whole batch from a key that is no part of it', () => {
    const draw = (key: Tensor, x: Tensor) =>
      [random.foldIn(key, 1), multiply(x, random.uniform(key, []))] as const;
    const graph = makeGraph((x: Tensor) => vmap((row: Tensor) => scan(draw, random.key(1), row)[1])(x), [xs]);
    const bodies = graph.equations.flatMap((e) => (e.name === 'scan' ? e.params.body.equations : []));
    const draws = bodies.filter(({ name }) => name === 'randomUniform');
    expect(draws.map(({ outputs }) => outputs[0]?.shape)).to.deep.equal([[]]);
  });

  it('asks no carry for a derivative on which nothing differentiated has a bearing', () => {
    // √ of 0 has an infinite slope, and 0·∞ would be NaN.
    const root = ({ s, z }: { s: Tensor; z: Tensor }, x: Tensor) =>
      [{ s: sqrt(s), z: add(z, x) }, add(sqrt(s), x)] as const;
    const total = (x: Tensor) => {
      const [{ z }, ys] = scan(root, { s: float64(0), z: float64(0) }, x);
      return add(z, sum(ys));
    };
    expect(grad(total)(float64([1, 2])).toArray()).to.deep.equal([2, 2]);
    expect(jvp(total, [float64([1, 2])], [1])[1].item()).to.equal(4);
    const unread = (x: Tensor) => scan((c: Tensor, a: Tensor) => [sqrt(multiply(c, 0)), a], float64(0), x)[1];
    expect(grad((x: Tensor) => sum(unread(x)))(float64([1, 2])).toArray()).to.deep.equal([1, 1]);
  });

  // The slope of √ is ∞ at 0, and 0·∞ is NaN: a derivative that does not exist may not become a tensor of
  // zeros.
  describe('keeps zeros symbolic, as the steps written one after another', () => {
    type Carry = readonly Tensor[];
    type RootStep = (carry: Carry, x: Tensor) => readonly [carry: Carry, y: Tensor];
    type Loop = (step: RootStep, initial: Carry, xs: Tensor) => readonly [carry: Carry, ys: Tensor];
    const zero = float64(0);
    const lastOf: (...args: Parameters<Loop>) => (loop: Loop) => Tensor =
      (...args) =>
      (loop) =>
        loop(...args)[0].reduce((a, b) => add(a, b));
    const ysOf: typeof lastOf =
      (...args) =>
      (loop) =>
        sum(loop(...args)[1]);
    const cases: Readonly<Record<string, readonly [(x: Tensor) => (loop: Loop) => Tensor, at: number[]]>> = {
      'a carry has no tangent at first': [
        (x) => lastOf(([c], e) => [[add(sqrt(c!), e)], c!], [zero], x),
        [1, 2, 1],
      ],
      'carries get their tangents one after another': [
        (x) => ysOf(([a, b], e) => [[e, sqrt(a!)], sqrt(b!)], [zero, zero], x),
        [1, 4, 4, 1],
      ],
      'there are fewer steps than carries that get a tangent': [
        (x) => ysOf(([a, b, c], e) => [[e, sqrt(a!), sqrt(b!)], sqrt(c!)], [zero, zero, zero], x),
        [1, 4],
      ],
      'a carry has a tangent at first alone': [
        (x) => ysOf(([c], e) => [[e], sqrt(c!)], [sum(x)], float64([0, 0, 0])),
        [1, 3],
      ],
      'the last carry has no cotangent': [(x) => ysOf(([c], e) => [[sqrt(e)], c!], [zero], x), [1, 4, 0]],
      'the last carry alone has a cotangent': [(x) => lastOf((_, e) => [[sqrt(e)], e], [zero], x), [0, 0, 4]],
    };
    const writtenOut = (step: RootStep, initial: Carry, xs: Tensor, { reverse }: ScanOptions) => {
      let carry = initial;
      const ys: Tensor[] = [];
      const order = [...Array(xs.shape[0]).keys()];
      for (const i of reverse ? order.toReversed() : order)
        [carry, ys[i]] = step(carry, xs.slice([i])) as [Carry, Tensor];
      return [carry, stack(ys)] as const;
    };
    for (const [name, [fn, numbers]] of Object.entries(cases)) {
      for (const reverse of [false, true]) {
        it(`${name}${reverse ? ', from the end' : ''}`, () => {
          const at = float64(reverse ? numbers.toReversed() : numbers);
          const scanned = (x: Tensor) => fn(x)((...args) => scan(...args, { reverse }));
          const wanted = (x: Tensor) => fn(x)((...args) => writtenOut(...args, { reverse }));
          for (const derivative of [
            (f: typeof wanted) => grad(f)(at),
            (f: typeof wanted) => jvp(f, [at], [1])[1],
            (f: typeof wanted) => linearize(f, [at])[1]([1]),
            (f: typeof wanted) => vmap(grad(f))(stack([at, multiply(at, 4)])),
            (f: typeof wanted) => hvp(f, at, onesLike(at)),
          ]) {
            expect(numbersOf(derivative(wanted)).every(Number.isFinite)).to.equal(true);
            expectClose(derivative(scanned), derivative(wanted), 1e-14);
          }
        });
      }
    }
  });

  it('in another scan is differentiated as a loop in a loop', () => {
    const inner = (c: Tensor, x: Tensor) => scan(step, c, stack([x, multiply(x, c)]));
    const nested = (c: Tensor, list: Tensor) => {
      const [last, ys] = scan((a: Tensor, x: Tensor) => inner(a, x), c, list);
      return sum(add(last, sum(ys, { axes: [0, 1] })));
    };
    const unrolled = (c: Tensor, list: Tensor) => {
      let carry = c;
      let total = zeros([2], { dtype: 'float64' });
      for (let i = 0; i < 5; i++) {
        const x = list.slice([i]);
        for (const entry of [x, multiply(x, carry)]) {
          const [next, y] = step(carry, entry);
          [carry, total] = [next, add(total, y)];
        }
      }
      return sum(add(carry, total));
    };
    const c = float64([0.1, 0.2]);
    const first = (fn: typeof nested) => grad(fn, { argument: [0, 1] })(c, xs);
    const second = (fn: typeof nested) => hessian((a: Tensor) => fn(a, xs))(c);
    expectClose(nested(c, xs), unrolled(c, xs), 1e-15);
    expectClose(first(nested), first(unrolled), 1e-14);
    expectClose(second(nested), second(unrolled), 1e-13);
  });

  it('has a gradient with respect to the xs in as many operations, however many steps there are', () => {
    const total = (list: Tensor) => sum(scan(step, float64([0, 0]), list)[0]);
    const operations = (steps: number) =>
      makeGraph(grad(total), [zeros([steps, 2], { dtype: 'float64' })]).equations.map(({ name }) => name);
    expect(operations(1000)).to.deep.equal(operations(3));
    expect(operations(1000)).to.not.include('embed');
  });

  it('takes 100,000 steps', () => {
    const many = ones([100_000], { dtype: 'float64' });
    const count = (list: Tensor) => scan((c: Tensor, x: Tensor) => [add(c, x), c], float64(0), list);
    const [last, ys] = count(many);
    expect([last.item(), ys.slice([-1]).item()]).to.deep.equal([100_000, 99_999]);
    expect(sum(grad((list: Tensor) => count(list)[0])(many)).item()).to.equal(100_000);
  });

  it('is a step of a compiled program, which refuses its draws from a key that is no argument', () => {
    const slope = grad((x: Tensor) => sum(scan(step, float64([0.1, 0.2]), x)[1]));
    expectClose(compile(slope)(xs), slope(xs), 0);
    const draw = (key: Tensor, x: Tensor) => [key, multiply(x, random.uniform(key, []))] as const;
    const noisy = (key: Tensor, x: Tensor) => scan(draw, key, x)[1];
    expectClose(compile(noisy)(random.key(1), xs), noisy(random.key(1), xs), 0);
    expect(() => compile((x: Tensor) => noisy(random.key(1), x))(xs)).to.throw(
      LevelError,
      /^compile: .* key/,
    );
  });

  it('refuses a carry that changes its type, and lists of no common length', () => {
    const grows = (c: Tensor, x: Tensor) => [stack([c, c]), x] as const;
    expect(() => scan(grows, float64(1), xs)).to.throw(ShapeError, /^scan: .*\[\].*\[2\]/);
    expect(() => scan((c: Tensor) => [c, c] as const, float64(1), [xs, float64([1])])).to.throw(
      ArgumentError,
      /^scan: .*5, 1/,
    );
    expect(() => scan((c: Tensor) => [c, c] as const, float64(1), float64(1))).to.throw(
      ArgumentError,
      /^scan: /,
    );
  });

  it('refuses a step that returns no pair, and options that it does not know', () => {
    expect(() => scan(((c: Tensor) => c) as never, float64(1), xs)).to.throw(
      ArgumentError,
      /^scan: the step must return a pair \[carry, y\], got/,
    );
    expect(() => scan(step, float64([1, 1]), xs, { backwards: true } as never)).to.throw(
      ArgumentError,
      /^scan: unknown option 'backwards'/,
    );
  });

  it('refuses a step that looks at values', () => {
    expect(() =>
      scan((c: Tensor, x: Tensor) => [multiply(c, x.item()), x], float64(1), float64([1])),
    ).to.throw(LevelError, /^item: /);
  });

  it('gives the initial carry and no ys over no steps', () => {
    const none = float64([]).reshape([0, 2]);
    const [carry, ys] = scan(step, float64([0.1, 0.2]), none);
    expect([carry.toArray(), ys.shape, ys.dtype]).to.deep.equal([[0.1, 0.2], [0, 2], 'float64']);
    const total = (c: Tensor, list: Tensor) => sum(scan(step, c, list)[0]);
    const [ofCarry, ofList] = grad(total, { argument: [0, 1] })(float64([1, 2]), none);
    expect([ofCarry.toArray(), ofList.shape]).to.deep.equal([
      [1, 1],
      [0, 2],
    ]);
    const [, tree] = scan((c: Tensor, x: Tensor) => [c, { a: stack([x, x]) }] as const, float64(0), none);
    expect(tree.a.shape).to.deep.equal([0, 2, 2]);
  });

  it('runs from the last x to the first in reverse, and each y keeps its place', () => {
    const sums = (reverse: boolean) =>
      scan((c: Tensor, x: Tensor) => [add(c, x), add(c, x)] as const, float64(0), float64([1, 10, 100]), {
        reverse,
      });
    expect(sums(true).map((x) => x.toArray())).to.deep.equal([111, [111, 110, 100]]);
    expect(sums(false).map((x) => x.toArray())).to.deep.equal([111, [1, 11, 111]]);
    const weighted = (reverse: boolean) => (list: Tensor) =>
      scan((c: Tensor, x: Tensor) => [add(multiply(c, 2), x), c] as const, float64(0), list, { reverse })[0];
    expect(grad(weighted(true))(float64([1, 1, 1])).toArray()).to.deep.equal([1, 2, 4]);
    expect(grad(weighted(false))(float64([1, 1, 1])).toArray()).to.deep.equal([4, 2, 1]);
    expect(() => scan(step, float64([0, 0]), xs, { reversed: true } as never)).to.throw(
      ArgumentError,
      /^scan: .*'reversed'/,
    );
  });

  it('wants a pair from its step', () => {
    for (const wrong of [undefined, float64(1), [float64(1)], {}]) {
      expect(() => scan((() => wrong) as never, float64(1), xs)).to.throw(
        ArgumentError,
        /^scan: the step must return a pair \[carry, y\]/,
      );
    }
  });
});
