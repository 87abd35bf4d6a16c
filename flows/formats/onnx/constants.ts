/** The constants of an ONNX graph, each written once however often it is used. */
import { type Tensor, toNDArray } from '../../../autograd/index.ts';
import { flat } from '../../../lib/index.ts';
import { integersProto, tensorProto } from './model.ts';

export interface Constants {
  /** The name of a constant of this tensor's dtype, shape and bits. */
  tensor(tensor: Tensor): string;
  /** The name of a constant list of whole numbers. */
  integers(values: readonly number[]): string;
  /** All of them, as TensorProtos. */
  readonly protos: readonly Uint8Array[];
}

interface Written {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A sampler calls its network once a step, and each call may reshape the same weights anew: so constants are
 * compared by their bits.
 */
export function constantsNamed(fresh: () => string): Constants {
  const protos: Uint8Array[] = [];
  const lists = new Map<string, string>();
  const tensors = new Map<string, Written[]>();
  const add = (proto: (name: string) => Uint8Array): string => {
    const name = fresh();
    protos.push(proto(name));
    return name;
  };
  return {
    protos,
    tensor(tensor) {
      const { buffer, byteOffset, byteLength } = flat(toNDArray(tensor));
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      const key = `${tensor.dtype} ${tensor.shape} ${hashOf(bytes)}`;
      const alike = tensors.get(key) ?? [];
      const same = alike.find((other) => isSame(other.bytes, bytes));
      if (same) return same.name;
      const name = add((given) => tensorProto(given, tensor));
      tensors.set(key, [...alike, { name, bytes }]);
      return name;
    },
    integers(values) {
      const key = values.join();
      const name = lists.get(key) ?? add((given) => integersProto(given, values));
      lists.set(key, name);
      return name;
    },
  };
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
