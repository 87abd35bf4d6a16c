/** Draws a number on a logarithmic scale, small enough for a table's cell. */
import { html, type Markup } from './markup.ts';
import { colour } from './theme.ts';

/** The scale goes from 10^from to 10^to. The strip draws a value outside of it at its border. */
export interface StripScale {
  readonly from: number;
  readonly to: number;
}

export interface StripMark {
  readonly value: number;
  /** The bound the value must keep, drawn as an upright line. */
  readonly limit: number | undefined;
  readonly passed: boolean;
}

const width = 120;
const height = 14;

/**
 * An inline SVG: a rule for the scale, an upright line for the limit, a dot for the value. It repeats the
 * numbers beside it, so it is hidden from screen readers.
 */
export function strip({ value, limit, passed }: StripMark, scale: StripScale): Markup {
  const dot = colour(passed ? 'good' : 'bad');
  const at = place(value, scale);
  const line =
    limit === undefined
      ? ''
      : html`<path d="M${place(limit, scale)} 2V12" stroke="${colour('ink')}" stroke-width="1.5"/>`;
  return html`<svg class="strip" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true"><path d="M4 7H${width - 4}" stroke="${colour('rule')}" stroke-width="2"/>${line}<circle cx="${at}" cy="7" r="3.5" fill="${dot}"/></svg>`;
}

function place(value: number, { from, to }: StripScale): number {
  const share = (Math.log10(Math.max(Math.abs(value), Number.MIN_VALUE)) - from) / (to - from);
  const inside = Number.isNaN(share) ? 1 : Math.min(1, Math.max(0, share));
  return Number((4 + inside * (width - 8)).toFixed(1));
}
