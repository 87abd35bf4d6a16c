/** The messages between the page and its worker. Each answer carries the number of its session. */
import type { BackendName } from './choices.ts';
import type { Snapshot } from './session.ts';
import type { Settings } from './settings.ts';
import type { Speed } from './speed.ts';
import type { TheoremView } from './theorem.ts';
import type { FieldView } from './views.ts';

export type ToWorker =
  | { readonly type: 'prepare'; readonly session: number; readonly settings: Settings }
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  | { readonly type: 'backend'; readonly backend: BackendName }
  | { readonly type: 'theorem' }
  | { readonly type: 'evaluations'; readonly count: number }
  | { readonly type: 'save' }
  | { readonly type: 'load'; readonly session: number; readonly bytes: Uint8Array };

export type FromWorker = { readonly session: number } & (
  | {
      readonly type: 'data';
      readonly settings: Settings;
      readonly points: Float32Array;
      readonly floor: number;
      readonly parameters: number;
      /** The step at which the run will end. */
      readonly target: number;
    }
  | { readonly type: 'exact'; readonly view: FieldView }
  | {
      readonly type: 'progress';
      /** The squared errors of the steps since the last message. */
      readonly losses: readonly number[];
      readonly step: number;
      /** Training time only, without the time that the looks at the field take. */
      readonly stepsPerSecond: number;
    }
  | { readonly type: 'snapshot'; readonly step: number; readonly snapshot: Snapshot }
  | { readonly type: 'theorem'; readonly step: number; readonly theorem: TheoremView }
  | { readonly type: 'extended'; readonly target: number }
  | { readonly type: 'stopped'; readonly isDone: boolean }
  | { readonly type: 'speed'; readonly speed: Speed }
  | { readonly type: 'weights'; readonly bytes: Uint8Array }
  /** A file that holds no weights for the playground. The run goes on as if nobody had chosen it. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string }
);
