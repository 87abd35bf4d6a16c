/** The page's side of a run: what the worker has said so far, and what the page can ask of it. */
import { shallowReactive, shallowRef } from 'vue';
import type { BackendName } from './choices.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Snapshot } from './session.ts';
import type { Settings } from './settings.ts';
import type { Speed } from './speed.ts';
import type { TheoremView } from './theorem.ts';
import type { FieldView } from './views.ts';

/** Columns of the curves, one entry for each step, or for each look at the field. */
export interface Curves {
  readonly losses: number[];
  readonly looks: number[];
  readonly energies: number[];
  readonly jumpEnergies: number[];
}

export interface RunState {
  phase: 'starting' | 'ready' | 'training' | 'paused' | 'done' | 'failed';
  step: number;
  /** The step at which the run ends. */
  target: number;
  parameters: number;
  floor: number;
  points: Float32Array;
  exact: FieldView | undefined;
  snapshot: Snapshot | undefined;
  theorem: { readonly step: number; readonly view: TheoremView } | undefined;
  /** What was measured, by backend. */
  speeds: Readonly<Partial<Record<BackendName, Speed & { readonly stepsPerSecond?: number }>>>;
  /** The backend that computes: the one that the reader asked for, or its replacement. */
  backend: BackendName;
  /** Whether the weights come from a file. */
  isLoaded: boolean;
  /** The last message for screen readers. */
  message: string;
}

/** What the worker calls back for, once each. */
interface Waiting {
  weights: ((bytes: Uint8Array) => void) | undefined;
  settings: ((settings: Settings | undefined) => void) | undefined;
}

/** Starts a worker; `stop` ends it. */
export function useRun() {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const state = shallowReactive<RunState>({ ...fresh(), backend: 'auto', speeds: {} });
  const curves = shallowRef<Curves>(emptyCurves());
  const waiting: Waiting = { weights: undefined, settings: undefined };
  let session = 0;

  const ask = (message: ToWorker) => worker.postMessage(message);
  const begin = () => {
    Object.assign(state, fresh());
    curves.value = emptyCurves();
    session++;
  };
  const fail = (message: string) => Object.assign(state, { phase: 'failed', message });

  const heard = (said: FromWorker): void => {
    switch (said.type) {
      case 'speed': {
        const { backend, gigaflops, note } = said.speed;
        state.speeds = { ...state.speeds, [backend]: said.speed };
        state.backend = gigaflops === undefined ? 'auto' : backend;
        if (state.phase === 'failed') return;
        state.message = gigaflops === undefined ? note : `${gigaflops.toFixed(1)} GFLOP/s`;
        return;
      }
      case 'data':
        Object.assign(state, {
          points: said.points,
          floor: said.floor,
          parameters: said.parameters,
          target: said.target,
          phase: 'ready',
        });
        if (state.isLoaded) state.message = 'Weights loaded.';
        waiting.settings?.(said.settings);
        waiting.settings = undefined;
        return;
      case 'exact':
        state.exact = said.view;
        return;
      case 'progress':
        curves.value.losses.push(...said.losses);
        state.step = said.step;
        state.speeds = {
          ...state.speeds,
          [state.backend]: {
            backend: state.backend,
            note: '',
            ...state.speeds[state.backend],
            stepsPerSecond: said.stepsPerSecond,
          },
        };
        curves.value = { ...curves.value };
        return;
      case 'snapshot':
        state.snapshot = said.snapshot;
        curves.value.looks.push(said.step);
        curves.value.energies.push(said.snapshot.energy);
        curves.value.jumpEnergies.push(said.snapshot.jumps.energy);
        curves.value = { ...curves.value };
        return;
      case 'theorem':
        state.theorem = { step: said.step, view: said.theorem };
        return;
      case 'extended':
        state.target = said.target;
        return;
      case 'refused':
        state.message = `This file was not read, and the run is as it was. ${said.message}`;
        waiting.settings?.(undefined);
        waiting.settings = undefined;
        return;
      case 'stopped':
        state.phase = said.isDone ? 'done' : 'paused';
        state.message = said.isDone ? `Trained: ${state.step} steps.` : `Paused at step ${state.step}.`;
        return;
      case 'weights':
        waiting.weights?.(said.bytes);
        waiting.weights = undefined;
        return;
      case 'failed':
        fail(said.message);
    }
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'data' && data.session > session) {
      begin();
      state.isLoaded = true;
    }
    if (data.session === session || data.type === 'speed') heard(data);
  };
  worker.onerror = (event) => {
    fail(event.message || 'The worker did not start.');
  };

  return {
    state,
    curves,
    prepare(settings: Settings) {
      begin();
      ask({ type: 'prepare', session, settings });
    },
    /** Forgets the run, while there is nothing to learn from. */
    clear() {
      begin();
      ask({ type: 'pause' });
    },
    train() {
      state.phase = 'training';
      state.message = 'Training.';
      ask({ type: 'train' });
    },
    pause: () => ask({ type: 'pause' }),
    chooseBackend(backend: BackendName) {
      state.message = 'Measuring.';
      ask({ type: 'backend', backend });
    },
    chooseEvaluations(count: number) {
      curves.value.jumpEnergies.fill(Number.NaN); // they are those of another count
      ask({ type: 'evaluations', count });
    },
    checkTheorem: () => ask({ type: 'theorem' }),
    save(): Promise<Uint8Array> {
      ask({ type: 'save' });
      return new Promise((resolve) => {
        waiting.weights = resolve;
      });
    },
    /**
     * Takes up weights, and returns the settings that they were made with; nothing if it refuses the file.
     */
    load(bytes: Uint8Array): Promise<Settings | undefined> {
      ask({ type: 'load', session: session + 1, bytes });
      return new Promise((resolve) => {
        waiting.settings = resolve;
      });
    },
    stop: () => worker.terminate(),
  };
}

export type Run = ReturnType<typeof useRun>;

function fresh(): Omit<RunState, 'backend' | 'speeds'> {
  return {
    phase: 'starting',
    step: 0,
    target: 0,
    parameters: 0,
    floor: Number.NaN,
    points: new Float32Array(0),
    exact: undefined,
    snapshot: undefined,
    theorem: undefined,
    isLoaded: false,
    message: '',
  };
}

function emptyCurves(): Curves {
  return { losses: [], looks: [], energies: [], jumpEnergies: [] };
}
