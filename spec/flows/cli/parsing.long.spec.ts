/** Whatever the user or a damaged file says: a right answer or a sentence, never anything else. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parseOptions, UsageError, wholeNumber } from '../../../flows/cli/arguments.ts';
import { parseConfig, type RunConfig } from '../../../flows/cli/run/run-folder.ts';
import { parseSettings } from '../../../flows/cli/run/settings.ts';
import { FileError } from '../../../flows/files/index.ts';
import { defaultSettings } from '../../../flows/fit/settings.ts';

/** The result, or undefined for an error of the given class; any other error goes through. */
function attempt<T>(kind: abstract new (...args: never[]) => Error, fn: () => T): T | undefined {
  try {
    return fn();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    expect(error.message).not.to.include('\n');
    return undefined;
  }
}

const names = [...Object.keys(defaultSettings), '__proto__', 'constructor', 'toString'];
const values = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1e300, -1, 'cfm', 'uniform', true),
  fc.jsonValue(),
  fc.constantFrom(...Object.values(defaultSettings)),
);

describe('parseSettings', () => {
  it('takes the defaults, and a part of them', () => {
    expect(parseSettings(JSON.stringify(defaultSettings), 'f')).to.deep.equal(defaultSettings);
    expect(parseSettings('{"steps": 7}', 'f')).to.deep.equal({ steps: 7 });
  });

  it('answers any text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 4 }).map((entries) => {
        return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
      }),
    );
    const property = fc.property(text, (source) => {
      const settings = attempt(UsageError, () => parseSettings(source, 'f'));
      for (const [name, value] of Object.entries(settings ?? {})) {
        expect(Object.keys(defaultSettings)).to.include(name);
        expect(typeof value).to.equal(typeof defaultSettings[name as keyof typeof defaultSettings]);
      }
    });
    fc.assert(property, { numRuns: 10_000 });
  });
});

describe('parseConfig', () => {
  const config: RunConfig = {
    format: 'fluxion run 1',
    fluxion: '0.1.0',
    data: {
      source: 'moons',
      label: null,
      points: 9,
      columns: ['x', 'y'],
      classNames: ['0'],
      image: null,
      sha256: '',
    },
    standardization: { mean: [0], scale: [1] },
    settings: defaultSettings,
  };

  it('takes what was written', () => {
    expect(parseConfig(JSON.stringify(config), 'f')).to.deep.equal(config);
  });

  it('answers any text, and any change of a good one', () => {
    const places: readonly (readonly string[])[] = [
      ...Object.keys(config).map((key) => [key]),
      ...Object.keys(config.data).map((key) => ['data', key]),
      ...Object.keys(config.standardization).map((key) => ['standardization', key]),
      ...Object.keys(config.settings).map((key) => ['settings', key]),
    ];
    const changed = fc.tuple(fc.constantFrom(...places), values).map(([path, value]) => {
      const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
      const [first, second] = path as [string, string | undefined];
      if (second === undefined) Object.assign(copy, { [first]: value });
      else copy[first]![second] = value;
      return JSON.stringify(copy);
    });
    const property = fc.property(fc.oneof(fc.string(), fc.json(), changed), (text) => {
      const parsed = attempt(FileError, () => parseConfig(text, 'f'));
      if (parsed === undefined) return;
      expect(parsed.data.columns.length).to.be.above(0);
      expect(parsed.standardization.scale.every((scale) => scale >= 0)).to.equal(true);
      expect(parsed.standardization.scale.some((scale) => scale > 0)).to.equal(true);
      expect(Number.isInteger(parsed.settings.hidden)).to.equal(true);
    });
    fc.assert(property, { numRuns: 10_000 });
  });
});

describe('parseOptions', () => {
  it('answers any words', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '--steps',
        '--json',
        '--steps=3',
        '--no-json',
        '--',
        '-h',
        '-x',
        '--__proto__',
        '--only',
        'a',
      ),
      fc.string(),
    );
    const property = fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const options = {
        steps: { type: 'string' },
        json: { type: 'boolean' },
        only: { type: 'string', multiple: true },
      } as const;
      const parsed = attempt(UsageError, () => parseOptions('train', words, options));
      const steps = parsed && attempt(UsageError, () => wholeNumber('train', '--steps', parsed.steps, 1, 5));
      if (steps !== undefined) expect(steps).to.be.at.least(1);
    });
    fc.assert(property, { numRuns: 10_000 });
  });
});
