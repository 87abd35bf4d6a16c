/**
 * Whether JavaScript may be made from text here, as ndarray and ndarray-ops do to compile a loop for each
 * kind of array. A page's Content-Security-Policy forbids it unless it says 'unsafe-eval'. So do extensions
 * of browsers, workerd, and Node with --disallow-code-generation-from-strings. Arrays and loops of our own do
 * the work there, with the same bits.
 */
export const mayMakeCode = probe();

function probe(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  // workerd allows it while a program starts, and forbids it from then on.
  if (navigator?.userAgent === 'Cloudflare-Workers') return false;
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
}
