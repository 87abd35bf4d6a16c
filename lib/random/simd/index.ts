/** Draws random numbers in WebAssembly SIMD, with the bits of the plain loops. */
import { type Kernels, kernels, type Source } from './random-kernels.ts';

/**
 * Draws `count` results of each key, page by page, from counter `from` on. The caller's `take` copies the
 * first `length` results of the page to their place: from result number `at` on.
 */
export function drawInPages(
  source: Source,
  keys: Uint32Array,
  count: number,
  from: number,
  take: (kernels: Kernels, at: number, length: number) => void,
): void {
  if (count === 0) return;
  const assembled = kernels();
  const pageLength = assembled.page[source === 'words' ? 'words' : 'float64'].length;
  // Many short draws share a page. A long draw takes several pages.
  const keysAtOnce = Math.max(1, Math.floor(pageLength / count));
  for (let firstKey = 0; firstKey < keys.length / 2; firstKey += keysAtOnce) {
    const some = keys.subarray(2 * firstKey, 2 * (firstKey + keysAtOnce));
    assembled.keys.set(some);
    for (let start = 0; start < count; start += pageLength) {
      const each = Math.min(pageLength, count - start);
      const counter = from + start;
      assembled.draw[source](some.length / 2, each, Math.floor(counter / 2 ** 32), counter % 2 ** 32);
      take(assembled, firstKey * count + start, (some.length / 2) * each);
    }
  }
}
