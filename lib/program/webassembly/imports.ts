/** How a loop computes, and what it needs from JavaScript. */
import { sizeOf } from '../../shape.ts';
import type { Loop } from '../program.ts';
import { type ImportedName, isImported } from './number-scalars.ts';
import { isLaneByLane } from './vector-scalars.ts';

// Below this size `lib/elementwise` takes its plain loops, whose last bits differ for functions such as exp.
const leastVectorised = 64;

/** Whether the loop computes four float32 at a time. */
export function isVectorised({ shape, values }: Loop): boolean {
  return (
    sizeOf(shape) >= leastVectorised && values.every(({ dtype }) => dtype === 'float32' || dtype === 'bool')
  );
}

/** The functions of JavaScript that the loop calls. Only the main thread has them. */
export function importsOf(loop: Loop): readonly ImportedName[] {
  const vectorised = isVectorised(loop);
  return loop.values.flatMap((value): readonly ImportedName[] => {
    if (value.kind !== 'operation') return [];
    const { name, dtype } = value;
    if (vectorised) return name !== 'cast' && isLaneByLane(name) ? [name] : [];
    const conversion = dtype === 'int32' || dtype === 'uint32' ? [dtype] : [];
    return isImported(name) ? [name, ...conversion] : conversion;
  });
}
