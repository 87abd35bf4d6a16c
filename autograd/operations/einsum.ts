import * as lib from '../../lib/index.ts';
import type { Tensor } from '../core/tensor.ts';
import { contractionOrder } from './contraction-order.ts';
import { matmul } from './matmul.ts';
import { promoteOperands } from './operands.ts';
import { diagonal } from './rearranging.ts';
import { sum } from './reductions.ts';
import { moveAxis, reshape, transpose } from './reshaping.ts';

/** A tensor whose axes have names, one letter each. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: string;
}

/**
 * Einstein's sum over any number of tensors. Each letter names an axis. The result is summed over the letters
 * that it does not name. A letter repeated within one operand takes that operand's diagonal. Two operands are
 * contracted at a time, as one batched matrix product, in an order that costs little (`contractionOrder`).
 *
 * @param formula in numpy's notation, with an explicit result and no ellipsis: 'bij,bjk->bik'.
 * @throws ArgumentError if the formula does not fit the operands, ShapeError if a letter has two lengths.
 * @example einsum('ij,j->i', tensor([[1, 2], [3, 4]]), tensor([1, 1])); // [3, 7]
 */
export function einsum(formula: string, ...operands: readonly Tensor[]): Tensor {
  const tensors = promoteOperands('einsum', operands);
  const { inputs, output } = parse(formula, tensors);
  const terms = inputs.map((labels, i) => takeDiagonals({ x: tensors[i] as Tensor, labels }));
  requireOneLengthPerLabel(formula, terms);
  const summed = sumOver(contractAll(terms, output), output);
  return transpose(
    summed.x,
    [...output].map((label) => summed.labels.indexOf(label)),
  );
}

function contractAll(operands: readonly Labelled[], output: string): Labelled {
  const lengths = new Map(
    operands.flatMap((term) => [...term.labels].map((l) => [l, lengthOf(term, l)] as const)),
  );
  const order = contractionOrder(
    operands.map(({ labels }) => labels),
    output,
    (label) => lengths.get(label) as number,
  );
  const terms: (Labelled | undefined)[] = [...operands];
  const uses = new Map<string, number>();
  const count = (labels: string, by: number) => {
    for (const label of labels) uses.set(label, (uses.get(label) ?? 0) + by);
  };
  count(output, 1);
  for (const { labels } of operands) count(labels, 1);
  for (const [i, j] of order) {
    const [left, right] = [terms[i], terms[j]] as [Labelled, Labelled];
    for (const { labels } of [left, right]) count(labels, -1);
    const needed = [...uses.keys()].filter((label) => (uses.get(label) as number) > 0).join('');
    const product = contract(left, right, needed);
    count(product.labels, 1);
    terms[i] = undefined;
    terms[j] = undefined;
    terms.push(product);
  }
  return terms.at(-1) as Labelled;
}

/** The product of two tensors, summed over every label that is not in `needed`. */
function contract(first: Labelled, second: Labelled, needed: string): Labelled {
  const left = sumOver(first, needed + second.labels);
  const right = sumOver(second, needed + first.labels);
  const shared = [...left.labels].filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => needed.includes(label)).join('');
  const inner = shared.filter((label) => !needed.includes(label)).join('');
  const rows = [...left.labels].filter((label) => !shared.includes(label)).join('');
  const columns = [...right.labels].filter((label) => !shared.includes(label)).join('');
  const product = matmul(group(left, [batch, rows, inner]), group(right, [batch, inner, columns]));
  const lengths = [...batch, ...rows].map((label) => lengthOf(left, label));
  return {
    x: reshape(product, [...lengths, ...[...columns].map((label) => lengthOf(right, label))]),
    labels: batch + rows + columns,
  };
}

/** The axes brought into the groups' order, each group folded into one axis. */
function group(term: Labelled, groups: readonly string[]): Tensor {
  const ordered = transpose(
    term.x,
    [...groups.join('')].map((label) => term.labels.indexOf(label)),
  );
  return reshape(
    ordered,
    groups.map((labels) => lib.sizeOf([...labels].map((label) => lengthOf(term, label)))),
  );
}

function sumOver(term: Labelled, kept: string): Labelled {
  const axes = [...term.labels].flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return term;
  return {
    x: sum(term.x, { axes }),
    labels: [...term.labels].filter((label) => kept.includes(label)).join(''),
  };
}

function takeDiagonals(term: Labelled): Labelled {
  const repeated = [...term.labels].find((label, axis) => term.labels.indexOf(label) !== axis);
  if (repeated === undefined) return term;
  const [first, second] = [term.labels.indexOf(repeated), term.labels.lastIndexOf(repeated)];
  if (term.x.shape[first] !== term.x.shape[second]) {
    throw new lib.ShapeError(
      `einsum: '${repeated}' names axes of lengths ${term.x.shape[first]} and ${term.x.shape[second]}`,
    );
  }
  const last = term.x.rank - 1;
  // The second occurrence is moved first, so that the index of the first stays the same.
  const matrices = moveAxis(moveAxis(term.x, second, last), first, last);
  const others = [...term.labels].filter((_, axis) => axis !== first && axis !== second).join('');
  return takeDiagonals({ x: diagonal(matrices), labels: others + repeated });
}

function parse(formula: string, operands: readonly Tensor[]): { inputs: readonly string[]; output: string } {
  if (typeof formula !== 'string') {
    throw new lib.ArgumentError(`einsum: wanted a formula such as 'ij,jk->ik', got ${lib.describe(formula)}`);
  }
  const match = /^([a-zA-Z]*(?:,[a-zA-Z]*)*)->([a-zA-Z]*)$/.exec(formula.replaceAll(' ', ''));
  const wrong = (problem: string) => new lib.ArgumentError(`einsum: '${formula}': ${problem}`);
  if (match === null) throw wrong("wanted a formula such as 'ij,jk->ik'");
  const [inputs, output] = [(match[1] as string).split(','), match[2] as string];
  if (inputs.length !== operands.length) {
    throw wrong(`it has ${inputs.length} operands, but ${operands.length} were given`);
  }
  if (new Set(output).size !== output.length) throw wrong('a letter appears twice in the result');
  const unknown = [...output].find((label) => !inputs.join('').includes(label));
  if (unknown !== undefined) throw wrong(`no operand has the result's '${unknown}'`);
  operands.forEach((x, i) => {
    const labels = inputs[i] as string;
    if (x.rank !== labels.length)
      throw wrong(`'${labels}' cannot name the axes of ${lib.formatShape(x.shape)}`);
  });
  return { inputs, output };
}

function requireOneLengthPerLabel(formula: string, terms: readonly Labelled[]): void {
  const lengths = new Map<string, number>();
  for (const term of terms) {
    for (const label of term.labels) {
      const length = lengthOf(term, label);
      const known = lengths.get(label) ?? length;
      if (known !== length) {
        throw new lib.ShapeError(
          `einsum: '${formula}': '${label}' names axes of lengths ${known} and ${length}`,
        );
      }
      lengths.set(label, length);
    }
  }
}

function lengthOf(term: Labelled, label: string): number {
  return term.x.shape[term.labels.indexOf(label)] as number;
}
