import { expect } from 'chai';
import { closedGraph } from '../../../autograd/graph/closed-graph.ts';
import { dependedOn, dependents } from '../../../autograd/graph/dependencies.ts';
import { add, argmax, cast, gather, multiply, type Tensor } from '../../../autograd/index.ts';
import { float64 } from '../numbers.ts';

const w = float64([4, 5]);
const { graph, captured } = closedGraph(
  (x: Tensor, y: Tensor) => [multiply(x, w), gather(y, argmax(x)), cast(argmax(x), 'float64'), add(y, 1)],
  [float64([1, 2]), float64([3, 6])],
);
const [x, y, brought] = [
  [true, false, false],
  [false, true, false],
  [false, false, true],
] as const;

describe('closedGraph', () => {
  it('makes inputs of what the function brings along, numbers too', () => {
    expect(graph.constants).to.deep.equal([]);
    expect(captured[0]).to.equal(w);
    expect(graph.inputs.map(({ shape }) => shape)).to.deep.equal([[2], [2], ...captured.map((c) => c.shape)]);
  });
});

describe('dependents', () => {
  it('are the outputs that change with the marked inputs', () => {
    expect(dependents(graph, x, 'any')).to.deep.equal([true, true, true, false]);
    expect(dependents(graph, y, 'any')).to.deep.equal([false, true, false, true]);
    expect(dependents(graph, brought, 'any')).to.deep.equal([true, false, false, false]);
  });

  it('have a derivative, if asked for: a position has none', () => {
    expect(dependents(graph, x, 'differentiable')).to.deep.equal([true, false, false, false]);
    expect(dependents(graph, y, 'differentiable')).to.deep.equal([false, true, false, true]);
  });
});

describe('dependedOn', () => {
  it('are the inputs that the marked outputs change with', () => {
    expect(dependedOn(graph, [true, false, false, false], 'any').slice(0, 3)).to.deep.equal([
      true,
      false,
      true,
    ]);
    expect(dependedOn(graph, [false, true, false, false], 'any').slice(0, 3)).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('have a derivative, if asked for: a position has none', () => {
    expect(dependedOn(graph, [false, true, true, false], 'differentiable').slice(0, 3)).to.deep.equal([
      false,
      true,
      false,
    ]);
  });
});
