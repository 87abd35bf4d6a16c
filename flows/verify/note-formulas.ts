/**
 * The note's formulas for the conditional velocity u_t(x|x₁), as printed and as corrected. They are written
 * by hand on plain numbers and share no code with `flows`, so that the two can be compared.
 *
 * σ, α and T are functions of the diffusion's own time s = 1 − t. A prime is the derivative with respect to
 * the argument.
 */

/** VP's schedule: T(s) = ∫₀ˢ β, with β rising linearly from β_min to β_max. */
export interface LinearSchedule {
  readonly betaMin: number;
  readonly betaMax: number;
}

const integral = ({ betaMin, betaMax }: LinearSchedule, s: number) =>
  betaMin * s + ((betaMax - betaMin) * s * s) / 2;
const rate = ({ betaMin, betaMax }: LinearSchedule, s: number) => betaMin + (betaMax - betaMin) * s;

/** VP, first form, correct as printed: α′_{1−t}/(1 − α²_{1−t})·(α_{1−t}·x − x₁), with α_s = e^{−T(s)/2}. */
export function vpFirstForm(schedule: LinearSchedule, x: number, x1: number, t: number): number {
  const alpha = Math.exp(-integral(schedule, 1 - t) / 2);
  const alphaPrime = (-rate(schedule, 1 - t) / 2) * alpha;
  return (alphaPrime / (1 - alpha ** 2)) * (alpha * x - x1);
}

/**
 * VP, second form, wrong as printed (erratum 1):
 * −T′(1−t)/2·(e^{−T(1−t)/2}·x − e^{T(1−t)/2}·x₁)/(1 − e^{−T(1−t)}).
 */
export function vpSecondFormAsPrinted(schedule: LinearSchedule, x: number, x1: number, t: number): number {
  const T = integral(schedule, 1 - t);
  const numerator = Math.exp(-T / 2) * x - Math.exp(T / 2) * x1;
  return ((-rate(schedule, 1 - t) / 2) * numerator) / (1 - Math.exp(-T));
}

/** VP, second form, corrected: −T′(1−t)/2·(e^{−T(1−t)}·x − e^{−T(1−t)/2}·x₁)/(1 − e^{−T(1−t)}). */
export function vpSecondForm(schedule: LinearSchedule, x: number, x1: number, t: number): number {
  const T = integral(schedule, 1 - t);
  const numerator = Math.exp(-T) * x - Math.exp(-T / 2) * x1;
  return ((-rate(schedule, 1 - t) / 2) * numerator) / (1 - Math.exp(-T));
}

/** VE's schedule: σ_s = σ_min·(σ_max/σ_min)^s. */
export interface GeometricSchedule {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
}

const sigmaOf = ({ sigmaMin, sigmaMax }: GeometricSchedule, s: number) =>
  sigmaMin * (sigmaMax / sigmaMin) ** s;

/** VE, with the wrong sign as printed (erratum 2): σ′_{1−t}/σ_{1−t}·(x − x₁). */
export function veAsPrinted(schedule: GeometricSchedule, x: number, x1: number, t: number): number {
  const sigma = sigmaOf(schedule, 1 - t);
  const sigmaPrime = sigma * Math.log(schedule.sigmaMax / schedule.sigmaMin);
  return (sigmaPrime / sigma) * (x - x1);
}

/** VE, corrected: −σ′_{1−t}/σ_{1−t}·(x − x₁). */
export function ve(schedule: GeometricSchedule, x: number, x1: number, t: number): number {
  return -veAsPrinted(schedule, x, x1, t);
}

/** OT: (x₁ − (1 − σ_min)·x)/(1 − (1 − σ_min)·t). */
export function ot(sigmaMin: number, x: number, x1: number, t: number): number {
  return (x1 - (1 - sigmaMin) * x) / (1 - (1 - sigmaMin) * t);
}
