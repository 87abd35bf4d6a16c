/** Reads settings from a file or from the command line. */
import { flawOfSetting, type TrainingSettings } from '../../fit/settings.ts';
import { UsageError } from '../arguments.ts';

/**
 * The settings that may change when a run goes on. All others say what its weights are, or what they have
 * already learned from.
 */
export const changeableSettings = ['steps', 'learningRate', 'schedule', 'warmUpShare', 'patience'] as const;

export function isChangeable(name: string): boolean {
  return (changeableSettings as readonly string[]).includes(name);
}

/**
 * Reads settings from the JSON text of a file. The name of the file stands in the messages.
 * @throws UsageError for text that is not a JSON object, an unknown setting, or a value that the setting
 * cannot have
 * @example parseSettings('{ "steps": 5000, "hidden": 128 }', 'moons.json');
 */
export function parseSettings(text: string, file: string): Partial<TrainingSettings> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON text`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`${file}: wanted an object of settings, such as { "steps": 5000 }`);
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, checkSetting(name, value, file)]),
  );
}

/**
 * Returns the value of a setting. `where` (a file, or an option) stands in the messages.
 * @throws UsageError if there is no such setting, or the setting cannot have this value
 */
export function checkSetting(name: string, value: unknown, where: string): unknown {
  const flaw = flawOfSetting(name, value);
  if (flaw !== undefined) throw new UsageError(`${where}: ${flaw}`);
  return value;
}
