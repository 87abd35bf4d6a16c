import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect } from 'chai';
import {
  ArgumentError,
  compile,
  fromNDArray,
  fromTransferable,
  grad,
  LevelError,
  makeGraph,
  random,
  type Tensor,
  tensor,
  toNDArray,
  toTransferable,
  vmap,
} from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';

const tree = {
  layers: [{ w: tensor([[1, 2], [3, 4]]).transpose(), b: tensor([0.1], { dtype: 'float64' }) }], // biome-ignore format: a matrix
  key: random.key(7),
  labels: tensor([-1, 2], { dtype: 'int32' }),
  mask: tensor([true, false], { dtype: 'bool' }),
  shape: tensor([2]),
  data: 3,
  nothing: tensor([[], []]),
};

/** What another thread receives. */
function sent<T>(message: T, transfer: ArrayBuffer[] = []): T {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(message, transfer);
  const received = receiveMessageOnPort(port2) as { message: T };
  port1.close();
  return received.message;
}

describe('toTransferable and fromTransferable', () => {
  it('take a tree to another thread, whose memory moves', () => {
    const { message, transfer } = toTransferable(tree);
    expect(transfer).to.have.length(7);
    const received: typeof tree = fromTransferable(sent(message, transfer));
    expect(JSON.stringify(received)).to.equal(JSON.stringify(tree));
    for (const name of ['key', 'labels', 'mask', 'nothing'] as const)
      expect([received[name].dtype, received[name].shape]).to.deep.equal([
        tree[name].dtype,
        tree[name].shape,
      ]);
    expect(received.layers[0]?.b.item()).to.equal(0.1);
    expect(random.normal(received.key, [3]).toArray()).to.deep.equal(random.normal(tree.key, [3]).toArray());
    expect(transfer.every(({ byteLength }) => byteLength === 0)).to.equal(true);
    expect(tree.layers[0]?.w.toArray(), 'stays as it was').to.deep.equal([[1, 3], [2, 4]]); // biome-ignore format: a matrix
    expect(() => fromTransferable(message)).to.throw(ArgumentError, /^fromTransferable: .*handed over/);
  });

  it('copy where nothing is handed over', () => {
    const { message } = toTransferable(tree);
    const [first, second] = [fromTransferable(structuredClone(message)), fromTransferable(sent(message))];
    expect([first, second].map((copy) => JSON.stringify(copy))).to.deep.equal(
      [tree, tree].map((t) => JSON.stringify(t)),
    );
    expect(fromTransferable(toTransferable(2).message)).to.equal(2);
    expect(fromTransferable(toTransferable([]).message)).to.deep.equal([]);
  });

  it('take values out of memory that threads share, or that a compiled function overwrites', () => {
    const shared = new Float32Array(new SharedArrayBuffer(12)).fill(5);
    const view = fromNDArray(wrap(shared.subarray(1), [2]));
    const { message, transfer } = toTransferable(view);
    const received = fromTransferable(sent(message, transfer));
    const direct = fromTransferable<Tensor>({ tree: { shape: [3], data: shared } });
    shared.fill(6);
    expect([received.toArray(), direct.toArray()]).to.deep.equal([[5, 5], [5, 5, 5]]); // biome-ignore format: vectors
    const step = compile((x) => x.multiply(2), { donate: [0] });
    const copy = toTransferable(step(tensor([1, 2])));
    step(tensor([3, 4]));
    expect(fromTransferable(copy.message).toArray()).to.deep.equal([2, 4]);
  });

  it('refuse what has no values, other leaves and other messages', () => {
    expect(() => vmap((x) => x.add(fromTransferable(toTransferable(x).message)))(tensor([1]))).to.throw(
      LevelError,
      /^toTransferable: /,
    );
    expect(() =>
      makeGraph((x: Tensor) => x.add(fromTransferable(toTransferable(x).message)), [tensor([1])]),
    ).to.throw(LevelError);
    expect(() => toTransferable({ name: 'w' })).to.throw(ArgumentError, /^toTransferable: .*at 'name'/);
    const wrong = [undefined, null, 1, [], {}, { tree: 'x' }, { tree: { data: 'x' } }, { tree: null }];
    for (const message of wrong) {
      expect(() => fromTransferable(message as never), String(message)).to.throw(
        ArgumentError,
        /^fromTransferable: wanted a message of toTransferable, got /,
      );
    }
    const short = { tree: { shape: [3], data: new Float32Array(2) } };
    expect(() => fromTransferable(short)).to.throw(ArgumentError, /wanted 3 values of shape \[3\], got 2$/);
    expect(() => fromTransferable({ tree: { data: new Float32Array(2) } })).to.throw(
      ArgumentError,
      /^fromTransferable: wanted a shape/,
    );
  });

  it('are what the error of cloning a tensor advises', () => {
    const x = tensor([1, 2]);
    for (const value of [x, { w: [x] }, random.key(1)])
      expect(() => structuredClone(value)).to.throw(/toTransferable\(x\).*fromTransferable/);
    grad((y) => {
      expect(() => sent(y)).to.throw(/toTransferable/);
      expect(fromTransferable(toTransferable(y).message).toArray()).to.deep.equal([1, 2]);
      return y.sum();
    })(x);
    expect(toNDArray(x).data).to.deep.equal(Float32Array.of(1, 2));
  });
});
