import { expect } from 'chai';
import { ArgumentError, completeOptions, required } from '../../lib/index.ts';

interface Options {
  readonly sizes: readonly number[];
  readonly dtype?: 'float32' | 'float64';
  readonly axis?: number;
}

const defaults = { sizes: required, dtype: 'float32', axis: undefined } as const;
const complete = (options: unknown) => () => completeOptions('mlp', defaults, options as Options);

describe('options', () => {
  it('defaults take the place of what is not given, undefined included', () => {
    const given: Options = { sizes: [1, 2] };
    const { sizes, dtype, axis } = completeOptions('mlp', defaults, given);
    const knownDtype: 'float32' | 'float64' = dtype;
    // @ts-expect-error An option without a default may be undefined.
    const knownAxis: number = axis;
    expect([sizes, knownDtype, knownAxis]).to.deep.equal([[1, 2], 'float32', undefined]);
    expect(complete({ sizes: [], dtype: undefined, axis: 0 })()).to.deep.equal({
      sizes: [],
      dtype: 'float32',
      axis: 0,
    });
    expect(complete({ sizes: [], dtype: 'float64' })()).to.include({ dtype: 'float64' });
    expect(defaults).to.deep.equal({ sizes: required, dtype: 'float32', axis: undefined });
  });

  it('no options at all are all the defaults, if none is required', () => {
    const optional = (options: { readonly axis?: number } | undefined) =>
      completeOptions('sum', { axis: -1 }, options);
    expect(optional(undefined)).to.deep.equal({ axis: -1 });
    expect(complete(undefined)).to.throw(
      ArgumentError,
      /^mlp: wanted an object of options \(sizes, dtype, axis\), got undefined$/,
    );
  });

  it('an option that a class brings along counts', () => {
    class Given {
      get sizes() {
        return [3];
      }
    }
    expect(complete(new Given())()).to.deep.equal({ sizes: [3], dtype: 'float32', axis: undefined });
  });

  it('an unknown option is refused, with those that exist', () => {
    expect(complete({ sizes: [], axes: 0 })).to.throw(
      ArgumentError,
      /^mlp: unknown option 'axes'; the options are sizes, dtype, axis$/,
    );
    expect(complete({ sizes: [], toString: 0 })).to.throw(ArgumentError, /^mlp: unknown option 'toString'/);
    expect(() => completeOptions('zero', {}, { axes: 0 } as object)).to.throw(
      ArgumentError,
      /^zero: unknown option 'axes'; it takes none$/,
    );
  });

  it('a required option that is missing is named', () => {
    for (const options of [{}, { dtype: 'float64' }, { sizes: undefined }]) {
      expect(complete(options)).to.throw(ArgumentError, /^mlp: wanted the option sizes, got undefined$/);
    }
  });

  it('what is no object is refused', () => {
    for (const [options, got] of [
      [null, 'null'],
      ['float64', 'string float64'],
      [[1], 'an array of length 1'],
    ]) {
      expect(complete(options)).to.throw(
        ArgumentError,
        `mlp: wanted an object of options (sizes, dtype, axis), got ${got}`,
      );
    }
  });

  it('defaults that do not fit the options do not compile', () => {
    const options: Options = { sizes: [1, 2], axis: 1 };
    // @ts-expect-error The option axis is missing, so it would be refused.
    expect(() => completeOptions('mlp', { sizes: required, dtype: 'float32' }, options)).to.throw(
      ArgumentError,
    );
    // @ts-expect-error There is no option bias.
    completeOptions('mlp', { ...defaults, bias: undefined }, options);
    // @ts-expect-error A required option has no default.
    completeOptions('mlp', { ...defaults, sizes: [1] }, options);
    // @ts-expect-error An option that has a default is not required.
    completeOptions('mlp', { ...defaults, axis: required }, options);
    // @ts-expect-error A default has the type of its option.
    completeOptions('mlp', { ...defaults, dtype: 'float16' }, options);
  });
});
