export { odeSolveAdjoint, type ParametricField } from './adjoint.ts';
export type {
  AdaptiveSteps,
  EqualSteps,
  GivenTimes,
  OdeOptions,
  Stepping,
  TimeSpan,
} from './ode-options.ts';
export { type OdeSolution, type OdeTrajectory, odeSolve } from './ode-solve.ts';
export type { OdeField } from './runge-kutta.ts';
export {
  type DiffusionCoefficient,
  type SdeOptions,
  type SdeSolution,
  type SdeTrajectory,
  sdeSolve,
} from './sde-solve.ts';
export type { ErrorNorm } from './step-control.ts';
export { OdeError } from './step-loops.ts';
export {
  type LogitTimesOptions,
  logitTimes,
  type PowerTimesOptions,
  powerTimes,
  type ShiftedTimesOptions,
  shiftedTimes,
  type TimesOptions,
  uniformTimes,
} from './step-times.ts';
export type { EmbeddedTableau, Tableau } from './tableau.ts';
export {
  type AdaptiveMethod,
  embeddedTableaus,
  type OdeMethod,
  tableaus,
} from './tableaus.ts';
