/** Where nodes and edges lie: dagre puts the graph into layers, along or across. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Node, Walk } from './walk.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Point {
  readonly node: Node;
  readonly width: number;
  readonly height: number;
}

/** From a node to one that uses it. */
export interface PlacedEdge {
  readonly from: Node;
  readonly to: Node;
  /** Which input of `to` it is. */
  readonly input: number;
  readonly points: readonly Point[];
  /** The middle of the place for a label. */
  readonly label: Point;
}

export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export type Direction = 'along' | 'down';

/** The smallest scale at which to draw a graph that is too wide. A wider one scrolls in its box. */
export const smallestScale = 0.83;

const nodeSize = { width: 128, height: 84 };
const constantSize = { width: 48, height: 28 };
const labelSize = { width: 52, height: 18 };

/** Lays a graph out in pixels. */
export function place({ nodes }: Walk, direction: Direction): Placement {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction === 'along' ? 'LR' : 'TB',
    nodesep: 14,
    edgesep: 8,
    ranksep: 22,
    marginx: 2,
    marginy: 2,
  });
  for (const node of nodes)
    graph.setNode(String(node.id), { ...(node.name === null ? constantSize : nodeSize) });
  for (const node of nodes) {
    node.made?.inputs.forEach(({ id }, input) => {
      graph.setEdge(String(id), String(node.id), { ...labelSize, labelpos: 'c' }, String(input));
    });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const placed = nodes.map((node) => ({
    node,
    ...(graph.node(String(node.id)) as Omit<PlacedNode, 'node'>),
  }));
  const [x, y] = placed as [PlacedNode, PlacedNode];
  // dagre may put y before x, but a reader expects x first.
  const mirrorX = direction === 'down' && x.x > y.x;
  const mirrorY = direction === 'along' && x.y > y.y;
  const turn = (at: Point): Point => ({
    x: mirrorX ? width - at.x : at.x,
    y: mirrorY ? height - at.y : at.y,
  });
  return {
    width,
    height,
    nodes: placed.map((node) => ({ ...node, ...turn(node) })),
    edges: nodes.flatMap((to) =>
      (to.made?.inputs ?? []).map((from, input) => {
        const edge = graph.edge(String(from.id), String(to.id), String(input)) as Point & {
          points: readonly Point[];
        };
        return { from, to, input, points: edge.points.map(turn), label: turn(edge) };
      }),
    ),
  };
}

/** A smooth path along points: straight into the first and out of the last, rounded between. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points as readonly [Point, ...Point[]];
  const last = rest.at(-1) ?? first;
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] as Point;
    const end = i === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y} ${bends.length === 0 ? `L${last.x} ${last.y}` : bends.join(' ')}`;
}
