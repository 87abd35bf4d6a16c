/** The graph panel: an expression, its graph, and the steps forward and back. */
import { computed, defineComponent, reactive, ref, watch } from 'vue';
import { readSettings, writeSettings } from './address.ts';
import { Drawing } from './drawing.tsx';
import { entriesOf, type Field, walkEntries } from './entries.ts';
import { explain } from './explanation.ts';
import { Fields } from './fields.tsx';
import { reveal, useAddress, useInterval, useStepKeys, useWidth } from './page.ts';
import { place, smallestScale } from './placement.ts';
import { Stage } from './stage.tsx';
import { stepsOf } from './steps.ts';
import { CheckTable, NodeTable } from './tables.tsx';
import type { Walk } from './walk.ts';
import './panel.css';

const secondsPerStep = 1.4;

/** Runs in browsers only: it reads the address when it is set up. */
export default defineComponent({
  name: 'GraphPanel',
  setup() {
    const atFirst = readSettings(location.search);
    const entries = reactive<Record<Field, string>>({ ...entriesOf(atFirst) });
    const step = ref(atFirst.step);
    const playing = ref(false);
    const root = ref<HTMLElement>();
    const width = ref(0);

    const attempt = computed(() => walkEntries(entries));
    // While the panel cannot read an entry, it keeps the last graph.
    const walked = computed<Walk | null>((before) => attempt.value.walk ?? before ?? null);
    const steps = computed(() => (walked.value ? stepsOf(walked.value) : []));
    const last = computed(() => Math.max(0, steps.value.length - 1));
    const position = computed(() => Math.min(step.value, last.value));
    const placement = computed(() => {
      if (!walked.value) return null;
      const along = place(walked.value, 'along');
      return smallestScale * along.width <= width.value ? along : place(walked.value, 'down');
    });

    const go = (to: number) => {
      playing.value = false;
      step.value = Math.min(Math.max(0, to), last.value);
    };
    const enter = (field: Field, text: string) => {
      entries[field] = text;
      if (field === 'f') go(0);
    };
    const play = () => {
      if (!playing.value && position.value === last.value) step.value = 0;
      playing.value = !playing.value;
    };

    useInterval(secondsPerStep, () => {
      if (!playing.value) return;
      step.value = position.value + 1;
      if (position.value === last.value) playing.value = false;
    });
    useStepKeys(
      () => position.value,
      () => last.value,
      go,
    );
    useWidth(root, width);
    useAddress(() => {
      const { walk, settings } = { settings: null, ...attempt.value };
      return walk && settings ? writeSettings({ ...settings, step: position.value }) : null;
    });
    const revealCurrent = () => {
      const [box, stage] = ['.box', '.stage'].map((part) => root.value?.querySelector<HTMLElement>(part));
      if (box && stage) reveal(box, stage);
    };
    watch(position, revealCurrent, { flush: 'post' });

    return () => {
      const taken = steps.value.slice(0, position.value + 1);
      return (
        <div ref={root} class="graph-panel">
          <Fields entries={entries} problem={attempt.value.problem} onEnter={enter} />
          {walked.value && placement.value && (
            <div class={{ stale: attempt.value.problem }}>
              <Stage
                position={position.value}
                last={last.value}
                playing={playing.value}
                explanation={explain(walked.value, taken)}
                onGo={go}
                onPlay={play}
              />
              <section class="box" tabindex={0} aria-label="The graph">
                <Drawing walk={walked.value} placement={placement.value} taken={taken} />
              </section>
              <NodeTable walk={walked.value} taken={taken} />
              <CheckTable walk={walked.value} taken={taken} />
            </div>
          )}
        </div>
      );
    };
  },
});
