/** Converts parameters to PyTorch's names and layout, and back. */
import { Tensor, transpose } from '../../autograd/index.ts';
import { flattenNames, type NamedTensors, requireNamed, restoreTree } from './tensor-names.ts';

/**
 * A parameter tree as a PyTorch `state_dict`. Names are paths with dots. Each layer's tensors become `weight`
 * and `bias`, in the layout of `nn.Linear` [outputs, inputs], `nn.Conv2d` [outputs, inputs, height, width] or
 * `nn.GroupNorm` [channels]. Other leaves stay as they are.
 *
 * @throws ArgumentError for a leaf that is no tensor, or a key with a dot in it
 * @example const bytes = formatSafetensors(stateDict(parameters));
 */
export function stateDict(parameters: unknown): NamedTensors {
  return flattenNames(torchTree(parameters));
}

/**
 * The parameters from a `state_dict`.
 *
 * @param like a tree of such parameters: the result has its structure, its shapes and its dtypes
 * @throws ArgumentError for a name that is missing or has no place in the tree; ShapeError or DTypeError for
 * a tensor of another shape or dtype
 * @example
 * const { tensors } = parseSafetensors(bytes);
 * const parameters = fromStateDict(tensors, network.initialise(random.key(0)));
 */
export function fromStateDict<T>(tensors: NamedTensors, like: T): T {
  requireNamed('fromStateDict', tensors);
  return ourTree(restoreTree(tensors, torchTree(like)), like) as T;
}

/** The names of a layer's two tensors in our trees, and the order of the first one's axes in PyTorch. */
interface LayerKind {
  readonly weight: string;
  readonly bias: string;
  readonly axes: readonly number[];
}

const kinds: readonly LayerKind[] = [
  { weight: 'w', bias: 'b', axes: [1, 0] },
  { weight: 'kernel', bias: 'b', axes: [3, 2, 0, 1] },
  { weight: 'scale', bias: 'shift', axes: [0] },
];

function kindOf(node: object): LayerKind | undefined {
  const { length } = Object.keys(node);
  return kinds.find(({ weight, bias, axes }) => {
    const [w, b] = [(node as never)[weight], (node as never)[bias]] as unknown[];
    return (
      length === 2 && w instanceof Tensor && w.rank === axes.length && b instanceof Tensor && b.rank === 1
    );
  });
}

function torchTree(node: unknown): unknown {
  if (!isBranch(node)) return node;
  const kind = kindOf(node);
  if (kind === undefined) return mapEntries(node, (_, child) => torchTree(child));
  return { weight: transpose(node[kind.weight] as Tensor, kind.axes), bias: node[kind.bias] };
}

/** Undoes `torchTree`. `like` tells which branches are layers. */
function ourTree(node: unknown, like: unknown): unknown {
  if (!isBranch(node) || !isBranch(like)) return node;
  const kind = kindOf(like);
  if (kind === undefined) return mapEntries(node, (key, child) => ourTree(child, like[key]));
  const inverse = kind.axes.map((_, i) => kind.axes.indexOf(i));
  return { [kind.weight]: transpose(node.weight as Tensor, inverse), [kind.bias]: node.bias };
}

function isBranch(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !(node instanceof Tensor);
}

function mapEntries(node: object, fn: (key: string, child: unknown) => unknown): unknown {
  const entries = Object.entries(node).map(([key, child]) => [key, fn(key, child)] as const);
  return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}
