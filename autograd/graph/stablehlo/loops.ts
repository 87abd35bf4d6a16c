/**
 * Loops. `scan` is a while loop, whose state is the number of steps done, and all that the loop reads and
 * writes.
 */
import type { PrimitiveParams } from '../../core/primitive.ts';
import type { Value } from '../formulas/array-writer.ts';
import type { Graph } from '../graph.ts';
import { integers } from './text.ts';
import type { Writer } from './writer.ts';

type WriteGraph = (w: Writer, graph: Graph, inputs: readonly Value[]) => readonly Value[];

/**
 * The inputs are the carries, the xs and what the step brings along; the outputs are the last carries and the
 * ys.
 */
export function writeLoop(
  w: Writer,
  inputs: readonly Value[],
  { body, carries, xs, length, reverse }: PrimitiveParams['scan'],
  writeGraph: WriteGraph,
): readonly Value[] {
  const counter = { shape: [], dtype: 'int32' } as const;
  const ys = body.outputs
    .slice(carries)
    .map(({ shape, dtype }) => w.full(0, { shape: [length, ...shape], dtype }));
  if (length === 0) return [...inputs.slice(0, carries), ...ys];
  const first = [w.full(0, counter), ...inputs, ...ys];
  const condition = w.region(first, (inner, [done]) => [inner.compare('LT', done as Value, length)]);
  const step = w.region(first, (inner, [done, ...state]) => {
    const place = reverse ? inner.subtract(length - 1, done as Value) : (done as Value);
    const zero = inner.full(0, counter);
    const given = state.slice(0, inputs.length);
    const arguments_ = given.map((x, i) =>
      i >= carries && i < carries + xs ? entryAt(inner, x, place, zero) : x,
    );
    const results = writeGraph(inner, body, arguments_);
    const written = state
      .slice(inputs.length)
      .map((y, i) => withEntry(inner, y, results[carries + i] as Value, place, zero));
    return [inner.add(done as Value, 1), ...results.slice(0, carries), ...given.slice(carries), ...written];
  });
  const last = w.operations('while', first, first, '', `${condition}, ${step}`);
  return [...last.slice(1, 1 + carries), ...last.slice(1 + inputs.length)];
}

/**
 * The inputs are the carries, of which the first says whether there is another step, and what it brings
 * along.
 */
export function writeWhile(
  w: Writer,
  inputs: readonly Value[],
  { step, carries }: PrimitiveParams['whileLoop'],
  writeGraph: WriteGraph,
): readonly Value[] {
  const condition = w.region(inputs, (_, [active]) => [active as Value]);
  const body = w.region(inputs, (inner, state) => [
    ...writeGraph(inner, step, state),
    ...state.slice(carries),
  ]);
  return w.operations('while', inputs, inputs, '', `${condition}, ${body}`).slice(0, carries);
}

/** Entry number `place` along the first axis. */
function entryAt(w: Writer, x: Value, place: Value, zero: Value): Value {
  const [, ...shape] = x.shape;
  const size = [1, ...shape];
  const entry = w.operation(
    'dynamic_slice',
    [x, place, ...shape.map(() => zero)],
    { shape: size, dtype: x.dtype },
    `slice_sizes = ${integers(size)}`,
  );
  return w.reshape(entry, shape);
}

function withEntry(w: Writer, x: Value, entry: Value, place: Value, zero: Value): Value {
  const single = w.reshape(entry, [1, ...entry.shape]);
  return w.operation('dynamic_update_slice', [x, single, place, ...entry.shape.map(() => zero)], { ...x });
}
