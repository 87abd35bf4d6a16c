/** Mistakes in the compiler, each a change of its source that some check must notice. */

export interface Mistake {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: source text
// biome-ignore format: a mistake a line
export const mistakes: Readonly<Record<string, Mistake>> = {
  'donation forgets that a loop may read the input in another order': { file: 'lib/program/donation.ts', from: 'return readsWhatItWrites(kernels[firstWrite] as Kernel, from, to);', to: 'return true;' },
  'donation forgets that a later kernel reads the input': { file: 'lib/program/donation.ts', from: 'return lastRead < (repetition?.first ?? firstWrite);', to: 'return true;' },
  'donation forgets that the output may have more memory than the input': { file: 'lib/program/donation.ts', from: 'Math.max(input.length, output.length)', to: 'input.length' },
  'donation forgets that later steps read the input': { file: 'lib/program/donation.ts', from: 'return lastRead < (repetition?.first ?? firstWrite);', to: 'return lastRead < firstWrite;' },
  'the builder forgets the other outputs in a donated input’s memory': { file: 'lib/program/builder.ts', from: 'return isOverwritten ? this.#placeOf(this.#copy(output)) : place;', to: 'return place;' },
  'donation forgets to copy': { file: 'lib/program/donation.ts', from: 'kernels: [...program.kernels, ...out, ...back], outputs }', to: 'kernels: program.kernels, outputs }' },
  'donation copies straight into memory that another copy still reads': { file: 'lib/program/donation.ts', from: 'copyLoop(from, between[i] as Place)', to: 'copyLoop(from, copies[i]?.[1] as Place)' },
  'a lifetime ends one kernel too early': { file: 'lib/program/memory.ts', from: 'last: Math.max(last, phase)', to: 'last: Math.max(last, phase - 1)' },
  'a lifetime begins at its last use': { file: 'lib/program/memory.ts', from: 'first: Math.min(first, phase)', to: 'first: phase' },
  'values that follow each other directly share memory': { file: 'lib/program/memory.ts', from: 'a.first <= b.last && b.first <= a.last', to: 'a.first < b.last && b.first < a.last' },
  'constants may be overwritten': { file: 'lib/program/memory.ts', from: '...program.constants.map(({ place }) => place), ', to: '' },
  'inputs may be overwritten before they are read': { file: 'lib/program/memory.ts', from: '[...program.inputs, ', to: '[' },
  'a gap is used though it is too small': { file: 'lib/program/memory.ts', from: 'block.from >= from + bytes', to: 'block.from > from' },
  'threads share scratch memory': { file: 'lib/program/memory.ts', from: '(buffer.isScratch ? threads : 1)', to: '1' },
  'a carry’s lifetime ends with its last use in a step': { file: 'lib/program/memory.ts', from: 'use(buffer, to);', to: '' },
  'a carry’s lifetime begins with its first use in a step': { file: 'lib/program/memory.ts', from: 'use(buffer, from);', to: '' },
  'a step does not wait for the one before': { file: 'lib/program/webassembly/assemble.ts', from: 'f.if(i32.lt_s(i32.const(0), step), wait);', to: '' },
  'a repetition’s phases begin with those of kernels before it': { file: 'lib/program/webassembly/phases.ts', from: 'i === first || i === end', to: 'i === end' },
  'a repetition’s phases go on with those of kernels behind it': { file: 'lib/program/webassembly/phases.ts', from: 'i === first || i === end', to: 'i === first' },
  'every step gets the same entry': { file: 'lib/program/heap.ts', from: 'return perStep === 0 ? start', to: 'return perStep !== NaN ? start' },
  'entries have the distance of their numbers': { file: 'lib/program/places.ts', from: 'perStep: reverse ? -stride : stride', to: 'perStep: reverse ? -1 : 1' },
  'a repetition from the end walks away from it': { file: 'lib/program/places.ts', from: 'perStep: reverse ? -stride : stride', to: 'perStep: stride' },
  'a view of an entry stays where it is': { file: 'lib/program/places.ts', from: '{ shape, offset, strides, ...rest }: Place,\n  length', to: '{ shape, offset, strides, perStep: _, ...rest }: Place,\n  length' },
  'the entry of a step and that of the first are the same': { file: 'lib/program/program.ts', from: '(a.perStep ?? 0) === (b.perStep ?? 0) &&', to: '' },
  'a value from before a repetition is stored there, once for all steps': { file: 'lib/program/builder.ts', from: ' && home.kernel >= this.#firstOfStep) {', to: ') {' },
  'an operation of a step joins a loop before all steps': { file: 'lib/program/builder.ts', from: 'Math.max(this.#firstOfStep, ', to: 'Math.max(0, ' },
  'a carry takes over the memory of a value from before the repetition': { file: 'lib/program/donation.ts', from: 'if (firstWrite < 0) return false;', to: '' },
  'a kernel does not wait for the one before it': { file: 'lib/program/webassembly/phases.ts', from: 'isInOwnRows(use, other) ? 0 : 1', to: '0' },
  'a loop forgets what it loads': { file: 'lib/program/program.ts', from: "value.kind === 'load' ? [value.place.buffer] : []", to: '[]' },
  'a product’s scratch belongs to nobody': { file: 'lib/program/program.ts', from: 'return [kernel.output.buffer, kernel.scratch];', to: 'return [kernel.output.buffer];' },
  'an operation joins a loop before its operand is in memory': { file: 'lib/program/builder.ts', from: "home.kind === 'register' ? home.kernel : home.kernel + 1", to: 'home.kernel' },
  'an operation joins a loop that comes before its operands': { file: 'lib/program/builder.ts', from: 'kernel >= first; kernel--', to: 'kernel >= 0; kernel--' },
  'places with other strides are taken for the same': { file: 'lib/program/program.ts', from: 'stride === b.strides[axis] || a.shape[axis] === 1', to: 'true' },
  'two numbers that differ in sign alone are the same': { file: 'lib/program/builder.ts', from: 'Object.is(a.number, b.number)', to: 'a.number === b.number' },
  'embedded values are overwritten by the zeros around them': { file: 'lib/program/builder.ts', from: 'this.#store(this.number(0, { shape, dtype }), whole);', to: '' },
  'axes merge that do not lie one behind the other': { file: 'lib/program/webassembly/merge-axes.ts', from: 'last >= 0 &&\n      places.every((place, i) => strides[i]?.[last] === (place.strides[axis] as number) * length);', to: 'last >= 0;' },
  'masks are compared as lanes': { file: 'lib/program/webassembly/loop.ts', from: 'if (isComparison(value.name)) {', to: 'if (false) {' },
  'equal primitives with other parameters count as one': { file: 'autograd/graph/simplify.ts', from: "${sources.join()} ${options}`", to: "${sources.join()}`" },
  'equations of other operands count as one': { file: 'autograd/graph/simplify.ts', from: "`${nameOf(value)}${value.dtype}${formatShape(value.shape)}`", to: "`${value.dtype}${formatShape(value.shape)}`" },
  'constants 0 and −0 count as one': { file: 'autograd/graph/simplify.ts', from: "Object.is(number, -0) ? '−0' : String(number)", to: 'String(number)' },
  'equations vanish that an output needs': { file: 'autograd/graph/simplify.ts', from: 'if (!equation.outputs.some(({ id }) => needed.has(id))) continue;', to: 'if (!equation.outputs.every(({ id }) => needed.has(id)) || equation.outputs.length > 1) continue;' },
  'a broadcast to more axes counts as nothing': { file: 'autograd/graph/simplify.ts', from: '!sameShape(x.shape, y.shape)) return false;', to: 'false) return false;' },
  'a cast counts as nothing': { file: 'autograd/graph/simplify.ts', from: 'return x.dtype === y.dtype;', to: 'return true;' },
  'what two uses of a body compute counts as one': { file: 'autograd/graph/simplify.ts', from: '{ ...value, id: this.#next++ }', to: '{ ...value, id: this.#next }' },
  'what changes from step to step is computed before the loop': { file: 'autograd/graph/invariants.ts', from: 'for (const { id } of outputs) changing.add(id);', to: '' },
  'what is the same in each step gets lost': { file: 'autograd/graph/invariants.ts', from: 'inputs: [...body.inputs, ...handedOn]', to: 'inputs: [...body.inputs, ...handedOn.slice(1)]' },
  'a step takes the carries for its entries': { file: 'autograd/graph/lowering.ts', from: 'inputs.slice(carries, carries + xs)]', to: 'inputs.slice(0, xs)]' },
  'a state that goes elsewhere is not moved out': { file: 'autograd/graph/compile.ts', from: 'if (given[input] !== tensor) tensor.moveOut();', to: '' },
  'a state that is already there counts as there, whatever is given': { file: 'autograd/graph/compile.ts', from: 'this.#residents.get(i) === tensor ? null', to: 'this.#residents.has(i) ? null' },
  'a donated tensor can still be used': { file: 'autograd/graph/compile.ts', from: 'if (isDonated[i]) tensor.donate();', to: '' },
  'results are views of memory that the next call overwrites': { file: 'autograd/graph/compile.ts', from: 'return plain(copy(array));', to: 'return plain(array);' },
  'other shapes get the same program': { file: 'autograd/graph/compile.ts', from: '`${leaf.dtype}${formatShape(leaf.shape)}`', to: '`${leaf.dtype}`' },
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: source text
