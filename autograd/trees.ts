/**
 * Trees: nested plain objects and arrays whose leaves are tensors or numbers. Parameters, gradients and
 * optimiser states are trees. Every transform keeps a tree's type.
 */
import { ArgumentError, type DType, describe, requireFunction } from '../lib/index.ts';
import { strange, toTensor } from './core/plain.ts';
import { Tensor, type TensorLike } from './core/tensor.ts';

/** The same tree with a tensor at each leaf: what a gradient with respect to a `T` looks like. */
export type TensorTree<T> = T extends TensorLike ? Tensor : { -readonly [K in keyof T]: TensorTree<T[K]> };

/** The same tree with a tensor or a number at each leaf: a tangent of a `T`. */
export type TangentTree<T> = T extends TensorLike
  ? TensorLike
  : { readonly [K in keyof T]: TangentTree<T[K]> };

/** An argument list, each argument with tensors at its leaves. */
export type TensorTrees<A extends readonly unknown[]> = { -readonly [K in keyof A]: TensorTree<A[K]> };

/**
 * The arguments of a function whose parameters have no types: tensors. So `grad((x) => …)` needs none.
 */
export type Tensors = [Tensor, ...Tensor[]];

/**
 * What may be inferred where a list of arguments is wanted: lists, as tuples, and the tensor of who forgets
 * it.
 */
export type ListOrTensor = readonly unknown[] | [] | Tensor;

/**
 * The arguments, if they are a list; else a type that tells the reader of the compiler's error to write one.
 */
export type ArgumentList<A> = A &
  (A extends readonly unknown[] ? unknown : 'a list of the arguments, such as [x]');

/** The arguments as a list. Never, which goes with every function, if they are none: the error is theirs. */
export type Listed<A> = A extends readonly unknown[] ? A : never;

/** An argument list's tangents, one for each argument. */
export type TangentTrees<A extends readonly unknown[]> = { readonly [K in keyof A]: TangentTree<A[K]> };

/**
 * The leaves from left to right (an object's in the order of its keys).
 * @example treeLeaves({ w: tensor([1, 2]), b: tensor(0) }).length; // 2
 */
export function treeLeaves(tree: unknown): readonly TensorLike[] {
  return flatten('treeLeaves', tree).leaves;
}

/**
 * The tree with `fn` of each leaf in its place. Further trees of the same structure give `fn` their leaves
 * at that place. Numbers become tensors: float64 if one of the trees has a float64 tensor, else float32.
 * @throws ArgumentError if the structures differ, or a leaf is neither tensor nor number.
 * @example mapTree((p, g) => p.subtract(g.multiply(0.1)), parameters, gradients);
 */
export function mapTree<T>(
  fn: (leaf: Tensor, ...others: Tensor[]) => TensorLike,
  tree: T,
  ...rest: readonly unknown[]
): TensorTree<T> {
  requireFunction('mapTree', fn);
  const all: TensorLike[] = [];
  mapLeaves('mapTree', (...leaves) => all.push(...leaves), tree, ...rest);
  const dtype = dtypeOfNumbers(all);
  const asTensor = (leaf: TensorLike) => toTensor('mapTree', leaf, dtype);
  return mapLeaves(
    'mapTree',
    (leaf, ...others) => asTensor(fn(asTensor(leaf), ...others.map(asTensor))),
    tree,
    ...rest,
  ) as TensorTree<T>;
}

/**
 * The path of each leaf, in the order of `treeLeaves`: keys and indices with dots between them. The path of a
 * tree that is one leaf is ''.
 * @example treePaths({ layers: [{ w: 1, b: 2 }] }); // ['layers.0.w', 'layers.0.b']
 */
export function treePaths(tree: unknown): readonly string[] {
  const paths: string[] = [];
  walk('treePaths', (path) => paths.push(path), [tree], '', 0);
  return paths;
}

/** Throws an ArgumentError if the caller gave one argument instead of a list of arguments. */
export function requireArgumentList(operation: string, args: unknown): asserts args is readonly unknown[] {
  if (Array.isArray(args)) return;
  throw new ArgumentError(`${operation}: wanted the arguments as a list, such as [x], got ${describe(args)}`);
}

/** The leaves of a tree, and a function that puts others in their places. */
export interface FlatTree<T> {
  readonly leaves: readonly TensorLike[];
  readonly rebuild: (leaves: readonly unknown[]) => TensorTree<T>;
}

/**
 * The leaves, and a function that puts others in their places.
 * @example const { leaves, rebuild } = flattenTree({ w: tensor([1, 2]), b: tensor(0) });
 */
export function flattenTree<T>(tree: T): FlatTree<T> {
  return flatten('flattenTree', tree);
}

/** `flattenTree`, with errors that name the caller's operation. */
export function flatten<T>(operation: string, tree: T): FlatTree<T> {
  const leaves: TensorLike[] = [];
  mapLeaves(operation, (leaf) => leaves.push(leaf), tree);
  const rebuild = (replacements: readonly unknown[]) => {
    let next = 0;
    return mapLeaves(operation, () => replacements[next++], tree) as TensorTree<T>;
  };
  return { leaves, rebuild };
}

/** The dtype that numbers among these leaves take: float64 if a tensor beside them has it, else float32. */
export function dtypeOfNumbers(leaves: readonly TensorLike[]): DType {
  return leaves.some((leaf) => leaf instanceof Tensor && leaf.dtype === 'float64') ? 'float64' : 'float32';
}

/** What the functions above are made of. `fn` may return anything; errors name the caller's operation. */
export function mapLeaves(
  operation: string,
  fn: (leaf: TensorLike, ...others: TensorLike[]) => unknown,
  tree: unknown,
  ...rest: readonly unknown[]
): unknown {
  return walk(operation, (_, ...leaves) => fn(...(leaves as [TensorLike])), [tree, ...rest], '', 0);
}

/** Deeper trees would overflow the stack, in our functions or in the user's. */
const deepest = 1000;

function walk(
  operation: string,
  fn: (path: string, ...leaves: readonly unknown[]) => unknown,
  nodes: readonly unknown[],
  path: string,
  depth: number,
): unknown {
  if (depth > deepest) {
    throw new ArgumentError(`${operation}: the tree is deeper than ${deepest} levels, or contains itself`);
  }
  const first = nodes[0];
  if (isLeaf(first)) {
    const stray = nodes.findIndex((node) => node !== first && !isLeaf(node));
    if (stray >= 0) mismatch(operation, path, first, nodes[stray]);
    return fn(path, ...nodes);
  }
  if (!isBranch(first)) {
    throw new ArgumentError(
      `${operation}: wanted tensors and numbers as leaves, got ${strange(first)}${at(path)}`,
    );
  }
  const keys = Object.keys(first);
  const stray = nodes.findIndex((node) => node !== first && !(isBranch(node) && sameKeys(first, node)));
  if (stray >= 0) mismatch(operation, path, first, nodes[stray]);
  const child = (key: string) =>
    walk(
      operation,
      fn,
      nodes.map((node) => (node as Record<string, unknown>)[key]),
      path === '' ? key : `${path}.${key}`,
      depth + 1,
    );
  return Array.isArray(first) ? keys.map(child) : Object.fromEntries(keys.map((key) => [key, child(key)]));
}

function isLeaf(node: unknown): node is TensorLike {
  return node instanceof Tensor || typeof node === 'number';
}

function isBranch(node: unknown): node is object {
  if (typeof node !== 'object' || node === null || node instanceof Tensor) return false;
  const prototype = Object.getPrototypeOf(node);
  return Array.isArray(node) || prototype === Object.prototype || prototype === null;
}

function sameKeys(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in b)
  );
}

function mismatch(operation: string, path: string, wanted: unknown, got: unknown): never {
  const shown = (node: unknown) => (isBranch(node) ? `{${Object.keys(node).join(', ')}}` : strange(node));
  throw new ArgumentError(
    `${operation}: the trees differ${at(path)}: wanted ${shown(wanted)}, got ${shown(got)}`,
  );
}

function at(path: string): string {
  return path === '' ? '' : ` at '${path}'`;
}
