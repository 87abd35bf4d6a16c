export { odeSolveAdjoint, type ParametricField } from './adjoint.ts';
export { type OdeField, type OdeOptions, type OdeSolution, type OdeTrajectory, odeSolve } from './ode-solve.ts';
export { type OdeMethod, type Tableau, tableaus } from './tableaus.ts';
