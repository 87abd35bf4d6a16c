/** Compiled functions in ONNX Runtime: in onnxruntime-web, which runs the same files as onnxruntime-node. */
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import {
  type CompileTarget,
  compile,
  grad,
  LevelError,
  random,
  solve,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import { type OnnxRuntimeModule, onnxRuntime } from '../../../flows/formats/index.ts';
import { importRuntime } from '../../../flows/formats/onnx/onnx-runtime.ts';
import { ArgumentError } from '../../../lib/index.ts';

/** The error that a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  const result = await promise.catch((error: unknown) => error);
  if (result instanceof Error) return result;
  throw new Error('wanted an error, got a result');
}

describe('compile for onnxruntime', () => {
  let target: CompileTarget;
  before(async () => {
    target = await onnxRuntime({ runtime: ort as unknown as OnnxRuntimeModule });
  });
  const x = tensor([
    [1, -2],
    [3, 0.5],
  ]);

  it('gives what the function gives, in trees, with numbers and static arguments', async () => {
    const fn = ({ a, b }: { a: Tensor; b: number }, name: string) => ({
      [name]: a.tanh().multiply(b),
      isLarge: a.greater(1),
      count: a.sum(),
    });
    const there = compile(fn, { target, static: [1] });
    for (const b of [2, 3]) {
      const [got, wanted] = [await there({ a: x, b }, 'y'), fn({ a: x, b }, 'y')];
      for (const key of ['y', 'isLarge', 'count']) {
        const [mine, its] = [wanted[key] as Tensor, (got as Record<string, Tensor>)[key] as Tensor];
        expect([its.dtype, ...its.shape]).to.deep.equal([mine.dtype, ...mine.shape]);
        its.toTypedArray().forEach((value, i) => {
          expect(value).to.be.closeTo(mine.toTypedArray()[i] as number, 1e-6);
        });
      }
    }
    expect(there.graph?.equations.some(({ name }) => name === 'tanh')).to.equal(true);
  });

  it('draws the same bits', async () => {
    const fn = (key: random.Key) => random.bits(key, [5]);
    const [key, there] = [random.key(3), compile(fn, { target })];
    expect(((await there(key)) as Tensor).toArray()).to.deep.equal(fn(key).toArray());
  });

  it('takes a state step by step, and what was donated is gone', async () => {
    const loss = (w: Tensor) => w.subtract(3).square().sum();
    const fn = (w: Tensor) => w.subtract(grad(loss)(w).multiply(0.25));
    const step = compile(fn, { target, donate: [0] });
    const start = tensor([1, 2]);
    const once = (await step(start)) as Tensor;
    const twice = (await step(once)) as Tensor;
    expect(twice.toArray()).to.deep.equal([2.5, 2.75]);
    for (const gone of [start, once]) expect(() => gone.toArray()).to.throw(LevelError, 'was donated');
    expect(await rejection(step(once))).to.be.instanceOf(LevelError);
  });

  it('loads one program for each kind of arguments', async () => {
    let loads = 0;
    const counting: CompileTarget = {
      name: 'counting',
      load: (graph) => {
        loads++;
        return target.load(graph);
      },
    };
    const there = compile((a: Tensor) => a.sin(), { target: counting });
    await Promise.all([there(x), there(x), there(tensor([1]))]);
    expect(loads).to.equal(2);
  });

  it('refuses transforms, a target that is none, and primitives without operators', async () => {
    const there = compile((a: Tensor) => a.sum(), { target });
    let inside: Promise<unknown> = Promise.resolve();
    grad((a: Tensor) => {
      inside = there(a);
      return a.sum();
    })(x);
    expect((await rejection(inside)).message).to.match(/compile: .*watches, and onnxruntime runs outside/);
    expect(() => compile(there as never, { target: 'onnxruntime' as never })).to.throw(
      ArgumentError,
      'compile: wanted a target such as await onnxRuntime(), got string onnxruntime',
    );
    const solving = compile((a: Tensor) => solve(a, a), { target });
    expect((await rejection(solving(x))).message).to.match(/cannot write 'luFactor'/);
    expect((await rejection(solving(x))).message).to.match(/cannot write 'luFactor'/);
  });

  it('says what to install', async () => {
    const error = await rejection(importRuntime('onnxruntime-of-nobody'));
    expect(error).to.be.instanceOf(ArgumentError);
    expect(error.message).to.match(/onnxRuntime: .* install it with: npm install onnxruntime-of-nobody/);
  });
});
