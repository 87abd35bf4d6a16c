import { expect } from 'chai';
import fc from 'fast-check';
import { type DType, fromNDArray, type Tensor, tensor } from '../../../autograd/index.ts';
import { formatSafetensors, parseSafetensors } from '../../../flows/formats/index.ts';
import { ArgumentError, allocate, wrap } from '../../../lib/index.ts';

/** A file from its parts, as somebody else might write it. */
function file(header: string | object, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** A file that says how long its header is, and ends there. */
function withLength(length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

const entry = (dtype: string, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });
const parseOne = (dtype: string, shape: number[], data: number[]) =>
  parseSafetensors(file({ x: entry(dtype, shape, [0, data.length]) }, data)).tensors.x as Tensor;

describe('parseSafetensors', () => {
  it('reads what the format describes, byte by byte', () => {
    const header = {
      __metadata__: { format: 'pt' },
      a: entry('F32', [2], [0, 8]),
      b: entry('BOOL', [], [8, 9]),
    };
    const { tensors, metadata } = parseSafetensors(file(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1]));
    expect(metadata).to.deep.equal({ format: 'pt' });
    expect(tensors.a?.toArray()).to.deep.equal([1, -2]);
    expect(tensors.b?.dtype).to.equal('bool');
    expect(tensors.b?.item()).to.equal(1);
  });

  const values: readonly [dtype: string, data: number[], value: number, kept: DType][] = [
    ['F64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5, 'float64'],
    ['F16', [0, 0xc1], -2.5, 'float32'],
    ['BF16', [0x20, 0xc0], -2.5, 'float32'],
    ['I8', [0xff], -1, 'int32'],
    ['U8', [0xff], 255, 'int32'],
    ['I16', [0xfe, 0xff], -2, 'int32'],
    ['U16', [0xfe, 0xff], 65534, 'int32'],
    ['I32', [0xfd, 0xff, 0xff, 0xff], -3, 'int32'],
    ['U32', [0xfd, 0xff, 0xff, 0xff], 2 ** 32 - 3, 'uint32'],
    ['I64', [0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -4, 'int32'],
    ['U64', [7, 0, 0, 0, 0, 0, 0, 0], 7, 'int32'],
  ];
  for (const [dtype, data, value, kept] of values) {
    it(`reads ${dtype} as ${kept}`, () => {
      expect(parseOne(dtype, [1], data).toArray()).to.deep.equal([value]);
      expect(parseOne(dtype, [1], data).dtype).to.equal(kept);
    });
  }

  const damaged: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp])[] = [
    ['nothing', new Uint8Array(0), /at least 8 bytes, got 0/],
    ['a header longer than the file', file('{}').fill(200, 0, 1), /cut off/],
    ['a header of 2^64 − 1 bytes', file('{}').fill(255, 0, 8), /no safetensors file/],
    ['a header as long as the format allows, cut off', withLength(1e8), /cut off/],
    ['a header longer than the format allows', withLength(1e8 + 1), /no safetensors file/],
    ['a header of no bytes', file(''), /no JSON/],
    ['no JSON', file('{"a"'), /no JSON/],
    ['a list', file('[]'), /JSON object/],
    ['invalid UTF-8', file('').fill(255), /no safetensors file|JSON/],
    [
      'a dtype that is none',
      file({ x: entry('toString', [], [0, 0]) }),
      /'x': wanted a dtype, got "toString"/,
    ],
    ['a negative size', file({ x: entry('F32', [-1], [0, 4]) }, [0, 0, 0, 0]), /'x': wanted a shape/],
    [
      'a size that is no number',
      file({ x: entry('F32', ['1'], [0, 4]) }, [0, 0, 0, 0]),
      /'x': wanted a shape/,
    ],
    [
      'a thousand axes',
      file({ x: entry('U8', Array(1000).fill(1), [0, 1]) }, [0]),
      /at most 64 axes, got 1000/,
    ],
    [
      'a shape beyond all memory',
      file({ x: entry('F32', [2 ** 50, 2 ** 50], [0, 4]) }, Array(4)),
      /'x': no array has the shape/,
    ],
    ['a shape of ∞·0', file({ x: entry('F32', [...Array(30).fill(2 ** 50), 0], [0, 0]) }), /no array has/],
    ['a shape of 0·8e31', file({ x: entry('F32', [0, 9e15, 9e15], [0, 0]) }), /no array has the shape/],
    [
      'offsets beyond the end',
      file({ x: entry('F32', [2], [0, 8]) }, [0, 0, 0, 0]),
      /cut off: wanted bytes up to 8/,
    ],
    ['offsets the wrong way', file({ x: entry('F32', [1], [4, 0]) }, [0, 0, 0, 0]), /does not fill/],
    ['a hole', file({ x: entry('U8', [1], [1, 2]) }, [0, 0]), /begin at 0, got 1/],
    ['bytes that belong to none', file({ x: entry('U8', [1], [0, 1]) }, [0, 0]), /1 bytes at the end/],
    [
      'two tensors in one place',
      file({ x: entry('U8', [2], [0, 2]), y: entry('U8', [2], [0, 2]) }, [0, 0]),
      /'y': wanted its bytes to begin at 2, got 0/,
    ],
    ['metadata that is no text', file({ __metadata__: { step: 3 } }), /texts by name as metadata; 'step'/],
    ['metadata that is a list', file({ __metadata__: ['a'] }), /texts by name as metadata/],
    [
      'the name __proto__',
      file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [1]),
      /no name/,
    ],
    ['metadata named __proto__', file('{"__metadata__":{"__proto__":"x"}}'), /texts by name as metadata/],
    [
      'a long text for a shape, of which it shows 80 characters',
      file({ x: { dtype: 'U8', shape: 'a'.repeat(100), data_offsets: [0, 1] } }, [0]),
      /wanted a shape, got "a{79}$/,
    ],
    ['an entry that is null', file({ x: null }), /'x': wanted a dtype/],
    [
      'an I64 of 63 bits',
      file({ x: entry('I64', [1], [0, 8]) }, Array(8).fill(0x7f)),
      /'x': element 0 is .* float64/,
    ],
    [
      'offsets the wrong way, of a dtype unknown',
      file({ x: entry('F8_E4M3', [1], [1, 0]) }, [0]),
      /does not fill/,
    ],
    ['a dtype unknown, cut off', file({ x: entry('F8_E4M3', [2], [0, 2]) }, [0]), /cut off/],
  ];
  for (const [what, bytes, message] of damaged) {
    it(`refuses ${what}`, () => {
      expect(() => parseSafetensors(bytes)).to.throw(ArgumentError, message);
    });
  }

  it('reads a header without tensors, and tensors without elements, in any order', () => {
    expect(parseSafetensors(file('{}')).tensors).to.deep.equal({});
    const header = { x: entry('U8', [2], [0, 2]), nothing: entry('F32', [0], [0, 0]) };
    const { x, nothing } = parseSafetensors(file(header, [3, 4])).tensors;
    expect([x?.toArray(), nothing?.toArray()]).to.deep.equal([[3, 4], []]);
  });

  it('reads the other tensors of a file, and names those that it cannot', () => {
    const header = {
      __metadata__: null,
      a: entry('U8', [1], [0, 1]),
      b: entry('F8_E4M3', [2], [1, 3]),
      c: entry('C64', [1], [3, 11]),
    };
    const { tensors, unread, metadata } = parseSafetensors(file(header, [7, ...Array(10).fill(0)]));
    expect(Object.keys(tensors)).to.deep.equal(['a']);
    expect(unread).to.deep.equal({ b: 'F8_E4M3', c: 'C64' });
    expect(metadata).to.deep.equal({});
  });

  it('reads 64-bit integers as float64 where int32 is too narrow', () => {
    // 2^31 and 2^53 − 1, little-endian
    const x = parseOne('I64', [2], [0, 0, 0, 128, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 31, 0]);
    expect(x.dtype).to.equal('float64');
    expect(x.toArray()).to.deep.equal([2147483648, 9007199254740991]);
  });

  it('takes names as names', () => {
    const header = { constructor: entry('U8', [1], [0, 1]), '../../etc': entry('U8', [1], [1, 2]) };
    const { tensors } = parseSafetensors(file(header, [1, 2]));
    expect(Object.keys(tensors)).to.deep.equal(['constructor', '../../etc']);
    expect((tensors.constructor as unknown as Tensor).toArray()).to.deep.equal([1]);
  });

  it('answers any bytes at all with tensors or an ArgumentError', () => {
    const answers = (bytes: Uint8Array) => {
      try {
        parseSafetensors(bytes);
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
      }
    };
    const valid = formatSafetensors(
      { a: tensor([[1, 2]]), b: tensor([3], { dtype: 'int32' }) },
      { step: '1' },
    );
    const json = fc.dictionary(
      fc.constantFrom('a', '__proto__', '__metadata__', ''),
      fc.record(
        {
          dtype: fc.constantFrom('F32', 'U8', 'F8', '__proto__'),
          shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 3 })), fc.jsonValue()),
          data_offsets: fc.oneof(fc.tuple(fc.nat(16), fc.nat(16)), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(fc.property(fc.uint8Array(), answers), { numRuns: 3000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }), (flips) => {
        const bytes = valid.slice();
        for (const [at, byte] of flips) bytes[at] = byte;
        answers(bytes);
      }),
      { numRuns: 4000 },
    );
    fc.assert(
      fc.property(json, fc.uint8Array({ maxLength: 16 }), (header, data) => answers(file(header, data))),
      {
        numRuns: 4000,
      },
    );
    for (let length = 0; length < valid.length; length++) {
      expect(() => parseSafetensors(valid.subarray(0, length))).to.throw(ArgumentError);
    }
  });
});

describe('formatSafetensors', () => {
  const dtypes = ['float32', 'float64', 'int32', 'uint32', 'bool'] as const;
  const anyTensor = fc
    .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(3), { maxLength: 4 }), fc.infiniteStream(fc.double()))
    .map(([dtype, shape, numbers]) => {
      const values = allocate(
        shape.reduce((a, b) => a * b, 1),
        dtype,
      );
      for (let i = 0; i < values.length; i++) {
        const value = numbers.next().value as number;
        values[i] = dtype === 'bool' ? Number(value > 0) : value;
      }
      return fromNDArray(wrap(values, shape));
    });
  const name = fc
    .string({ unit: 'binary' })
    .filter((text) => text !== '__proto__' && text !== '__metadata__');

  it('is read back as it was: names, shapes, dtypes, bits and metadata', () => {
    const property = fc.property(
      fc.dictionary(name, anyTensor, { maxKeys: 5 }),
      fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 3 }),
      (tensors, metadata) => {
        const bytes = formatSafetensors(tensors, metadata);
        const back = parseSafetensors(bytes);
        expect({ ...back.metadata }).to.deep.equal({ ...metadata });
        expect(Object.keys(back.tensors).sort()).to.deep.equal(Object.keys(tensors).sort());
        for (const [key, wanted] of Object.entries(tensors)) {
          const got = back.tensors[key] as Tensor;
          expect([got.dtype, got.shape]).to.deep.equal([wanted.dtype, wanted.shape]);
          const bits = (x: Tensor) => new Uint8Array(x.toTypedArray().buffer);
          expect(bits(got)).to.deep.equal(bits(wanted));
        }
      },
    );
    fc.assert(property, { numRuns: 1500 });
  });

  it('begins the data at a multiple of 8 and puts wide elements first', () => {
    const bytes = formatSafetensors({
      b: tensor([true], { dtype: 'bool' }),
      x: tensor([1], { dtype: 'float64' }),
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).to.equal(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).to.deep.equal({ x: entry('F64', [1], [0, 8]), b: entry('BOOL', [1], [8, 9]) });
  });

  it('refuses names that mean something else', () => {
    const x = tensor([1]);
    expect(() => formatSafetensors({ __metadata__: x })).to.throw(ArgumentError, "'__metadata__' is no name");
    expect(() => formatSafetensors(Object.fromEntries([['__proto__', x]]))).to.throw(
      ArgumentError,
      'no name',
    );
    const notText = { step: 3 } as unknown as Record<string, string>;
    expect(() => formatSafetensors({ x }, notText)).to.throw(
      ArgumentError,
      'formatSafetensors: wanted texts',
    );
  });
});
