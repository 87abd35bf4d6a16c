/** The constants of an ONNX graph, each written once however often it is used. */
import { bytesOf, isTensor, type OnnxConstant, type OnnxGraph, type OnnxNode, sameBytes } from './model.ts';

/**
 * The graph with one of each constants of the same type and bits. A sampler calls its network once a step,
 * and each call may reshape the same weights anew.
 */
export function withSharedConstants(graph: OnnxGraph): OnnxGraph {
  const { constants, nameOf } = distinct(graph.constants);
  return { ...graph, constants, nodes: renamed(graph.nodes, nameOf) };
}

interface Written {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function distinct(constants: readonly OnnxConstant[]) {
  const known = new Map<string, Written[]>();
  const names = new Map<string, string>();
  const kept = constants.filter(({ name, values }) => {
    const bytes = bytesOf(values);
    const type = isTensor(values) ? `${values.dtype} ${values.shape}` : 'int64';
    const key = `${type} ${hashOf(bytes)}`;
    const alike = known.get(key) ?? [];
    const same = alike.find((other) => sameBytes(other.bytes, bytes));
    names.set(name, same?.name ?? name);
    if (!same) known.set(key, [...alike, { name, bytes }]);
    return !same;
  });
  return { constants: kept, nameOf: (name: string) => names.get(name) ?? name };
}

/** The nodes, and those in the bodies of loops, with other names for their inputs. */
export function renamed(nodes: readonly OnnxNode[], nameOf: (name: string) => string): readonly OnnxNode[] {
  return nodes.map(({ inputs, attributes = {}, ...node }) => {
    const entries = Object.entries(attributes).map(([name, value]) => {
      const isBody = typeof value === 'object' && 'nodes' in value;
      return [name, isBody ? { ...value, nodes: renamed(value.nodes, nameOf) } : value] as const;
    });
    return { ...node, inputs: inputs.map(nameOf), attributes: Object.fromEntries(entries) };
  });
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
