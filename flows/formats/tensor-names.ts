/** Parameter trees as flat lists of named tensors. A name is a path, such as `residuals.0.w`. */
import { Tensor } from '../../autograd/index.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError, sameShape } from '../../lib/index.ts';
import { requireObject, requireTensor } from '../checks.ts';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * The leaves of a tree, by their paths.
 *
 * @throws ArgumentError for a leaf that is no tensor, or a key with a dot in it
 * @example flattenNames({ layers: [{ w, b }] }); // { 'layers.0.w': w, 'layers.0.b': b }
 */
export function flattenNames(tree: unknown): NamedTensors {
  return Object.fromEntries(leavesOf(tree, []));
}

/**
 * The tree that has these tensors as its leaves. A node whose keys are 0, 1, … is an array; every other node
 * is an object.
 *
 * @throws ArgumentError if one name is both a tensor and the beginning of another name, or has the step
 * `__proto__`
 * @example unflattenNames({ 'layers.0.w': w, 'layers.0.b': b }); // { layers: [{ w, b }] }
 */
export function unflattenNames(tensors: NamedTensors): unknown {
  requireNamed('unflattenNames', tensors);
  const root: Branch = new Map();
  for (const [name, tensor] of Object.entries(tensors)) {
    const steps = name.split('.');
    if (steps.includes('__proto__'))
      throw new ArgumentError(`unflattenNames: '${name}' is no name for a tensor`);
    const last = steps.pop() as string;
    let node = root;
    for (const step of steps) {
      const next: Branch | Tensor = node.get(step) ?? new Map();
      if (next instanceof Tensor) throw clash(name);
      node.set(step, next);
      node = next;
    }
    if (node.has(last)) throw clash(name);
    node.set(last, tensor);
  }
  return treeOf(root);
}

/**
 * The tree with the tensors in place of its leaves.
 *
 * @param like the tree, which decides the names, shapes and dtypes that the tensors must have
 * @throws ArgumentError for a name that is missing or has no place in the tree; ShapeError or DTypeError for
 * a tensor of another shape or dtype
 * @example const parameters = restoreTree(tensors, network.initialise(random.key(0)));
 */
export function restoreTree<T>(tensors: NamedTensors, like: T): T {
  requireNamed('restoreTree', tensors);
  const wanted = leavesOf(like, []);
  const names = new Set(wanted.map(([name]) => name));
  const stray = Object.keys(tensors).find((name) => !names.has(name));
  if (stray !== undefined)
    throw new ArgumentError(`restoreTree: there is no place for '${stray}' in the tree`);
  const place = (node: unknown, path: readonly string[]): unknown => {
    if (node instanceof Tensor) return fitting(path.join('.'), tensors, node);
    const entries = Object.entries(node as object).map(
      ([key, child]) => [key, place(child, [...path, key])] as const,
    );
    return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  };
  return place(like, []) as T;
}

/** Throws an ArgumentError unless these are tensors by name. */
export function requireNamed(operation: string, tensors: NamedTensors): void {
  requireObject(operation, 'tensors by name', tensors);
  for (const [name, tensor] of Object.entries(tensors)) requireTensor(operation, `'${name}'`, tensor);
}

type Branch = Map<string, Branch | Tensor>;

function leavesOf(node: unknown, path: readonly string[]): [string, Tensor][] {
  if (node instanceof Tensor) return [[path.join('.'), node]];
  if (typeof node !== 'object' || node === null) {
    throw new ArgumentError(
      `flattenNames: wanted tensors as leaves, got ${String(node)} at '${path.join('.')}'`,
    );
  }
  return Object.entries(node).flatMap(([key, child]) => {
    if (key.includes('.')) throw new ArgumentError(`flattenNames: wanted keys without dots, got '${key}'`);
    return leavesOf(child, [...path, key]);
  });
}

function fitting(name: string, tensors: NamedTensors, like: Tensor): Tensor {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) throw new ArgumentError(`restoreTree: there is no tensor named '${name}'`);
  if (!sameShape(tensor.shape, like.shape)) {
    const shapes = `wanted shape ${formatShape(like.shape)}, got ${formatShape(tensor.shape)}`;
    throw new ShapeError(`restoreTree: '${name}': ${shapes}`);
  }
  if (tensor.dtype === like.dtype) return tensor;
  throw new DTypeError(`restoreTree: '${name}': wanted ${like.dtype}, got ${tensor.dtype}`);
}

function treeOf(node: Branch | Tensor): unknown {
  if (node instanceof Tensor) return node;
  const isList = node.size > 0 && [...Array(node.size).keys()].every((i) => node.has(String(i)));
  if (isList)
    return Array.from({ length: node.size }, (_, i) => treeOf(node.get(String(i)) as Branch | Tensor));
  return Object.fromEntries([...node].map(([key, child]) => [key, treeOf(child)]));
}

function clash(name: string): ArgumentError {
  return new ArgumentError(
    `unflattenNames: '${name}' is both a tensor and the beginning of another name, or there twice`,
  );
}
