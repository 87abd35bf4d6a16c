import { barrierBytes } from '../../lib/program/webassembly/barrier.ts';
import { mailboxBytes } from '../../lib/threads/pool.ts';

type MemoryClass = new (descriptor: {
  readonly initial: number;
  readonly shared?: boolean;
}) => {
  readonly buffer: ArrayBufferLike;
};

/**
 * For specs of compiled programs: memory is full of NaN where the engine would give zeros. So a number that
 * nobody wrote, which the memory of a long program has, is seen in a short one, too. What threads wait for
 * must start as zeros.
 */
export function useDirtyMemory(): void {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: MemoryClass } };
  const Clean = WebAssembly.Memory;
  before(() => {
    WebAssembly.Memory = class extends Clean {
      constructor(descriptor: ConstructorParameters<MemoryClass>[0]) {
        super(descriptor);
        new Uint8Array(this.buffer).fill(255, descriptor.shared ? mailboxBytes : barrierBytes);
      }
    };
  });
  after(() => {
    WebAssembly.Memory = Clean;
  });
}
