import { expect } from 'chai';
import { embeddedTableaus, tableaus } from '../../../flows/index.ts';

type Vector = readonly number[];

/** A rooted tree, as the list of its branches: the single vertex is []. */
type RootedTree = readonly RootedTree[];

/** All rooted trees with n vertices. */
function treesOf(n: number): RootedTree[] {
  const forests = (total: number, largest: number): RootedTree[][] => {
    if (total === 0) return [[]];
    return Array.from({ length: Math.min(total, largest) }, (_, i) => i + 1).flatMap((size) =>
      treesOf(size).flatMap((tree) => forests(total - size, size).map((rest) => [tree, ...rest])),
    );
  };
  return forests(n - 1, n - 1);
}

const vertices = (tree: RootedTree): number => 1 + tree.reduce((sum, branch) => sum + vertices(branch), 0);
/** γ(τ). */
const density = (tree: RootedTree): number =>
  tree.reduce((product, b) => product * density(b), vertices(tree));
/** Φ(τ), stage by stage: the product over the branches of A·Φ(branch). */
const elementaryWeights = (tree: RootedTree, A: readonly Vector[]): Vector =>
  tree.reduce(
    (weights: Vector, branch) => {
      const inner = elementaryWeights(branch, A);
      return weights.map((w, i) => w * dot(A[i]!, inner));
    },
    A.map(() => 1),
  );
const dot = (a: Vector, b: Vector) => b.reduce((sum, value, i) => sum + (a[i] ?? 0) * value, 0);

/** The largest residual of the order conditions Σ b·Φ(τ) = θ^|τ|/γ(τ) of exactly this order. */
function residual(order: number, A: readonly Vector[], weights: Vector, theta = 1): number {
  const residuals = treesOf(order).map((tree) => {
    return Math.abs(dot(weights, elementaryWeights(tree, A)) - theta ** order / density(tree));
  });
  return Math.max(...residuals);
}

describe('the Runge–Kutta tableaus', () => {
  it('the trees of the order conditions are counted right', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => treesOf(n).length)).to.deep.equal([1, 1, 2, 4, 9, 20]);
  });

  for (const [name, { order, nodes, stages, weights }] of Object.entries(tableaus)) {
    it(`${name} meets the conditions of order ${order}, and not those of the next`, () => {
      for (let p = 1; p <= order; p++) expect(residual(p, stages, weights)).to.be.below(1e-13);
      expect(residual(order + 1, stages, weights)).to.be.above(1e-5);
    });

    it(`${name} is explicit, and its nodes are its row sums`, () => {
      stages.forEach((row, i) => {
        expect(row.length).to.be.at.most(i);
        expect(
          dot(
            row,
            row.map(() => 1),
          ),
        ).to.be.closeTo(nodes[i]!, 1e-14);
      });
    });
  }

  for (const [name, { stages, weights, errorWeights, interpolant }] of Object.entries(embeddedTableaus)) {
    const A = [...stages, weights]; // the slope at the end is one more stage
    const at = (theta: number) =>
      interpolant.map((row) => row.reduce((sum, c, power) => sum + c * theta ** (power + 1), 0));

    it(`${name}'s second method has order 4, and not 5`, () => {
      const second = errorWeights.map((e, i) => (weights[i] ?? 0) - e);
      for (let p = 1; p <= 4; p++) expect(residual(p, A, second)).to.be.below(1e-13);
      expect(residual(5, A, second)).to.be.above(1e-5);
    });

    it(`${name}'s dense output has order 4 between the steps, and meets the step at its end, with its slope`, () => {
      for (const theta of [0.1, 0.5, 0.77, 1]) {
        for (let p = 1; p <= 4; p++) expect(residual(p, A, at(theta), theta)).to.be.below(1e-13);
      }
      at(1).forEach((weight, i) => {
        expect(weight).to.be.closeTo(weights[i] ?? 0, 1e-13);
      });
      const slopes = interpolant.map((row) => row.reduce((sum, c, power) => sum + c * (power + 1), 0));
      slopes.forEach((weight, i) => {
        expect(weight).to.be.closeTo(i === 6 ? 1 : 0, 1e-12);
      });
    });
  }
});
