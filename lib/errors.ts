/** The errors of every room. A message has the form `operation: what it wanted, what it got`. */

/** The base class of every error that this library throws on purpose. */
export class FluxionError extends Error {
  static {
    FluxionError.prototype.name = 'FluxionError';
  }
}

/** Shapes that do not fit together. */
export class ShapeError extends FluxionError {
  static {
    ShapeError.prototype.name = 'ShapeError';
  }
}

/** A dtype that the operation does not take, or two dtypes that it does not mix without an explicit cast. */
export class DTypeError extends FluxionError {
  static {
    DTypeError.prototype.name = 'DTypeError';
  }
}

/** A tensor used outside of the transform that it belongs to. */
export class LevelError extends FluxionError {
  static {
    LevelError.prototype.name = 'LevelError';
  }
}

/** An argument out of its range, or an unknown option. */
export class ArgumentError extends FluxionError {
  static {
    ArgumentError.prototype.name = 'ArgumentError';
  }
}

/** There is not so much memory. Whoever knows the operation that the user called says so by `inMemoryOf`. */
export class MemoryError extends ArgumentError {
  readonly wanted: string;

  constructor(operation: string, wanted: string) {
    super(`${operation}: there is no memory for ${wanted}`);
    this.wanted = wanted;
  }
}

/**
 * What `run` returns. If there is no memory for it, the error names the operation.
 * @example inMemoryOf('tile', () => reshape(x, shape));
 */
export function inMemoryOf<T>(operation: string, run: () => T): T {
  requireFunction(operation, run);
  try {
    return run();
  } catch (error) {
    throw error instanceof MemoryError ? new MemoryError(operation, error.wanted) : error;
  }
}

/**
 * Throws an ArgumentError unless `fn` is a function: JavaScript callers have no types that would stop them.
 * @example
 * requireFunction('grad', tensor([1])); // ArgumentError: grad: wanted a function, got a tensor of shape [1]
 */
export function requireFunction(operation: string, fn: unknown): void {
  if (typeof fn !== 'function')
    throw new ArgumentError(`${operation}: wanted a function, got ${describe(fn)}`);
}

/** Says in words what a wrong argument is, for error messages. */
export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (typeof x === 'function') return x.name === '' ? 'a function' : `the function ${x.name}`;
  if (typeof x !== 'object') return `${typeof x} ${String(x)}`;
  if (Array.isArray(x)) return `an array of length ${x.length}`;
  if ('shape' in x && Array.isArray(x.shape)) return `a tensor of shape [${x.shape.join(', ')}]`;
  return `an object (${x.constructor?.name ?? 'without prototype'})`;
}
