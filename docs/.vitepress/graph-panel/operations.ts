/**
 * The operations that an expression may use: fluxion's own, with what the page tells the reader about each.
 */
import {
  abs,
  acos,
  add,
  asin,
  atan,
  atan2,
  cos,
  cosh,
  divide,
  exp,
  log,
  multiply,
  negate,
  power,
  relu,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  subtract,
  type Tensor,
  tan,
  tanh,
} from '../../../autograd/index.ts';

export interface Operation {
  readonly apply: (...inputs: readonly Tensor[]) => Tensor;
  /** What the node of the graph shows. */
  readonly sign: string;
  /**
   * For each input, the derivative with respect to it: an expression in the inputs a and b and in the value
   * v. Readers see this expression. The numbers come from fluxion, and a spec compares the two.
   */
  readonly partials: readonly string[];
  readonly words: string;
}

/** The operations by the name of their primitive; each has one input or two. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  binary('add', add, '+', ['1', '1'], 'A sum passes every change on as it is.'),
  binary(
    'subtract',
    subtract,
    '−',
    ['1', '-1'],
    'A difference passes changes on, those of what is taken away negated.',
  ),
  binary(
    'multiply',
    multiply,
    '×',
    ['b', 'a'],
    'The product rule: a change of one factor counts times the other.',
  ),
  binary('divide', divide, '÷', ['1 / b', '-v / b'], 'The quotient rule, written with the quotient itself.'),
  binary(
    'power',
    power,
    '^',
    ['b * a^(b - 1)', 'v * log(a)'],
    'The power rule; an exponent that varies counts too.',
  ),
  binary(
    'atan2',
    atan2,
    'atan2',
    ['b / (a^2 + b^2)', '-a / (a^2 + b^2)'],
    'An angle turns less, the longer the radius.',
  ),
  unary('negate', negate, '−', '-1', 'Changes are negated.'),
  unary('square', square, '²', '2 * a', 'The slope of the square is twice its argument.'),
  unary('sqrt', sqrt, '√', '1 / (2 * v)', 'The slope of the root, written with the root itself.'),
  unary('exp', exp, 'exp', 'v', 'The exponential is its own slope.'),
  unary('log', log, 'log', '1 / a', 'The slope of the logarithm is the reciprocal.'),
  unary('sin', sin, 'sin', 'cos(a)', 'The slope of the sine is the cosine.'),
  unary('cos', cos, 'cos', '-sin(a)', 'The slope of the cosine is the sine, negated.'),
  unary('tan', tan, 'tan', '1 + v^2', 'The slope of the tangent, written with the tangent itself.'),
  unary('asin', asin, 'asin', '1 / sqrt(1 - a^2)', 'The slope of an inverse is the reciprocal slope.'),
  unary('acos', acos, 'acos', '-1 / sqrt(1 - a^2)', 'The slope of an inverse is the reciprocal slope.'),
  unary('atan', atan, 'atan', '1 / (1 + a^2)', 'The slope of an inverse is the reciprocal slope.'),
  unary('sinh', sinh, 'sinh', 'cosh(a)', 'The slope of sinh is cosh.'),
  unary('cosh', cosh, 'cosh', 'sinh(a)', 'The slope of cosh is sinh.'),
  unary('tanh', tanh, 'tanh', '1 - v^2', 'The slope of tanh, written with tanh itself.'),
  unary(
    'sigmoid',
    sigmoid,
    'sigmoid',
    'v * (1 - v)',
    'The slope of the sigmoid, written with the sigmoid itself.',
  ),
  unary('softplus', softplus, 'softplus', 'sigmoid(a)', 'The slope of softplus is the sigmoid.'),
  unary('relu', relu, 'relu', 'sign(v)', 'The slope is 1 above zero and 0 below.'),
  unary('abs', abs, 'abs', 'sign(a)', 'The slope is the sign.'),
  unary('sign', sign, 'sign', '0', 'Flat: nothing passes.'),
]);

/** The operations that an expression calls as functions. The others are written as operators. */
export const functionNames: readonly string[] = [...operations.keys()].filter(
  (name) => !['add', 'subtract', 'multiply', 'divide', 'power', 'negate'].includes(name),
);

/** The operation of a name that is known to be one. */
export function operationOf(name: string): Operation {
  return operations.get(name) as Operation;
}

function unary(name: string, apply: (x: Tensor) => Tensor, sign: string, partial: string, words: string) {
  return entry(name, (x) => apply(x as Tensor), sign, [partial], words);
}

function binary(
  name: string,
  apply: (x: Tensor, y: Tensor) => Tensor,
  sign: string,
  partials: readonly [string, string],
  words: string,
) {
  return entry(name, (x, y) => apply(x as Tensor, y as Tensor), sign, partials, words);
}

function entry(
  name: string,
  apply: Operation['apply'],
  sign: string,
  partials: readonly string[],
  words: string,
): [string, Operation] {
  return [name, { apply, sign, partials, words }];
}
