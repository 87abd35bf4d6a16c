/**
 * The graph as SVG. Each node shows what is known of it. The edges of the current step show the values that
 * go along them.
 */
import type { FunctionalComponent } from 'vue';
import { formatNumber } from '../../../flows/report/numbers.ts';
import { definitionOf, labelOf } from './names.ts';
import { type PlacedEdge, type PlacedNode, type Placement, pathThrough, smallestScale } from './placement.ts';
import { type Known, knownOf, type Step } from './steps.ts';
import type { Walk } from './walk.ts';

interface Props {
  readonly walk: Walk;
  readonly placement: Placement;
  readonly taken: readonly Step[];
}

type Flow = 'idle' | 'forward' | 'backward';
const flows: readonly Flow[] = ['idle', 'forward', 'backward'];

export const Drawing: FunctionalComponent<Props> = ({
  walk,
  placement: { width, height, nodes, edges },
  taken,
}) => {
  const step = taken.at(-1) as Step;
  const flowOf = ({ from, to }: PlacedEdge): Flow =>
    // No derivative goes along the edge of a constant.
    'node' in step && step.node === to && from.name !== null ? step.kind : 'idle';
  const ordered = edges.toSorted((a, b) => flows.indexOf(flowOf(a)) - flows.indexOf(flowOf(b)));
  return (
    <svg
      style={{ maxWidth: `${width}px`, minWidth: `${smallestScale * width}px` }}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`The graph, of ${nodes.length} nodes. The table below has the same numbers.`}
    >
      <defs>{flows.map(arrow)}</defs>
      {ordered.map((edge) => drawEdge(walk, edge, flowOf(edge)))}
      {nodes.map((placed) =>
        drawNode(placed, knownOf(walk, taken, placed.node), currentClass(walk, step, placed)),
      )}
    </svg>
  );
};
Drawing.props = ['walk', 'placement', 'taken'];

/** Whether the step is about the node, and which way it goes. */
function currentClass({ output }: Walk, step: Step, { node }: PlacedNode): string {
  if ('node' in step) return step.node === node ? `current ${step.kind}` : '';
  if (step.kind === 'start') return '';
  if (step.kind === 'seed') return node === output ? 'current backward' : '';
  return node.made ? '' : `current ${step.kind === 'inputs' ? 'forward' : 'backward'}`;
}

function arrow(flow: Flow) {
  return (
    <marker
      id={`graph-arrow-${flow}`}
      key={flow}
      class={`tip ${flow}`}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="7"
      markerHeight="7"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0 8 4 0 8z" />
    </marker>
  );
}

function drawEdge(walk: Walk, { from, to, input, points, label }: PlacedEdge, flow: Flow) {
  const directed = flow === 'backward' ? points.toReversed() : points;
  const delivery = walk.deliveries.find((one) => one.from === to && one.input === input);
  const slope = to.made?.slopes[input] ?? 0;
  return (
    <g key={`${from.id} ${to.id} ${input}`} class={['edge', flow]}>
      <path d={pathThrough(directed)} marker-end={`url(#graph-arrow-${flow})`} />
      {flow !== 'idle' && (
        <text x={label.x} y={label.y}>
          {flow === 'forward' ? `×${formatNumber(slope)}` : signed(delivery?.cotangent ?? 0)}
        </text>
      )}
    </g>
  );
}

function drawNode({ node, x, y, width, height }: PlacedNode, known: Known, current: string) {
  const frame = <rect x={-width / 2} y={-height / 2} width={width} height={height} rx={8} />;
  const at = `translate(${x} ${y})`;
  if (node.name === null) {
    return (
      <g key={node.id} class="node constant" transform={at}>
        {frame}
        <text class="name">{labelOf(node)}</text>
      </g>
    );
  }
  const top = -height / 2;
  const rows = [
    ['primal', shown(known.primal)],
    ['tangent', shown(known.tangent)],
    ['cotangent', known.collecting ? `${shown(known.cotangent)} …` : shown(known.cotangent)],
  ] as const;
  return (
    <g key={node.id} class={['node', current]} transform={at}>
      {frame}
      <text class="name" y={top + 15}>
        {node.made ? `${labelOf(node)} = ${definitionOf(node)}` : labelOf(node)}
      </text>
      {rows.map(([name, value], i) => (
        <g key={name} class={name} transform={`translate(0 ${top + 36 + 17 * i})`}>
          <text class="label" x={8 - width / 2}>
            {name}
          </text>
          <text class="value" x={width / 2 - 8}>
            {value}
          </text>
        </g>
      ))}
    </g>
  );
}

function signed(value: number): string {
  return value < 0 ? formatNumber(value) : `+${formatNumber(value)}`;
}

function shown(value: number | null): string {
  return value === null ? '' : formatNumber(value);
}
