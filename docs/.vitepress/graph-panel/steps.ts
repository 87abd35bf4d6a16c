/** The steps of a walk in their order, and what is known of each node after them. */
import type { Node, Walk } from './walk.ts';

export type Step =
  | { readonly kind: 'start' | 'inputs' | 'seed' | 'end' }
  | { readonly kind: 'forward' | 'backward'; readonly node: Node };

/**
 * What is known of a node. A value is null before its step; a constant never has a tangent or a cotangent.
 */
export interface Known {
  readonly primal: number | null;
  readonly tangent: number | null;
  readonly cotangent: number | null;
  /** Whether some but not all parts of the cotangent have arrived. */
  readonly collecting: boolean;
}

/** Start, inputs, forward through the operations, seed, backward through them, end. */
export function stepsOf({ nodes }: Walk): readonly Step[] {
  const operations = nodes.filter(({ made }) => made);
  return [
    { kind: 'start' },
    { kind: 'inputs' },
    ...operations.map((node) => ({ kind: 'forward' as const, node })),
    { kind: 'seed' },
    ...operations.toReversed().map((node) => ({ kind: 'backward' as const, node })),
    { kind: 'end' },
  ];
}

/** What is known of a node once the given steps have been taken. */
export function knownOf(walk: Walk, taken: readonly Step[], node: Node): Known {
  if (node.name === null) return { primal: node.primal, tangent: null, cotangent: null, collecting: false };
  const reached = node.made ? wasTaken(taken, 'forward', node) : taken.some(({ kind }) => kind === 'inputs');
  const all = walk.deliveries.filter(({ to }) => to === node);
  const arrived = all.filter(({ from }) => wasTaken(taken, 'backward', from));
  const seed = node === walk.output && taken.some(({ kind }) => kind === 'seed') ? 1 : null;
  const unused = taken.at(-1)?.kind === 'end' ? 0 : null;
  return {
    primal: reached ? node.primal : null,
    tangent: reached ? node.tangent : null,
    cotangent: arrived.at(-1)?.total ?? seed ?? unused,
    collecting: arrived.length > 0 && arrived.length < all.length,
  };
}

function wasTaken(taken: readonly Step[], kind: 'forward' | 'backward', node: Node): boolean {
  return taken.some((step) => step.kind === kind && step.node === node);
}
