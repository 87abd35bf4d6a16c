/** Makes the same run compiled and eagerly, and compares the two. */
import { expect } from 'chai';
import { type Tensor, treeLeaves } from '../../../autograd/index.ts';
import { type StepReport, type TrainingOptions, trainingSteps } from '../../../flows/training/index.ts';

/** How many steps the runs have. */
export const steps = 40;
/** Of 40 steps, 1, 2, 3, 4, 8, 16, 32 and 40 call the loss, and tracing does once. */
const callsOfCompiled = 9;

export interface Run<P> {
  readonly reports: readonly StepReport<P>[];
  readonly calls: number;
  readonly warnings: readonly string[];
  readonly error: Error | undefined;
}

/** Makes the steps of a run, and records how often the loss was called and what was said on the console. */
export function runOf<P, B>(
  options: TrainingOptions<P, B>,
  afterStep: (step: number) => void = () => {},
): Run<P> {
  let calls = 0;
  let error: Error | undefined;
  const reports: StepReport<P>[] = [];
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  const loss = (...args: Parameters<typeof options.loss>) => {
    calls++;
    return options.loss(...args);
  };
  try {
    for (const report of trainingSteps({ ...options, loss })) {
      reports.push(report);
      afterStep(report.step);
    }
  } catch (caught) {
    error = caught as Error;
  } finally {
    console.warn = warn;
  }
  return { reports, calls, warnings, error };
}

/** Every number of the reports and their states. */
export function numbersOf<P>(reports: readonly StepReport<P>[]) {
  return reports.map(({ state, ...report }) => [
    report,
    state.step,
    (treeLeaves([state.parameters, state.optimizer, state.average]) as readonly Tensor[]).map((leaf) => [
      ...leaf.toTypedArray(),
    ]),
  ]);
}

/** Runs compiled and eagerly, and throws where a bit differs. Returns the compiled run. */
export function compare<P, B>(optionsOf: () => TrainingOptions<P, B>): Run<P> {
  const eager = runOf({ ...optionsOf(), compile: false });
  const compiled = runOf(optionsOf());
  expect([eager.error, compiled.error]).to.deep.equal([undefined, undefined]);
  expect(eager.reports).to.have.length(steps);
  expect(numbersOf(compiled.reports)).to.deep.equal(numbersOf(eager.reports));
  return compiled;
}

/** `compare`, where the steps must be compiled indeed. Each part of a batch calls the loss. */
export function expectCompiled<P, B>(optionsOf: () => TrainingOptions<P, B>): void {
  const { calls, warnings } = compare(optionsOf);
  expect(warnings).to.deep.equal([]);
  expect(calls).to.equal(callsOfCompiled * (optionsOf().microBatches ?? 1));
}
