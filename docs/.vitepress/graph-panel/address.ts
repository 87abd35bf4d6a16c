/** The panel's settings in the page's address, so that a link shows what its sender saw. */
import { type PerVariable, variables } from './walk.ts';

export interface Settings {
  readonly text: string;
  readonly primals: PerVariable;
  readonly tangents: PerVariable;
  readonly step: number;
}

export const initial: Settings = {
  text: 'sin(x) * y + exp(x * y)',
  primals: { x: 0.5, y: 2 },
  tangents: { x: 1, y: 0 },
  step: 0,
};

/**
 * Reads the settings from the address's query. A setting that is missing or not a number keeps its default.
 */
export function readSettings(query: string): Settings {
  const given = new URLSearchParams(query);
  const numberOr = (name: string, other: number) => {
    const value = Number.parseFloat(given.get(name) ?? '');
    return Number.isFinite(value) ? value : other;
  };
  const perVariable = (prefix: string, others: PerVariable): PerVariable => ({
    x: numberOr(`${prefix}x`, others.x),
    y: numberOr(`${prefix}y`, others.y),
  });
  return {
    text: given.get('f') ?? initial.text,
    primals: perVariable('', initial.primals),
    tangents: perVariable('d', initial.tangents),
    step: Math.max(0, Math.trunc(numberOr('step', initial.step))),
  };
}

/** The query for these settings. */
export function writeSettings({ text, primals, tangents, step }: Settings): string {
  const query = new URLSearchParams({ f: text });
  for (const name of variables) query.set(name, String(primals[name]));
  for (const name of variables) query.set(`d${name}`, String(tangents[name]));
  if (step > 0) query.set('step', String(step));
  return `?${query}`;
}
