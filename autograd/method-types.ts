/** Written by spec/tools/write-method-types.ts from the operations and their comments. */
import type { DType, Shape } from '../lib/index.ts';
import type { GeluOptions } from './operations/activations.ts';
import type { GatherOptions } from './operations/gathering.ts';
import type { NormalizationOptions } from './operations/layers.ts';
import type { AxisOptions } from './operations/ordering.ts';
import type { ReductionOptions } from './operations/reductions.ts';
import type { AxisSlice } from './operations/slicing.ts';
import type { SoftmaxOptions } from './operations/softmax.ts';
import type { NormOptions, VarianceOptions } from './operations/statistics.ts';
import type { TriangularOptions } from './operations/triangular.ts';

declare module './core/tensor.ts' {
  interface Tensor {
    /**
     * |x|, elementwise; its derivative at 0 is 0.
     * @example abs(tensor([1, -2])); // [1, 2]
     */
    abs(): Tensor;

    /**
     * The inverse of `cos`, elementwise: NaN outside [−1, 1], with derivative −∞ at its ends.
     * @example acos(tensor([1, 0])); // [0, 1.5707963]
     */
    acos(): Tensor;

    /**
     * The inverse of `cosh`, elementwise: NaN below 1, with derivative ∞ at 1.
     * @example acosh(tensor([1, 2])); // [0, 1.3169579]
     */
    acosh(): Tensor;

    /**
     * x + y, elementwise with broadcasting. float32 or float64 (mixed gives float64). Here as in all elementwise
     * operations, numbers and nested lists of numbers take the dtype of the tensor beside them.
     * @example add(tensor([1, 2]), [10, 20]); // [11, 22]
     */
    add(y: Operand): Tensor;

    /**
     * The index of the first largest entry along an axis (the first NaN, if there is one), int32.
     * @example argmax(tensor([1, 3, 2])).item(); // 1
     */
    argmax(options?: AxisOptions): Tensor;

    /**
     * The index of the first smallest entry along an axis (the first NaN, if there is one), int32.
     * @example argmin(tensor([1, 3, 2])).item(); // 0
     */
    argmin(options?: AxisOptions): Tensor;

    /**
     * The indices that sort the entries along an axis, int32; equal entries keep their order, NaN comes last.
     * @example argsort(tensor([3, 1, 2])); // [1, 2, 0]
     */
    argsort(options?: AxisOptions): Tensor;

    /**
     * The inverse of `sin`, elementwise: NaN outside [−1, 1], with derivative ∞ at its ends.
     * @example asin(tensor([0, 1])); // [0, 1.5707963]
     */
    asin(): Tensor;

    /**
     * The inverse of `sinh`, elementwise.
     * @example asinh(tensor([0, 1])); // [0, 0.88137359]
     */
    asinh(): Tensor;

    /**
     * The inverse of `tan`, elementwise.
     * @example atan(tensor([0, 1])); // [0, 0.78539816]
     */
    atan(): Tensor;

    /**
     * The angle of the point (x, y), from −π to π, elementwise with broadcasting. Mind the order: y first.
     * @example atan2(tensor([1, 0]), tensor([0, -1])); // [1.5707963, 3.1415927]
     */
    atan2(y: Operand): Tensor;

    /**
     * The inverse of `tanh`, elementwise: ±∞ at ±1, NaN outside.
     * @example atanh(tensor([0, 0.5])); // [0, 0.54930614]
     */
    atanh(): Tensor;

    /**
     * x repeated along new leading axes and along its axes of length 1 (numpy's rules): a view.
     * @throws ShapeError if x's shape does not broadcast to `shape`.
     * @example broadcastTo(tensor([1, 2]), [3, 2]);
     */
    broadcastTo(shape: Shape): Tensor;

    /**
     * The same values in another dtype, for any shape. Differentiable between float32 and float64; a constant if
     * either dtype is of integers or booleans.
     *
     * @example
     * cast(tensor([1, 0], { dtype: 'bool' }), 'float32');
     */
    cast(dtype: DType): Tensor;

    /**
     * The smallest integer ≥ x, elementwise; its derivative is 0.
     * @example ceil(tensor([1.5, -1.5])); // [2, -1]
     */
    ceil(): Tensor;

    /**
     * The lower triangular L with L·Lᵀ = (A + Aᵀ)/2, for positive definite matrices A [..., n, n].
     * @throws ArgumentError if A is not positive definite.
     * @example cholesky(tensor([[4, 2], [2, 5]])); // [[2, 0], [1, 2]]
     */
    cholesky(): Tensor;

    /**
     * x brought into [low, high], elementwise with broadcasting: minimum(maximum(x, low), high), which is high
     * where low > high, and NaN where one of the three is. The derivative is 1 inside and on the border, 0
     * outside.
     * @example clip(tensor([-1, 0.5, 2]), 0, 1); // [0, 0.5, 1]
     */
    clip(low: Operand, high: Operand): Tensor;

    /**
     * The cosine, elementwise.
     * @example cos(tensor([0, Math.PI])); // [1, -1]
     */
    cos(): Tensor;

    /**
     * The hyperbolic cosine, elementwise.
     * @example cosh(tensor([0, 1])); // [1, 1.5430806]
     */
    cosh(): Tensor;

    /**
     * The partial sums along an axis (by default the last): x's shape, float32 or float64.
     * @example cumulativeSum(tensor([1, 2, 3])); // [1, 3, 6]
     */
    cumulativeSum(options?: { readonly axis?: number }): Tensor;

    /**
     * det A for matrices [..., n, n]: [...]. Up to 3×3 by minors, above by LU with complete pivoting. Its
     * derivative, the cofactors, is finite at singular matrices, too. So are its further derivatives up to 16×16.
     *
     * @throws ShapeError unless the matrices are square. Its second derivative throws an ArgumentError at a
     * singular matrix larger than 16×16.
     * @example determinant(tensor([[1, 2], [3, 4]])).item(); // -2
     */
    determinant(): Tensor;

    /**
     * The diagonals of the matrices in the last two axes; a view where x is contiguous.
     * @example diagonal(tensor([[1, 2], [3, 4]])); // [1, 4]
     */
    diagonal(): Tensor;

    /**
     * Matrices with the entries of the last axis on their diagonals.
     * @example diagonalMatrix(tensor([1, 2])); // [[1, 0], [0, 2]]
     */
    diagonalMatrix(): Tensor;

    /**
     * x / y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
     * @example divide(tensor([1, 2]), 2); // [0.5, 1]
     */
    divide(y: Operand): Tensor;

    /**
     * The sum of products along the last axis: [..., n] · [..., n] → [...], with broadcasting.
     * @example dot(tensor([1, 2]), tensor([3, 4])).item(); // 11
     */
    dot(y: Tensor): Tensor;

    /**
     * ELU: x above 0, α·(eˣ − 1) below, elementwise (Clevert et al. 2015); its derivative at 0 is α.
     * @example elu(tensor([-1, 2])); // [-0.63212056, 2]
     */
    elu(alpha?: number): Tensor;

    /**
     * x = y, elementwise with broadcasting: a mask; false where either is NaN.
     * @example equal(tensor([1, 3]), 3); // [false, true]
     */
    equal(y: Operand): Tensor;

    /**
     * The error function 2/√π ∫₀ˣ e^(−s²) ds, elementwise.
     * @example erf(tensor([0, 1])); // [0, 0.84270079]
     */
    erf(): Tensor;

    /**
     * 1 − erf(x), accurate where erf is close to 1, elementwise.
     * @example erfc(tensor([0, 5])); // [1, 1.5374598e-12]
     */
    erfc(): Tensor;

    /**
     * eˣ, elementwise.
     * @example exp(tensor([0, 1])); // [1, 2.7182818]
     */
    exp(): Tensor;

    /**
     * A new axis of length 1 at the given place.
     * @example expandDims(zeros([3]), 1).shape; // [3, 1]
     */
    expandDims(axis: number): Tensor;

    /**
     * eˣ − 1, accurate near 0, elementwise.
     * @example expm1(tensor([1e-9])); // [1e-9]
     */
    expm1(): Tensor;

    /**
     * The entries along the given axes (by default all) in reverse order; a view.
     * @example flip(tensor([1, 2, 3])); // [3, 2, 1]
     */
    flip(axes?: number | readonly number[]): Tensor;

    /**
     * The largest integer ≤ x, elementwise; its derivative is 0.
     * @example floor(tensor([1.5, -1.5])); // [1, -2]
     */
    floor(): Tensor;

    /**
     * The entries of x at the given indices along an axis (numpy's `take`). In the result's shape, the indices'
     * shape replaces that axis. If x is a table of rows, this is an embedding lookup. Negative indices count from
     * the end. A list of whole numbers is a tensor of indices, too.
     *
     * @throws ArgumentError for an index out of bounds, DTypeError unless the indices are int32.
     * @example gather(tensor([[1, 2], [3, 4]]), [1, 1, 0]); // [[3, 4], [3, 4], [1, 2]]
     */
    gather(indices: Tensor | readonly number[], options?: GatherOptions): Tensor;

    /**
     * GELU, x·Φ(x) with the normal distribution function Φ, elementwise (Hendrycks & Gimpel 2016).
     * @example gelu(tensor([0, 1])); // [0, 0.84134475]
     */
    gelu(options?: GeluOptions): Tensor;

    /**
     * The derivative of the exact `gelu`, Φ(x) + x·φ(x) with the normal density φ, elementwise. It is a primitive
     * for the reason of `siluSlope`.
     * @example geluSlope(tensor([0])); // [0.5]
     */
    geluSlope(): Tensor;

    /** x > y, elementwise with broadcasting: a mask. @example greater(tensor([1, 3]), 2); // [false, true] */
    greater(y: Operand): Tensor;

    /**
     * x ≥ y, elementwise with broadcasting: a mask.
     * @example greaterEqual(tensor([1, 3]), 3); // [false, true]
     */
    greaterEqual(y: Operand): Tensor;

    /**
     * A⁻¹ for matrices [..., n, n]. To solve a system, `solve` is faster and more accurate.
     * @throws ArgumentError if A is singular, ShapeError unless the matrices are square.
     * @example inverse(tensor([[2, 0], [0, 4]])); // [[0.5, 0], [0, 0.25]]
     */
    inverse(): Tensor;

    /**
     * (x − mean) / √(variance + ε) over the given axes (Ba et al. 2016); scale and shift it afterwards.
     * @example layerNorm(tensor([1, 3])); // [-0.999995, 0.999995]
     */
    layerNorm(options?: NormalizationOptions): Tensor;

    /** x < y, elementwise with broadcasting: a mask. @example less(tensor([1, 3]), 2); // [true, false] */
    less(y: Operand): Tensor;

    /** x ≤ y, elementwise with broadcasting: a mask. @example lessEqual(tensor([1, 3]), 1); // [true, false] */
    lessEqual(y: Operand): Tensor;

    /**
     * The natural logarithm, elementwise: −∞ at 0, NaN below.
     * @example log(tensor([1, Math.E])); // [0, 1]
     */
    log(): Tensor;

    /**
     * log(1 + x), accurate near 0, elementwise.
     * @example log1p(tensor([1e-9])); // [1e-9]
     */
    log1p(): Tensor;

    /**
     * log|det A| and the sign of det A for matrices A [..., n, n]; each [...]. If A is singular, they are −∞ and
     * 0. The derivative of the logarithm is A⁻ᵀ.
     * @throws ShapeError unless the matrices are square. Its derivative throws an ArgumentError at a singular
     * matrix.
     * @example logAbsDeterminant(tensor([[2, 0], [0, -4]])).sign.item(); // -1
     */
    logAbsDeterminant(): { readonly logarithm: Tensor; readonly sign: Tensor };

    /**
     * log(eˣ + e^y), elementwise with broadcasting, stable for every x and y.
     * @example logAddExp(tensor(-1000), -1000).item(); // -999.30685
     */
    logAddExp(y: Operand): Tensor;

    /**
     * log σ(x) = −log(1 + e⁻ˣ), elementwise, stable for every x.
     * @example logSigmoid(tensor([0, -800])); // [-0.69314718, -800]
     */
    logSigmoid(): Tensor;

    /**
     * log(eˣ / Σ eˣ) along an axis (by default the last), stable for every x. Where the largest x is infinite, it
     * is the logarithm of what `softmax` gives.
     * @example logSoftmax(tensor([0, 0])); // [-0.69314718, -0.69314718]
     */
    logSoftmax(options?: SoftmaxOptions): Tensor;

    /**
     * log Σ eˣ over the given axes, stable for every x. Where the largest x is infinite, so is the result, with
     * derivative 0. It is −∞ if there are no entries.
     * @example logSumExp(tensor([1000, 1000])).item(); // 1000.6931
     */
    logSumExp(options?: ReductionOptions): Tensor;

    /**
     * Whether both masks are true, elementwise with broadcasting.
     * @throws DTypeError unless both are masks (bool).
     * @example logicalAnd(greater(x, 0), less(x, 1));
     */
    logicalAnd(y: Operand): Tensor;

    /**
     * The opposite mask, elementwise.
     * @throws DTypeError unless x is a mask (bool).
     * @example logicalNot(greater(x, 0));
     */
    logicalNot(): Tensor;

    /**
     * Whether one mask or both are true, elementwise with broadcasting.
     * @throws DTypeError unless both are masks (bool).
     * @example logicalOr(less(x, 0), greater(x, 1));
     */
    logicalOr(y: Operand): Tensor;

    /**
     * The matrices in the last two axes, with 0 above diagonal number `offset`.
     * @example lowerTriangle(tensor([[1, 2], [3, 4]])); // [[1, 0], [3, 4]]
     */
    lowerTriangle(offset?: number): Tensor;

    /**
     * The matrix product, by numpy's rules: [m, k] × [k, n] → [m, n]. Leading axes are batches and are broadcast.
     * A vector is a row on the left and a column on the right; the result lacks that axis. float32 or float64.
     *
     * @throws ShapeError if the inner lengths differ or the batches do not broadcast.
     * @example matmul(tensor([[1, 2]]), tensor([[3], [4]])); // [[11]]
     */
    matmul(b: Tensor): Tensor;

    /**
     * The largest value over the given axes; NaN if there is one. Equal largest values share the derivative.
     * @throws ArgumentError if one of the axes has length 0.
     * @example max(tensor([[1, 2], [3, 0]]), { axes: 1 }); // [2, 3]
     */
    max(options?: ReductionOptions): Tensor;

    /**
     * The larger of x and y, elementwise with broadcasting; NaN if either is. Where x = y, each gets half of the
     * derivative.
     * @example maximum(tensor([1, -2]), 0); // [1, 0]
     */
    maximum(y: Operand): Tensor;

    /**
     * The mean over the given axes; NaN if there are no entries. The mean of a mask is the share of true
     * (float32).
     * @example mean(tensor([1, 2, 6])).item(); // 3
     */
    mean(options?: ReductionOptions): Tensor;

    /**
     * The smallest value over the given axes; NaN if there is one. Equal smallest values share the derivative.
     * @throws ArgumentError if one of the axes has length 0.
     * @example min(tensor([[1, 2], [3, 0]]), { axes: 1 }); // [1, 0]
     */
    min(options?: ReductionOptions): Tensor;

    /**
     * The smaller of x and y, elementwise with broadcasting; NaN if either is. Where x = y, each gets half of the
     * derivative.
     * @example minimum(tensor([1, -2]), 0); // [0, -2]
     */
    minimum(y: Operand): Tensor;

    /**
     * One axis moved to another place, the others in their order.
     * @example moveAxis(zeros([2, 3, 4]), 0, 2).shape; // [3, 4, 2]
     */
    moveAxis(from: number, to: number): Tensor;

    /**
     * x·y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
     * @example multiply(tensor([1, 2]), 3); // [3, 6]
     */
    multiply(y: Operand): Tensor;

    /**
     * −x, elementwise.
     * @example negate(tensor([1, -2])); // [-1, 2]
     */
    negate(): Tensor;

    /**
     * The length of the vectors along the given axes. At the zero vector, the Euclidean norm has derivative 0.
     * @throws ArgumentError for another order than 1, 2 or Infinity.
     * @example norm(tensor([3, 4])).item(); // 5
     */
    norm(options?: NormOptions): Tensor;

    /**
     * The quantile of the standard normal distribution at (1 + u)/2, which is √2·erf⁻¹(u), elementwise, for u in
     * [−1, 1]: ±∞ at ±1, NaN outside. It turns a uniform number on (−1, 1) into a normal one.
     * @example normalQuantile(tensor([0, 0.6826895])); // [0, 1]
     */
    normalQuantile(): Tensor;

    /** x ≠ y, elementwise with broadcasting: a mask. @example notEqual(tensor([1, 3]), 3); // [true, false] */
    notEqual(y: Operand): Tensor;

    /**
     * 1 at each index and 0 elsewhere, along a new last axis of length `count`; zeros for an index out of bounds.
     * @throws DTypeError unless the indices are int32.
     * @example oneHot(tensor([1, 0], { dtype: 'int32' }), 2); // [[0, 1], [1, 0]]
     */
    oneHot(count: number, options?: { readonly dtype?: DType }): Tensor;

    /**
     * All products of two vectors' entries: [..., m], [..., n] → [..., m, n].
     * @example outer(tensor([1, 2]), tensor([3, 4])); // [[3, 4], [6, 8]]
     */
    outer(y: Tensor): Tensor;

    /**
     * x with `[before, after]` further entries along each axis, all of the given value (by default 0).
     * @throws ArgumentError unless there is a pair of whole widths ≥ 0 for each axis.
     * @example pad(tensor([1, 2]), [[1, 2]]); // [0, 1, 2, 0, 0]
     */
    pad(widths: readonly (readonly [before: number, after: number])[], value?: number): Tensor;

    /**
     * x^y, elementwise with broadcasting, by the rules of IEEE 754: 1^y and x^0 are 1 also for NaN; NaN for a
     * negative x with a y that is not an integer.
     * At x = 0 the derivative with respect to x is 0 where y = 0, and that with respect to y is 0 where y ≥ 0.
     * @example power(tensor([1, 2, 3]), 2); // [1, 4, 9]
     */
    power(y: Operand): Tensor;

    /**
     * The product over the given axes; 1 if there are no entries. It multiplies in pairs, in float64, so that its
     * derivatives are right also where a factor is 0. Only the result can overflow or underflow, no part of it.
     * @example product(tensor([[1, 2], [3, 4]]), { axes: 1 }); // [2, 12]
     */
    product(options?: ReductionOptions): Tensor;

    /**
     * 1/x, elementwise.
     * @example reciprocal(tensor([1, 4])); // [1, 0.25]
     */
    reciprocal(): Tensor;

    /**
     * The rectifier max(x, 0), elementwise; its derivative at 0 is 0.
     * @example relu(tensor([-1, 2])); // [0, 2]
     */
    relu(): Tensor;

    /**
     * Each entry along an axis `count` times in a row.
     * @example repeat(tensor([1, 2]), 2, 0); // [1, 1, 2, 2]
     */
    repeat(count: number, axis: number): Tensor;

    /**
     * The same values in row-major order under another shape. One length may be −1: the others determine it.
     * @throws ShapeError unless the new shape has as many elements; ArgumentError for a length that is no length.
     * @example reshape(arange(0, 6), [2, -1]).shape; // [2, 3]
     */
    reshape(shape: Shape): Tensor;

    /**
     * x / √(mean x² + ε) over the given axes (Zhang & Sennrich 2019).
     * @example rmsNorm(tensor([3, 4])); // [0.84852, 1.13137]
     */
    rmsNorm(options?: NormalizationOptions): Tensor;

    /**
     * The entries along an axis moved on by `shift` places; those that leave at the end return at the beginning.
     * @example roll(tensor([1, 2, 3]), 1, 0); // [3, 1, 2]
     */
    roll(shift: number, axis: number): Tensor;

    /**
     * The nearest integer, elementwise, halves to even; its derivative is 0.
     * @example round(tensor([0.5, 1.5, 1.7])); // [0, 2, 2]
     */
    round(): Tensor;

    /**
     * 1/√x, elementwise.
     * @example rsqrt(tensor([1, 4])); // [1, 0.5]
     */
    rsqrt(): Tensor;

    /**
     * SELU, the self-normalising scaled ELU, elementwise (Klambauer et al. 2017).
     * @example selu(tensor([-1, 2])); // [-1.1113307, 2.1014020]
     */
    selu(): Tensor;

    /**
     * The logistic function 1/(1 + e⁻ˣ), elementwise, stable for every x.
     * @example sigmoid(tensor([0, -800])); // [0.5, 0]
     */
    sigmoid(): Tensor;

    /**
     * −1, 0 or 1, elementwise; its derivative is 0.
     * @example sign(tensor([-3, 0, 2])); // [-1, 0, 1]
     */
    sign(): Tensor;

    /**
     * SiLU, x·sigmoid(x), elementwise (also called swish).
     * @example silu(tensor([0, 1])); // [0, 0.73105858]
     */
    silu(): Tensor;

    /**
     * The derivative of `silu`, σ(x)·(1 + x·(1 − σ(x))), elementwise. It is a primitive because every training
     * step evaluates it, and one pass over memory is faster than the six of the composition.
     * @example siluSlope(tensor([0])); // [0.5]
     */
    siluSlope(): Tensor;

    /**
     * The sine, elementwise.
     * @example sin(tensor([0, Math.PI / 2])); // [0, 1]
     */
    sin(): Tensor;

    /**
     * The hyperbolic sine, elementwise.
     * @example sinh(tensor([0, 1])); // [0, 1.1752012]
     */
    sinh(): Tensor;

    /**
     * A part of x, as a view. `parts` has an entry for each axis; an axis without one is taken whole.
     * @throws ArgumentError for an index out of bounds, a step of 0, or too many entries.
     * @example slice(x, [[1, 4, 2], [undefined, undefined, -1]]); // Python's x[1:4:2, ::-1]
     */
    slice(parts: readonly AxisSlice[]): Tensor;

    /**
     * eˣ / Σ eˣ along an axis, stable for every x. Where the largest x is infinite, the entries equal to it share
     * the 1, with derivative 0. It has no rule of its own: the derivative is that of the composition, in which
     * the largest x is a constant (`stopGradient`).
     * @example softmax(tensor([0, 0])); // [0.5, 0.5]
     */
    softmax(options?: SoftmaxOptions): Tensor;

    /**
     * log(1 + eˣ), elementwise, stable for every x.
     * @example softplus(tensor([0, 800])); // [0.69314718, 800]
     */
    softplus(): Tensor;

    /**
     * x with A·x = b, by LU with partial pivoting: A is [..., n, n], b is [n] or [..., n, k]. Batches broadcast.
     * For b [n], x is [..., n]: one solution for each matrix. For b [..., n, k], x is [..., n, k].
     *
     * @throws ArgumentError if A is singular, ShapeError if the lengths do not fit.
     * @example solve(tensor([[2, 0], [0, 4]]), tensor([2, 4])); // [1, 1]
     */
    solve(b: Tensor): Tensor;

    /**
     * The entries along an axis in ascending order, NaN last.
     * @example sort(tensor([3, 1, 2])); // [1, 2, 3]
     */
    sort(options?: AxisOptions): Tensor;

    /**
     * x cut along an axis (by default the first) into equal parts, or into parts of the given lengths; views.
     * @throws ShapeError unless the lengths are whole and add up to the axis's length.
     * @example split(tensor([1, 2, 3]), [1, 2]); // [[1], [2, 3]]
     */
    split(parts: number | readonly number[], axis?: number): readonly Tensor[];

    /**
     * √x, elementwise; its derivative at 0 is ∞.
     * @example sqrt(tensor([1, 4])); // [1, 2]
     */
    sqrt(): Tensor;

    /**
     * x², elementwise.
     * @example square(tensor([1, -2])); // [1, 4]
     */
    square(): Tensor;

    /**
     * x without the given axis, or axes, of length 1 (by default all of them).
     * @throws ShapeError if a given axis has another length.
     * @example squeeze(zeros([1, 3, 1])).shape; // [3]
     */
    squeeze(axes?: number | readonly number[]): Tensor;

    /**
     * The square root of the variance; its derivative is 0 where all values are equal.
     * @example standardDeviation(tensor([1, 3])).item(); // 1
     */
    standardDeviation(options?: VarianceOptions): Tensor;

    /**
     * The same value, a constant for every derivative in progress, of both modes (the `sg` of the note's MeanFlow
     * loss). Any shape and dtype.
     *
     * @example
     * grad((x: Tensor) => x.multiply(stopGradient(x)))(tensor(3)).item(); // 3, not 6
     */
    stopGradient(): Tensor;

    /**
     * x − y, elementwise with broadcasting. float32 or float64 (mixed gives float64).
     * @example subtract(tensor([1, 2]), 1); // [0, 1]
     */
    subtract(y: Operand): Tensor;

    /**
     * The sum over the given axes; 0 if there are no entries. It adds in pairs, so that its rounding error grows
     * only with the logarithm of the length. The primitive is `sumTo` (broadcasting.ts), whose transpose is
     * `broadcastTo`.
     * @example sum(tensor([[1, 2], [3, 4]]), { axes: 0 }); // [4, 6]
     */
    sum(options?: ReductionOptions): Tensor;

    /**
     * The transpose of `broadcastTo`: x summed over the axes along which `shape` is repeated to become x's shape.
     * @throws ShapeError if `shape` does not broadcast to x's; DTypeError unless x is floating-point.
     * @example sumTo(ones([3, 2]), [2]); // [3, 3]
     */
    sumTo(shape: Shape): Tensor;

    /**
     * The last two axes exchanged: a batch of matrices, each transposed.
     * @example swapLastAxes(zeros([5, 2, 3])).shape; // [5, 3, 2]
     */
    swapLastAxes(): Tensor;

    /**
     * The entries of a tensor at the given int32 positions along an axis. The indices have x's shape, but for
     * their length along that axis; the result has theirs. Negative indices count from the end.
     * @throws ArgumentError for an index out of bounds, ShapeError or DTypeError for other indices.
     * @example takeAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' })); // [[2], [3]]
     */
    takeAlongAxis(positions: Tensor, options?: AxisOptions): Tensor;

    /**
     * The tangent, elementwise.
     * @example tan(tensor([0, Math.PI / 4])); // [0, 1]
     */
    tan(): Tensor;

    /**
     * The hyperbolic tangent, elementwise.
     * @example tanh(tensor([0, 800])); // [0, 1]
     */
    tanh(): Tensor;

    /**
     * Copies of x side by side, `counts[axis]` of them along each axis.
     * @throws ArgumentError unless there is a count for each axis.
     * @example tile(tensor([1, 2]), [2]); // [1, 2, 1, 2]
     */
    tile(counts: readonly number[]): Tensor;

    /**
     * The axes in another order (by default reversed); a view.
     * @example transpose(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
     */
    transpose(axes?: readonly number[]): Tensor;

    /**
     * x with A·x = b, reading one triangle of A [..., n, n]; b and x [n] or [..., n, k]. Batches broadcast.
     * @throws ArgumentError if there is a 0 on the diagonal, ShapeError if the lengths do not fit.
     * @example triangularSolve(tensor([[2, 0], [1, 1]]), tensor([2, 3])); // [1, 2]
     */
    triangularSolve(b: Tensor, options?: TriangularOptions): Tensor;

    /**
     * The matrices in the last two axes, with 0 below diagonal number `offset`.
     * @example upperTriangle(tensor([[1, 2], [3, 4]])); // [[1, 2], [0, 4]]
     */
    upperTriangle(offset?: number): Tensor;

    /**
     * The mean squared distance from the mean over the given axes. It takes two passes, so that a large mean
     * costs no digits.
     * @example variance(tensor([1, 2, 3, 4])).item(); // 1.25
     */
    variance(options?: VarianceOptions): Tensor;
  }
}
