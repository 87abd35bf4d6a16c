import { expect } from 'chai';
import {
  ArgumentError,
  add,
  cast,
  checkpoint,
  DTypeError,
  grad,
  LevelError,
  makeGraph,
  matmul,
  multiply,
  runGraph,
  ShapeError,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('makeGraph', () => {
  const [x, w] = [sampleTensor(1, [2, 3]), sampleTensor(2, [3, 4])];
  const fn = (a: Tensor, b: Tensor) => sum(tanh(matmul(a, b)), { axes: 1 });

  it('writes a function down, with types', () => {
    const graph = makeGraph(fn, [x, w]);
    expect(String(graph).split('\n')).to.deep.equal([
      '(%0: float64[2, 3], %1: float64[3, 4]) →',
      '  %2: float64[2, 4] = matmul(%0, %1)',
      '  %3: float64[2, 4] = tanh(%2)',
      '  %4: float64[2, 1] = sumTo(%3, shape=[2,1])',
      '  %5: float64[2] = reshape(%4, shape=[2])',
      '  → %5',
    ]);
  });

  it('writes down what is inside a checkpoint, indented', () => {
    const graph = makeGraph(
      checkpoint((a: Tensor) => tanh(sum(a))),
      [x],
    );
    expect(String(graph)).to.equal(
      [
        '(%0: float64[2, 3]) →',
        '  %1: float64[] = checkpoint(%0)',
        '    (%0: float64[2, 3]) →',
        '      %1: float64[1, 1] = sumTo(%0, shape=[1,1])',
        '      %2: float64[] = reshape(%1, shape=[])',
        '      %3: float64[] = tanh(%2)',
        '      → %3',
        '  → %1',
      ].join('\n'),
    );
  });

  it('knows what the function brings along, and can put other values in its place', () => {
    const graph = makeGraph((a: Tensor) => fn(a, w), [x]);
    expect(graph.constants.map(({ tensor }) => tensor)).to.deep.equal([w]);
    const other = sampleTensor(3, [3, 4]);
    expectClose(runGraph(graph, [x]), [fn(x, w)], 0);
    expectClose(runGraph(graph, [x], [other]), [fn(x, other)], 0);
  });

  it('traces derivatives and batches as what they are made of', () => {
    const loss = (a: Tensor) => sum(multiply(fn(a, w), fn(a, w)));
    const graph = makeGraph(valueAndGrad(loss), [x]);
    const [value, gradient] = runGraph(graph, [sampleTensor(4, [2, 3])]) as [Tensor, Tensor];
    expectClose([value, gradient], valueAndGrad(loss)(sampleTensor(4, [2, 3])), 0);
    const each = vmap((row: Tensor) => tanh(matmul(row, w)));
    expectClose(runGraph(makeGraph(each, [x]), [x]), [each(x)], 0);
    expect(makeGraph(each, [x]).equations.map(({ name }) => name)).to.include('matmul');
  });

  it('is differentiated by running it', () => {
    const graph = makeGraph((a: Tensor) => sum(fn(a, w)), [x]);
    const run = (a: Tensor) => runGraph(graph, [a])[0] as Tensor;
    expectClose(grad(run)(x), grad((a: Tensor) => sum(fn(a, w)))(x), 0);
  });

  it('refuses functions that look at a value', () => {
    expect(() => makeGraph((a: Tensor) => multiply(a, sum(a).item()), [x])).to.throw(
      LevelError,
      /^item: .*traced/,
    );
    let leaked = x;
    makeGraph(
      (a: Tensor) => {
        leaked = add(a, 1);
        return a;
      },
      [float64(1)],
    );
    expect(() => add(leaked, 1)).to.throw(LevelError, /makeGraph/);
  });

  it('refuses to run on tensors of other types, or on another number of them', () => {
    const graph = makeGraph(fn, [x, w]);
    expect(() => runGraph(graph, [x])).to.throw(ArgumentError, /^runGraph: wanted 2.*got 1/);
    expect(() => runGraph(graph, [x, x])).to.throw(ShapeError, /^runGraph: input 1: .*\[3, 4\].*\[2, 3\]/);
    expect(() => runGraph(graph, [x, cast(w, 'float32')])).to.throw(
      DTypeError,
      /^runGraph: input 1: .*float64.*float32/,
    );
  });
});
