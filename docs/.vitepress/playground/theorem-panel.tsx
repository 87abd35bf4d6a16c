/** The theorem, live: both gradients as bars, part by part, and how far apart they are. */
import { defineComponent, type PropType } from 'vue';
import { digits, powers } from './numbers.ts';
import type { RunState } from './run.ts';

export const TheoremPanel = defineComponent({
  props: { state: { type: Object as PropType<RunState>, required: true } },
  emits: { check: () => true },
  setup(props, { emit }) {
    return () => {
      const { theorem, phase, points } = props.state;
      return (
        <section class="panel theorem">
          <h2>
            ∇L<sub>FM</sub> = ∇L<sub>CFM</sub>
          </h2>
          {theorem ? (
            <>
              <p class="figure">
                relative difference <output class="gap">{powers(theorem.view.gap)}</output>
              </p>
              <Bars view={theorem.view} />
              <p class="legend">
                Lengths at step {theorem.step}, L<sub>FM</sub> above L<sub>CFM</sub>, in float64, on one grid
                of x and t. L<sub>CFM</sub> − L<sub>FM</sub>
                {' = '}
                {digits(theorem.view.conditionalLoss - theorem.view.marginalLoss)} whatever the network. With
                a field that is wrong by a thousandth the difference is {powers(theorem.view.gapIfWrong)}.
              </p>
              <button
                type="button"
                class="quiet"
                disabled={phase === 'starting'}
                onClick={() => emit('check')}
              >
                Check now
              </button>
            </>
          ) : (
            <p class="legend">
              {points.length > 0 ? 'Two gradients are being computed.' : 'There are no data yet.'}
            </p>
          )}
        </section>
      );
    };
  },
});

type View = NonNullable<RunState['theorem']>['view'];

function Bars({ view: { groups } }: { readonly view: View }) {
  const longest = Math.max(...groups.flatMap(({ marginal, conditional }) => [marginal, conditional]), 1e-300);
  const width = (length: number) => `${(100 * length) / longest}%`;
  return (
    <table class="numbers">
      <thead class="visually-hidden">
        <tr>
          <th>Part</th>
          <th>Bars, FM above CFM</th>
          <th>Lengths, FM above CFM</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ name, marginal, conditional }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="bars">
              <i class="marginal" style={{ width: width(marginal) }} title="FM" />
              <i class="conditional" style={{ width: width(conditional) }} title="CFM" />
            </td>
            <td>
              {digits(marginal)}
              <br />
              {digits(conditional)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
Bars.props = ['view'];
