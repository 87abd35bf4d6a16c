/** safetensors: named tensors in one file. It works on bytes, not files, so that browsers can use it. */
import { fromNDArray, Tensor, toNDArray } from '../../autograd/index.ts';
import { ArgumentError, type DType, describe, flat, formatShape, type Shape, wrap } from '../../lib/index.ts';
import { requireObject } from '../checks.ts';
import {
  checkShape,
  type Elements,
  type ElementType,
  elementTypes,
  readElements,
  requireBytes,
} from './binary.ts';
import { escapeControls, named } from './shown-text.ts';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** The tensors by name, in the order of the file's header. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** What the writer added, as text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The dtypes of the tensors that are passed over, by name: of F8, C64 and others there is no array here.
   */
  readonly unread: Readonly<Record<string, string>>;
}

/**
 * The tensors in a .safetensors file.
 *
 * F32, F16 and BF16 become float32; F64 float64; I8 to I32, U8 and U16 int32; U32 uint32; I64 and U64 int32
 * if they fit, or else float64 if they have no more than 53 bits; BOOL bool. Others are named in `unread`.
 * Every size is checked against the bytes that are there before anything is allocated, and nothing in the
 * file is a path or code.
 *
 * Source: the format's description in the repository huggingface/safetensors.
 * @param bytes the whole file
 * @throws ArgumentError for what is no safetensors file, is cut off, contradicts itself, or holds an
 * integer that no float64 holds.
 * @example const { tensors, metadata } = parseSafetensors(new Uint8Array(await response.arrayBuffer()));
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  requireBytes(operation, bytes);
  const { header, data } = readHeader(bytes);
  const { __metadata__: metadata, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry, data.length));
  requireCovered(places, data.length);
  const tensors: [string, Tensor][] = [];
  const unread: [string, string][] = [];
  for (const place of places) {
    if (place.type === undefined) unread.push([place.name, place.dtype]);
    else tensors.push([place.name, tensorAt(data, place, place.type)]);
  }
  return {
    tensors: Object.fromEntries(tensors),
    metadata: checkMetadata(operation, metadata ?? {}),
    unread: Object.fromEntries(unread),
  };
}

function tensorAt(data: Uint8Array, { name, shape, count, begin, end }: Place, type: ElementType): Tensor {
  const bytes = data.subarray(begin, end);
  const elements = { type, count, littleEndian: true };
  const isWide = type === elementTypes.int64 || type === elementTypes.uint64;
  const dtype = isWide ? narrowest(name, bytes, elements) : type.dtype;
  return fromNDArray(wrap(readElements(operation, bytes, 0, elements, dtype), shape));
}

/** int32 if all of the 64-bit integers fit, else float64 if it holds them. */
function narrowest(name: string, bytes: Uint8Array, { type, count, littleEndian }: Elements): DType {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let dtype: DType = 'int32';
  for (let i = 0; i < count; i++) {
    const value = type.read(view, i * type.bytes, littleEndian);
    if (value !== (value | 0)) dtype = 'float64';
    if (!Number.isSafeInteger(value))
      fail(`${named(name)}: element ${i} is ${value}, which float64 cannot tell`);
  }
  return dtype;
}

/**
 * Tensors as the bytes of a .safetensors file. The same tensors and metadata give the same bytes.
 *
 * @param tensors by name, of any shapes and dtypes (bool becomes BOOL)
 * @throws ArgumentError for a value that is no tensor, a name that the format reserves, or metadata that is
 * not text
 * @example writeFileSync('model.safetensors', formatSafetensors(stateDict(parameters), { step: '1000' }));
 */
export function formatSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  if (typeof tensors !== 'object' || tensors === null)
    throw new ArgumentError(`formatSafetensors: wanted tensors by name, got ${describe(tensors)}`);
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor instanceof Tensor) continue;
    throw new ArgumentError(
      `formatSafetensors: wanted a tensor for each name, got ${describe(tensor)} for '${name}'; stateDict(tree) names the tensors of a tree`,
    );
  }
  requireObject('formatSafetensors', 'texts by name as metadata', metadata);
  // Wide elements first, so that each tensor lies at a multiple of its element's size.
  const sorted = Object.entries(tensors).sort(
    ([, a], [, b]) => written[b.dtype].bytes - written[a.dtype].bytes,
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, size }]) => {
    requireName('formatSafetensors', name);
    const begin = end;
    end += size * written[dtype].bytes;
    return [name, { dtype: written[dtype].code, shape, data_offsets: [begin, end] }];
  });
  const said =
    Object.keys(metadata).length > 0 ? [['__metadata__', checkMetadata('formatSafetensors', metadata)]] : [];
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...said, ...entries])));
  const start = 8 + 8 * Math.ceil(header.length / 8);
  const bytes = new Uint8Array(start + end).fill(space, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  let at = start;
  for (const [, tensor] of sorted) {
    const { bytes: width, write } = written[tensor.dtype];
    for (const value of flat(toNDArray(tensor))) {
      write(view, at, value);
      at += width;
    }
  }
  return bytes;
}

const operation = 'parseSafetensors';
const space = 0x20;
/** The limit of the reference implementation, in bytes. */
const longestHeader = 100_000_000;
/** By the format's names. */
const types: Readonly<Record<string, ElementType>> = {
  BOOL: elementTypes.bool,
  U8: elementTypes.uint8,
  I8: elementTypes.int8,
  U16: elementTypes.uint16,
  I16: elementTypes.int16,
  U32: elementTypes.uint32,
  I32: elementTypes.int32,
  U64: elementTypes.uint64,
  I64: elementTypes.int64,
  F16: elementTypes.float16,
  BF16: { bytes: 2, dtype: 'float32', read: (view, at, little) => upperHalf(view.getUint16(at, little)) },
  F32: elementTypes.float32,
  F64: elementTypes.float64,
};

const written: Readonly<
  Record<DType, { code: string; bytes: number; write: (view: DataView, at: number, value: number) => void }>
> = {
  float64: { code: 'F64', bytes: 8, write: (view, at, value) => view.setFloat64(at, value, true) },
  float32: { code: 'F32', bytes: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  int32: { code: 'I32', bytes: 4, write: (view, at, value) => view.setInt32(at, value, true) },
  uint32: { code: 'U32', bytes: 4, write: (view, at, value) => view.setUint32(at, value, true) },
  bool: { code: 'BOOL', bytes: 1, write: (view, at, value) => view.setUint8(at, value) },
};

/** Such as F32, or F8_E4M3: the format gains dtypes with time. */
const dtypeName = /^[A-Z][A-Z0-9_]{1,15}$/;

/** A tensor's description, checked. */
interface Place {
  readonly name: string;
  readonly dtype: string;
  /** Undefined if there is no array of that dtype here. */
  readonly type: ElementType | undefined;
  readonly shape: Shape;
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): {
  readonly header: Record<string, unknown>;
  readonly data: Uint8Array;
} {
  if (bytes.length < 8) fail(`wanted at least 8 bytes, got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    fail(`this is no safetensors file (its header would have ${length} bytes)`);
  const start = 8 + Number(length);
  if (start > bytes.length)
    fail(`the file is cut off: its header alone has ${length} bytes, the file ${bytes.length}`);
  const header = parseJson(bytes.subarray(8, start));
  if (!isObject(header)) fail('wanted a JSON object as the header');
  return { header, data: bytes.subarray(start) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw Object.assign(new ArgumentError(`${operation}: the header is no JSON text in UTF-8`), { cause });
  }
}

function placeOf(name: string, entry: unknown, available: number): Place {
  requireName(operation, name);
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const about = named(name);
  if (typeof dtype !== 'string' || !dtypeName.test(dtype))
    fail(`${about}: wanted a dtype, got ${shown(dtype)}`);
  const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  if (!isListOfSizes(shape)) fail(`${about}: wanted a shape, got ${shown(shape)}`);
  checkShape(`${operation}: ${about}`, shape);
  if (!isListOfSizes(offsets) || offsets.length !== 2) {
    fail(`${about}: wanted two data_offsets, got ${shown(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end > available) fail(`${about}: the file is cut off: wanted bytes up to ${end}, got ${available}`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (end < begin || (type !== undefined && end - begin !== count * type.bytes)) {
    fail(`${about}: ${dtype} of shape ${formatShape(shape)} does not fill bytes ${begin} to ${end}`);
  }
  return { name, dtype, type, shape, count, begin, end };
}

/** Throws unless each byte belongs to exactly one tensor. The format demands it, so that no data can hide. */
function requireCovered(places: readonly Place[], available: number): void {
  let reached = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== reached) fail(`${named(name)}: wanted its bytes to begin at ${reached}, got ${begin}`);
    reached = end;
  }
  if (reached !== available) fail(`${available - reached} bytes at the end belong to no tensor`);
}

function checkMetadata(caller: string, metadata: unknown): Readonly<Record<string, string>> {
  const stray = isObject(metadata)
    ? Object.entries(metadata).find(([name, value]) => name === '__proto__' || typeof value !== 'string')
    : ['__metadata__'];
  if (stray === undefined) return metadata as Record<string, string>;
  throw new ArgumentError(
    `${caller}: wanted texts by name as metadata; ${named(stray[0] as string)} is none`,
  );
}

/** Rejects `__metadata__`, which the format reserves, and `__proto__`: assigning to it sets no entry. */
function requireName(caller: string, name: string): void {
  if (name !== '__metadata__' && name !== '__proto__') return;
  throw new ArgumentError(`${caller}: '${name}' is no name for a tensor`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** A bfloat16 is the upper half of a float32. */
function upperHalf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] as number;
}

function shown(value: unknown): string {
  return escapeControls((JSON.stringify(value) ?? 'none').slice(0, 80));
}

function fail(message: string): never {
  throw new ArgumentError(`${operation}: ${message}`);
}
