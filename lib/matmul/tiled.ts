/**
 * The product of two matrices by tiles of 3 × 2, after K. Goto and R. van de Geijn, Anatomy of
 * high-performance matrix multiplication (2008). We pack blocks of both matrices into the order in which the
 * innermost loop reads them. That loop keeps a whole tile of the result in registers. Packing reads through
 * strides, so a transposed operand costs nothing extra.
 *
 * Measurements showed what makes it fast in V8. The sums and operands of a tile fit into the fifteen float
 * registers; 4 × 4 tiles do not, and reach two thirds of the speed. The innermost loop closes over blocks
 * that never change, so their addresses are constants in its code. The compiler can prove that its indices
 * lie inside the blocks. After a process has transferred an ArrayBuffer, V8 gives up some of this, and a
 * third of the speed is lost.
 */
import type { Floats } from '../requirements.ts';
import type { Matrix, ProductSize } from './kernel.ts';

const tileRows = 3;
const tileColumns = 2;

// The sizes of the packed blocks: a block of A should stay in the second-level cache, a panel of B in the
// first.
const blockDepth = 256;
const blockRows = 96;
const blockColumns = 512;

// Scratch memory: every call writes it before it reads it. A panel holds, for each k, the elements of its
// rows (or columns).
const blockA = new Float64Array(0x8000 + tileRows * 0x200);
const blockB = new Float64Array(0x20000 + tileColumns * 0x200);
const tile = new Float64Array(tileRows * tileColumns);
const multiplyPanels = panelProduct(blockA, blockB, tile);

/** A `MatmulKernel` for matrices of any size. It accumulates in float64 and rounds once. */
export function tiledMatmul(a: Matrix, b: Matrix, size: ProductSize, out: Floats, outOffset: number): void {
  const { rows, depth, columns } = size;
  const isSummedInParts = depth > blockDepth && out instanceof Float32Array;
  const sums = isSummedInParts ? new Float64Array(rows * columns) : out;
  const sumsOffset = isSummedInParts ? 0 : outOffset;
  for (let column = 0; column < columns; column += blockColumns) {
    const width = Math.min(blockColumns, columns - column);
    for (let k = 0; k < depth; k += blockDepth) {
      const partDepth = Math.min(blockDepth, depth - k);
      packB(b, k, column, partDepth, width);
      for (let row = 0; row < rows; row += blockRows) {
        const height = Math.min(blockRows, rows - row);
        packA(a, row, k, height, partDepth);
        multiplyBlocks(height, partDepth, width, sums, sumsOffset + row * columns + column, columns);
      }
    }
  }
  if (isSummedInParts) out.set(sums, outOffset);
}

/**
 * The innermost loop: sets `tile` to the product of the panel of A at `startA` and the panel of B at
 * `startB`. The masks change no value. They prove to V8 that no index leaves a block.
 */
function panelProduct(blockA: Float64Array, blockB: Float64Array, tile: Float64Array) {
  return (startA: number, startB: number, depth: number): void => {
    const a = startA & 0x7fff;
    const b = startB & 0x1ffff;
    const end = depth & 0x1ff;
    let c00 = 0;
    let c01 = 0;
    let c10 = 0;
    let c11 = 0;
    let c20 = 0;
    let c21 = 0;
    for (let k = 0; k < end; k++) {
      const a0 = blockA[a + 3 * k] as number;
      const a1 = blockA[a + 3 * k + 1] as number;
      const a2 = blockA[a + 3 * k + 2] as number;
      const b0 = blockB[b + 2 * k] as number;
      const b1 = blockB[b + 2 * k + 1] as number;
      c00 += a0 * b0;
      c01 += a0 * b1;
      c10 += a1 * b0;
      c11 += a1 * b1;
      c20 += a2 * b0;
      c21 += a2 * b1;
    }
    tile[0] = c00;
    tile[1] = c01;
    tile[2] = c10;
    tile[3] = c11;
    tile[4] = c20;
    tile[5] = c21;
  };
}

/** Adds the product of the packed blocks to a part of `out`, whose rows are `outStride` apart. */
function multiplyBlocks(
  height: number,
  depth: number,
  width: number,
  out: Floats,
  outOffset: number,
  outStride: number,
): void {
  for (let column = 0; column < width; column += tileColumns) {
    for (let row = 0; row < height; row += tileRows) {
      multiplyPanels(row * depth, column * depth, depth);
      addTile(
        out,
        outOffset + row * outStride + column,
        outStride,
        Math.min(tileRows, height - row),
        Math.min(tileColumns, width - column),
      );
    }
  }
}

/** Adds the first `rows` rows and `columns` columns of the tile to the result. */
function addTile(out: Floats, start: number, stride: number, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = start + i * stride + j;
      out[at] = (out[at] as number) + (tile[i * tileColumns + j] as number);
    }
  }
}

/** Packs a block of A into panels of `tileRows` rows. Zeros fill up the last panel. */
function packA(a: Matrix, row: number, column: number, height: number, depth: number): void {
  const start = a.offset + row * a.rowStride + column * a.columnStride;
  pack(blockA, tileRows, a.data, start, a.rowStride, a.columnStride, height, depth);
}

/** Packs a block of B into panels of `tileColumns` columns. Zeros fill up the last panel. */
function packB(b: Matrix, row: number, column: number, depth: number, width: number): void {
  const start = b.offset + row * b.rowStride + column * b.columnStride;
  pack(blockB, tileColumns, b.data, start, b.columnStride, b.rowStride, width, depth);
}

/** Interleaves lines of `depth` numbers, which are `lineStride` apart, into panels of `tile` lines each. */
function pack(
  block: Float64Array,
  tile: number,
  data: Floats,
  start: number,
  lineStride: number,
  stride: number,
  lines: number,
  depth: number,
): void {
  const paddedLines = Math.ceil(lines / tile) * tile;
  for (let line = 0; line < paddedLines; line++) {
    let to = (line - (line % tile)) * depth + (line % tile);
    const end = to + depth * tile;
    if (line >= lines) for (; to < end; to += tile) block[to] = 0;
    else
      for (let from = start + line * lineStride; to < end; to += tile, from += stride)
        block[to] = data[from] as number;
  }
}
