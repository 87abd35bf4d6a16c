/** The controls, and below them the explanation of the current step. */
import type { FunctionalComponent } from 'vue';
import type { Explanation } from './explanation.ts';
import { renderLatex } from './latex.ts';

interface Props {
  readonly position: number;
  readonly last: number;
  readonly playing: boolean;
  readonly explanation: Explanation;
  readonly onGo: (position: number) => void;
  readonly onPlay: () => void;
}

export const Stage: FunctionalComponent<Props> = ({ position, last, playing, explanation, onGo, onPlay }) => (
  <div class="stage">
    <fieldset class="controls">
      <legend class="visually-hidden">Steps</legend>
      {/* Not `disabled` at the ends, which would take the focus away. */}
      <button
        type="button"
        aria-label="Step back"
        aria-disabled={position === 0}
        onClick={() => onGo(position - 1)}
      >
        ◀
      </button>
      <button
        type="button"
        aria-label="Step forward"
        aria-disabled={position === last}
        onClick={() => onGo(position + 1)}
      >
        ▶
      </button>
      <button type="button" class="play" onClick={onPlay}>
        {playing ? 'Pause' : 'Play'}
      </button>
      <input
        type="range"
        aria-label="Step"
        aria-valuetext={`${position} of ${last}`}
        min={0}
        max={last}
        value={position}
        onInput={({ target }: Event) => onGo(Number((target as HTMLInputElement).value))}
      />
      <span class="count">
        {position} / {last}
      </span>
    </fieldset>
    <div class="explanation">
      <p class="title">{explanation.title}</p>
      <p class="words">{explanation.words}</p>
      {explanation.formulas.map((formula) => (
        <div key={formula} class="formula" innerHTML={renderLatex(formula)} />
      ))}
    </div>
    <p class="visually-hidden" aria-live="polite">
      {`Step ${position} of ${last}. ${explanation.title}. ${explanation.spoken}`}
    </p>
  </div>
);
Stage.props = ['position', 'last', 'playing', 'explanation', 'onGo', 'onPlay'];
