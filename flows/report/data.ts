/**
 * What a report shows, as plain data: numbers, strings and arrays, so that it can be built, stored and tested
 * without a run.
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

/** One claim of the note, and what came of checking it. */
export interface ReportedClaim {
  /**
   * The part of the note it belongs to; claims of one part stand together, in the order of their first
   * appearance.
   */
  readonly part: string;
  /** The claim in words: "The two losses have the same gradient". */
  readonly claim: string;
  /** The claim as an equation, in Unicode: "∇L_FM = ∇L_CFM". */
  readonly equation: string;
  /** Which two quantities were compared, and how: "‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖, OT, d = 2, 5 values of θ". */
  readonly compared: string;
  /** What else is worth reading: "slope −0.507". */
  readonly detail?: string;
  readonly residual: number;
  /** Most residuals must be at most the tolerance; one that shows an error must be at least as large. */
  readonly bound: 'at most' | 'at least';
  readonly tolerance: number;
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
  /** What the energy distance must not exceed. */
  readonly energyDistanceLimit?: number;
  /** Share of the samples whose 5 nearest real neighbours vote for the class asked for, 0 to 1. */
  readonly agreement?: number;
  /** What the agreement must reach. */
  readonly agreementLimit?: number;
}

export type Point = readonly [x: number, y: number];

/** Flow trajectories of one probability path in the plane, from noise (t = 0) to data (t = 1). */
export interface PathPicture {
  readonly name: string;
  readonly equation: string;
  /** Each trajectory's positions at equally spaced times, the first at t = 0 and the last at t = 1. */
  readonly trajectories: readonly (readonly Point[])[];
  /** Samples of the data, shown behind. */
  readonly data: readonly Point[];
}

/** MeanFlow's two velocities at some points z_t, for one pair of times (t = 1 is noise, t = 0 is data). */
export interface AverageVelocityPicture {
  readonly t: number;
  readonly r: number;
  /** Each trajectory's positions from z_t (first) to z_r (last), by solving the ODE. */
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
  /** As `process.version` and `${process.platform} ${process.arch}` say. */
  readonly node: string;
  readonly platform: string;
  readonly settings: readonly { readonly name: string; readonly value: string | number | boolean }[];
}
