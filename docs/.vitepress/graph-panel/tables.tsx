/**
 * The same numbers as the graph's, as tables: the list of operations, and the check by calls on the whole
 * function.
 */
import type { FunctionalComponent } from 'vue';
import { formatNumber } from '../../../flows/report/numbers.ts';
import { definitionOf, labelOf } from './names.ts';
import { knownOf, type Step } from './steps.ts';
import { type Node, variables, type Walk } from './walk.ts';

interface Props {
  readonly walk: Walk;
  readonly taken: readonly Step[];
}

/** One row per node. Read down, the rows are the tape; read up, they are the pullback. */
export const NodeTable: FunctionalComponent<Props> = ({ walk, taken }) => {
  const step = taken.at(-1) as Step;
  const rows = walk.nodes.filter(({ name }) => name !== null);
  return (
    <table class="nodes" tabindex={0}>
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col">Primal</th>
          <th scope="col">Tangent</th>
          <th scope="col">Cotangent</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((node) => {
          const { primal, tangent, cotangent } = knownOf(walk, taken, node);
          const current = 'node' in step && step.node === node;
          return (
            <tr key={node.id} class={current && step.kind} aria-current={current ? 'step' : undefined}>
              <th scope="row">{node.made ? `${labelOf(node)} = ${definitionOf(node)}` : labelOf(node)}</th>
              <td class="primal">{shown(primal)}</td>
              <td class="tangent">{shown(tangent)}</td>
              <td class="cotangent">{shown(cotangent)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};
NodeTable.props = ['walk', 'taken'];

/** The results of the walk beside those of one call on the whole function, with all digits. */
export const CheckTable: FunctionalComponent<Props> = ({ walk, taken }) => {
  const known = (node: Node) => knownOf(walk, taken, node);
  const ended = taken.at(-1)?.kind === 'end';
  const rows = [
    { call: 'jvp', of: 'ḟ', walked: known(walk.output).tangent, whole: walk.whole.tangent },
    ...variables.map((name) => {
      const node = walk.nodes.find((one) => one.name === name) as Node;
      return {
        call: 'grad',
        of: `∂f/∂${name}`,
        walked: ended ? known(node).cotangent : null,
        whole: walk.whole.gradient[name],
      };
    }),
  ];
  return (
    <table class="whole" tabindex={0}>
      <thead>
        <tr>
          <th scope="col">Whole function</th>
          <th scope="col">In one call</th>
          <th scope="col">Step by step</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ call, of, walked, whole }) => (
          <tr key={of}>
            <th scope="row">
              {of}, <code>{call}</code>
            </th>
            <td>{digits(whole)}</td>
            <td>{walked === null ? '' : digits(walked)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
CheckTable.props = ['walk', 'taken'];

/** Twelve digits. Sums of the same terms in two orders agree to that many. */
function digits(value: number): string {
  return String(Number(value.toPrecision(12))).replace('-', '−');
}

function shown(value: number | null): string {
  return value === null ? '' : formatNumber(value);
}
