import { grad, type Tensor } from '../../../autograd/index.ts';
import { expectClose, float64, numbersOf } from '../numbers.ts';

/** Compares a gradient with differences, and with one derived by hand (a list of numbers per argument). */
export function expectGradient(
  f: (...x: Tensor[]) => Tensor,
  x: readonly Tensor[],
  derived: readonly (readonly number[])[],
): void {
  const gradient = numbersOf(
    (grad(f, { argument: x.map((_, i) => i) }) as (...x: Tensor[]) => Tensor[])(...x),
  );
  expectClose(float64(gradient), float64(derived.flat()), 1e-12, 'derived by hand');
  expectClose(float64(gradient), float64(differences(f, x)), 1e-9, 'differences');
}

/**
 * The gradient of a scalar function of tensors by central differences of fourth order, one entry at a time.
 */
function differences(f: (...x: Tensor[]) => Tensor, x: readonly Tensor[], h = 1e-3): number[] {
  const numbers = x.map((a) => numbersOf(a));
  const at = (i: number, entry: number, shift: number) => {
    const moved = numbers.map((list, j) =>
      i === j ? list.with(entry, (list[entry] as number) + shift) : list,
    );
    return f(...moved.map((list, j) => float64(list).reshape((x[j] as Tensor).shape))).item();
  };
  return numbers.flatMap((list, i) =>
    list.map((_, entry) => {
      const near = at(i, entry, h) - at(i, entry, -h);
      const far = at(i, entry, 2 * h) - at(i, entry, -2 * h);
      return (8 * near - far) / (12 * h);
    }),
  );
}
