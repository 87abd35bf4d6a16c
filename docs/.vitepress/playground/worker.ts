/**
 * The worker. It holds the session, trains it in slices, listens for messages between slices, and answers.
 */

import type { FromWorker, ToWorker } from './messages.ts';
import { initialParameters } from './model.ts';
import { Session } from './session.ts';
import { chooseBackend } from './speed.ts';
import { parameterCount } from './theorem.ts';

/** The part of a worker's global scope that this file uses. The DOM's types describe that of a window. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
}

type WithoutSession<T> = T extends unknown ? Omit<T, 'session'> : never;

const scope = globalThis as unknown as WorkerScope;

/** How long to train before listening again, in milliseconds. */
const slice = 40;

/** The share of the time that goes to looks at the field while training. */
const lookShare = 0.15;

let current: { readonly number: number; readonly session: Session } | undefined;
let isTraining = false;

scope.onmessage = ({ data }) => {
  answer(data).catch((error: unknown) => {
    isTraining = false;
    const message = error instanceof Error ? error.message : String(error);
    say('session' in data ? data.session : (current?.number ?? 0), { type: 'failed', message });
  });
};

async function answer(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'prepare':
      return begin(message.session, new Session(message.settings));
    case 'load':
      return load(message.session, message.bytes);
    case 'train':
      return train();
    case 'pause':
      isTraining = false;
      return;
    case 'backend': {
      const speed = await chooseBackend(message.backend);
      say(current?.number ?? 0, { type: 'speed', speed });
      return;
    }
    case 'theorem':
      showTheorem();
      return;
    case 'evaluations':
      if (!current) return;
      current.session.evaluations = message.count;
      if (!isTraining && current.session.step > 0) showSnapshot({ isResting: true });
      return;
    case 'save':
      if (current) say(current.number, { type: 'weights', bytes: current.session.save() });
  }
}

/** Shows the data at once. Then shows the exact field, unless another message has arrived. */
async function begin(number: number, session: Session, { isTrained = false } = {}): Promise<void> {
  isTraining = false;
  current = { number, session };
  say(number, {
    type: 'data',
    settings: session.settings,
    points: session.problem.data.toTypedArray() as Float32Array,
    floor: session.problem.floor,
    parameters: parameterCount(initialParameters(session.settings)),
    target: session.target,
  });
  if (isTrained) showSnapshot({ isResting: true });
  await othersTurn();
  if (current.session === session) say(number, { type: 'exact', view: session.exact() });
  await othersTurn();
  if (current.session === session && !isTraining) showTheorem();
}

/** Takes up the weights of a file; the run goes on if there are none in it. */
async function load(number: number, bytes: Uint8Array): Promise<void> {
  let session: Session;
  try {
    session = Session.load(bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say(current?.number ?? 0, { type: 'refused', message });
    return;
  }
  return begin(number, session, { isTrained: true });
}

async function train(): Promise<void> {
  if (!current || isTraining) return;
  const { number, session } = current;
  if (session.isDone) {
    session.extend();
    say(number, { type: 'extended', target: session.target });
  }
  isTraining = true;
  let spent = 0;
  let made = 0;
  let lookedFor = 0;
  while (isTraining && current.session === session && !session.isDone) {
    const losses: number[] = [];
    const start = performance.now();
    do losses.push(session.advance());
    while (!session.isDone && performance.now() - start < slice);
    spent += performance.now() - start;
    made += losses.length;
    say(number, { type: 'progress', losses, step: session.step, stepsPerSecond: (1000 * made) / spent });
    if (lookedFor < lookShare * spent && !session.isDone) {
      const before = performance.now();
      showSnapshot();
      lookedFor += performance.now() - before;
    }
    await othersTurn();
  }
  if (current.session !== session) return;
  isTraining = false;
  showSnapshot({ isResting: true }); // the page shows what it saves
  say(number, { type: 'stopped', isDone: session.isDone });
  await othersTurn();
  if (current.session === session && !isTraining) showTheorem();
}

function showSnapshot(options = { isResting: false }): void {
  if (!current) return;
  const { number, session } = current;
  say(number, { type: 'snapshot', step: session.step, snapshot: session.snapshot(options) });
}

function showTheorem(): void {
  if (!current) return;
  const { number, session } = current;
  say(number, { type: 'theorem', step: session.step, theorem: session.theorem() });
}

function say(session: number, message: WithoutSession<FromWorker>): void {
  scope.postMessage({ ...message, session } as FromWorker);
}

/** Messages that have arrived are handled before this resolves. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
