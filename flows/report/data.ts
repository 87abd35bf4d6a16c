/**
 * What a report shows, as plain data: numbers, strings and arrays. So callers can build, store and test it
 * without a training run.
 */

export interface ReportData {
  readonly claims: readonly ReportedClaim[];
  readonly training: Training;
  readonly digits: DigitSamples;
  readonly figures: readonly Figure[];
  readonly paths: readonly PathPicture[];
  readonly averageVelocities: readonly AverageVelocityPicture[];
  readonly run: RunDetails;
}

/** One claim of the note, and the result of checking it. */
export interface ReportedClaim {
  /** The part of the note. The report groups the claims by part, in the order of first appearance. */
  readonly part: string;
  /** The claim in words: "The two losses have the same gradient". */
  readonly claim: string;
  /** The claim as an equation, in Unicode: "∇L_FM = ∇L_CFM". */
  readonly equation: string;
  /** Which two quantities were compared, and how: "‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖, OT, d = 2, 5 values of θ". */
  readonly compared: string;
  /** A further result, if there is one: "slope −0.507". */
  readonly detail?: string;
  readonly residual: number;
  /**
   * The residual must be at most the tolerance, as most must. If the claim is that an error exists, the
   * residual must be at least as large as the tolerance.
   */
  readonly bound: 'at most' | 'at least';
  readonly tolerance: number;
  /** How many times the tolerance exceeds what must be smaller. */
  readonly margin: number;
  readonly passed: boolean;
}

/** Curves over the steps of the training run: `values[i]` belongs to `steps[i]`. */
export interface Training {
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
  readonly scale: 'linear' | 'logarithmic';
  /** The steps of the values, if they are not those of the training. */
  readonly steps?: readonly number[];
}

/** `rows[i][c]` is an image of class c: `side`² numbers from 0 (paper) to `maximum` (ink), row by row. */
export type DigitRows = readonly (readonly (readonly number[])[])[];

export interface DigitSamples {
  readonly side: number;
  readonly maximum: number;
  readonly real: DigitRows;
  readonly generated: readonly { readonly evaluations: number; readonly rows: DigitRows }[];
}

/** A row of the figures table: the model at some number of evaluations, the floor, or a baseline. */
export interface Figure {
  readonly name: string;
  readonly kind: 'model' | 'floor' | 'baseline';
  readonly energyDistance: number;
  /** The largest energy distance that passes. */
  readonly energyDistanceLimit?: number;
  /** The share (0 to 1) of samples whose 5 nearest real digits vote for the class asked for. */
  readonly agreement?: number;
  /** The smallest agreement that passes. */
  readonly agreementLimit?: number;
}

export type Point = readonly [x: number, y: number];

/** Flow trajectories of one probability path in the plane, from noise (t = 0) to data (t = 1). */
export interface PathPicture {
  readonly name: string;
  readonly equation: string;
  /** Each trajectory's positions at equally spaced times, the first at t = 0 and the last at t = 1. */
  readonly trajectories: readonly (readonly Point[])[];
  /** Samples of the data, which the picture shows behind the trajectories. */
  readonly data: readonly Point[];
}

/** MeanFlow's two velocities at some points z_t, for one pair of times (t = 1 is noise, t = 0 is data). */
export interface AverageVelocityPicture {
  readonly t: number;
  readonly r: number;
  /** Each trajectory's positions from z_t (first) to z_r (last), which an ODE solver computes. */
  readonly trajectories: readonly (readonly Point[])[];
  /** u(z_t, r, t) at each trajectory's first point. */
  readonly average: readonly Point[];
  /** v(z_t, t) at the same points. */
  readonly instantaneous: readonly Point[];
  readonly data: readonly Point[];
}

export interface RunDetails {
  readonly version: string;
  readonly seed: number;
  /** ISO 8601, as `new Date().toISOString()` writes it. */
  readonly startedAt: string;
  readonly seconds: number;
  /** `process.version`. */
  readonly node: string;
  /** `${process.platform} ${process.arch}`. */
  readonly platform: string;
  /** How many matrix products of the training each kernel computed. */
  readonly products: Readonly<Record<'gpu' | 'wasm' | 'javascript', number>>;
  readonly settings: readonly { readonly name: string; readonly value: string | number | boolean }[];
}
