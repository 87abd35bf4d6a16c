/** Donated inputs: an output takes over the memory of an input that the caller needs no more. */
import {
  type Buffer,
  isSamePlace,
  type Kernel,
  type Loop,
  type Place,
  type Program,
  readsOf,
  writesOf,
} from './program.ts';

/** An input, and the output that replaces it; both have one shape and dtype. */
export interface Donation {
  readonly input: number;
  readonly output: number;
}

/**
 * The same program, where each donated input's memory holds the output that replaces it when the program
 * ends. The output is computed there if nobody reads the input afterwards, and else copied there at the end.
 * No other output may lie in a donated input's memory.
 */
export function donate(program: Program, donations: readonly Donation[]): Program {
  const inPlace = new Map<number, number>();
  const copies: (readonly [from: Place, to: Place])[] = [];
  for (const { input, output } of donations) {
    const [to, from] = [program.inputs[input] as Place, program.outputs[output] as Place];
    if (canReplace(program, from, to, inPlace)) inPlace.set(from.buffer, to.buffer);
    else copies.push([from, to]);
  }
  const renamed = rename(withLonger(program, inPlace), inPlace);
  const outputs = renamed.outputs.map((place, i) => {
    const donation = donations.find(({ output }) => output === i);
    return donation ? (program.inputs[donation.input] as Place) : place;
  });
  return withCopies(
    renamed,
    copies.map(([from, to]) => [renamePlace(from, inPlace), to]),
    outputs,
  );
}

/**
 * Whether the output's buffer can be that of the input: nobody reads the input after the output is written.
 */
function canReplace(
  { kernels, repetitions, inputs, outputs, constants }: Program,
  from: Place,
  to: Place,
  taken: ReadonlyMap<number, number>,
): boolean {
  const isOwn =
    !taken.has(from.buffer) &&
    from.offset === 0 &&
    isSamePlace({ ...from, buffer: to.buffer }, to) &&
    [...inputs, ...constants.map(({ place }) => place)].every(({ buffer }) => buffer !== from.buffer) &&
    outputs.filter(({ buffer }) => buffer === from.buffer || buffer === to.buffer).length === 1;
  if (!isOwn) return false;
  const firstWrite = kernels.findIndex((kernel) => writesOf(kernel).includes(from.buffer));
  const lastRead = lastIndexOf(kernels, (kernel) => readsOf(kernel).includes(to.buffer));
  if (firstWrite < 0) return false;
  // What a repetition reads, it reads in its last step, too.
  const repetition = repetitions.find(({ first, end }) => first <= firstWrite && firstWrite < end);
  if (lastRead !== firstWrite || repetition) return lastRead < (repetition?.first ?? firstWrite);
  return readsWhatItWrites(kernels[firstWrite] as Kernel, from, to);
}

/** With memory of inputs for what is around the outputs that replace them: whole tiles, or other values. */
function withLonger(program: Program, inPlace: ReadonlyMap<number, number>): Program {
  const buffers = [...program.buffers];
  for (const [from, to] of inPlace) {
    const [output, input] = [buffers[from], buffers[to]] as [Buffer, Buffer];
    buffers[to] = { ...input, length: Math.max(input.length, output.length) };
  }
  return { ...program, buffers };
}

/** Whether a loop reads each element of the input only at the index at which it writes that of the output. */
function readsWhatItWrites(kernel: Kernel, from: Place, to: Place): boolean {
  if (kernel.kind !== 'loop') return false;
  const isAligned = (place: Place, whole: Place) =>
    place.buffer !== whole.buffer || isSamePlace(place, whole);
  return (
    kernel.values.every((value) => value.kind !== 'load' || isAligned(value.place, to)) &&
    kernel.stores.every(({ place }) => isAligned(place, from))
  );
}

/**
 * Copies at the end. What is copied may lie in memory that another copy overwrites, so all go through memory
 * of their own.
 */
function withCopies(
  program: Program,
  copies: readonly (readonly [from: Place, to: Place])[],
  outputs: readonly Place[],
): Program {
  const buffers = [...program.buffers];
  const between = copies.map(([, to]) => {
    buffers.push(program.buffers[to.buffer] as Program['buffers'][number]);
    return { ...to, buffer: buffers.length - 1 };
  });
  const out = copies.map(([from], i) => copyLoop(from, between[i] as Place));
  const back = copies.map(([, to], i) => copyLoop(between[i] as Place, to));
  return { ...program, buffers, kernels: [...program.kernels, ...out, ...back], outputs };
}

function copyLoop(from: Place, to: Place): Loop {
  const { dtype, shape } = from;
  return {
    kind: 'loop',
    shape,
    values: [{ kind: 'load', dtype, place: from }],
    stores: [{ value: 0, place: to }],
  };
}

function rename(program: Program, names: ReadonlyMap<number, number>): Program {
  const place = (old: Place) => renamePlace(old, names);
  return {
    ...program,
    kernels: program.kernels.map((kernel) => withPlaces(kernel, place)),
    outputs: program.outputs.map(place),
  };
}

function withPlaces(kernel: Kernel, place: (old: Place) => Place): Kernel {
  switch (kernel.kind) {
    case 'loop': {
      const values = kernel.values.map((value) =>
        value.kind === 'load' ? { ...value, place: place(value.place) } : value,
      );
      const stores = kernel.stores.map((store) => ({ ...store, place: place(store.place) }));
      return { ...kernel, values, stores };
    }
    case 'sum':
      return { ...kernel, input: place(kernel.input), output: place(kernel.output) };
    case 'product': {
      const { left, right, output } = kernel;
      return { ...kernel, left: place(left), right: place(right), output: place(output) };
    }
    case 'host':
      return { ...kernel, inputs: kernel.inputs.map(place), outputs: kernel.outputs.map(place) };
  }
}

function renamePlace(place: Place, names: ReadonlyMap<number, number>): Place {
  return { ...place, buffer: names.get(place.buffer) ?? place.buffer };
}

function lastIndexOf<T>(list: readonly T[], test: (item: T) => boolean): number {
  for (let i = list.length - 1; i >= 0; i--) if (test(list[i] as T)) return i;
  return -1;
}
