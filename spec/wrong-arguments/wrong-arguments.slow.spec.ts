/**
 * Every public function, called rightly but for one argument, or one field of an argument: it returns, if the
 * value has a meaning there, or throws an error of ours. No TypeError or RangeError of JavaScript's.
 */
import { expect } from 'chai';
import * as autograd from '../../autograd/index.ts';
import * as flows from '../../flows/index.ts';
import * as lib from '../../lib/index.ts';
import { coreCalls } from './core-calls.ts';
import { flowsCalls } from './flows-calls.ts';
import { libCalls } from './lib-calls.ts';
import { faultOf, type RightCalls, wrongCalls } from './wrong-values.ts';

type Call = (...args: readonly unknown[]) => unknown;

/** Functions that take no argument, or any; a class; and what trains or integrates for minutes. */
const others: Readonly<Record<string, readonly string[]>> = {
  lib: ['backendReport', 'describe', 'elementwiseBackend', 'loadGpuBackend', 'matmulBackend', 'threadCount'],
  core: ['Tensor'],
  flows: ['loadFlow', 'fitFlow', 'verify', 'verifyGradientEquivalence'],
};

const modules: readonly (readonly [name: string, module: object, calls: RightCalls])[] = [
  ['lib', lib, libCalls],
  ['core', autograd, coreCalls],
  ['flows', flows, flowsCalls],
];

describe('a wrong argument', function () {
  this.timeout(600_000);
  for (const [name, module, calls] of modules) {
    const functions = functionsOf(module);
    const tried = Object.keys(functions).filter((each) => !others[name]?.includes(each));

    it(`is tried with every public function of ${name}`, () => {
      expect(tried.filter((each) => calls[each] === undefined)).to.deep.equal([]);
    });

    for (const each of tried) {
      it(`of ${name}’s ${each} gets an error of ours`, async () => {
        const call = functions[each] as Call;
        const right = calls[each] as () => readonly unknown[];
        await outcomeOf(call, right());
        const faults: string[] = [];
        for (const { args, what } of wrongCalls(right)) {
          try {
            await outcomeOf(call, args);
          } catch (error) {
            const fault = faultOf(error);
            if (fault !== undefined) faults.push(`${what}: ${fault}`);
          }
        }
        expect(faults).to.deep.equal([]);
      });
    }
  }
});

/** What the call gives in the end: of a promise its value, of steps the first one. */
async function outcomeOf(call: Call, args: readonly unknown[]): Promise<void> {
  const result = await call(...args);
  if (typeof (result as Iterator<unknown> | undefined)?.next === 'function')
    (result as Iterator<unknown>).next();
}

/** The functions of a module, and of its `random`; errors are none. */
function functionsOf(module: object, prefix = ''): Readonly<Record<string, Call>> {
  const isCall = (value: unknown) => typeof value === 'function' && !(value.prototype instanceof Error);
  const entries = Object.entries(module).flatMap(([name, value]) =>
    name === 'random'
      ? Object.entries(functionsOf(value as object, 'random.'))
      : isCall(value)
        ? [[`${prefix}${name}`, value as Call] as const]
        : [],
  );
  return Object.fromEntries(entries);
}
