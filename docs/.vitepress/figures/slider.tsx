/** A number that the reader chooses, with its name and its value. */
import type { FunctionalComponent } from 'vue';

interface Props {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChoose: (value: number) => void;
}

export const Slider: FunctionalComponent<Props> = ({ name, value, least, most, onChoose }) => (
  <label class="slider">
    <i>{name}</i>
    <input
      type="range"
      min={least}
      max={most}
      step={0.01}
      value={value}
      onInput={(event) => onChoose(Number((event.target as HTMLInputElement).value))}
    />
    <output>{value.toFixed(2).replace('-', '−')}</output>
  </label>
);
Slider.props = ['name', 'value', 'least', 'most', 'onChoose'];
