/** Shows the progress of a training run: as a bar on a terminal, as a line now and then anywhere else. */
import { type Options, SingleBar } from 'cli-progress';
import { ArgumentError, completeOptions, required } from '../../../lib/index.ts';

export interface ProgressOptions {
  /** The number of steps of the whole run. */
  readonly total: number;
  /** The number of steps that an interrupted run has made before. Default 0. */
  readonly from?: number;
  /** The stream to write to. Default `process.stderr`. If it is a terminal (`isTTY`), it shows a bar. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Returns the time in seconds. Default: the process's monotonic clock. */
  readonly clock?: () => number;
}

export interface Progress {
  /** Call this after each step, with the number of steps done and the raw error of the last step. */
  update(step: number, rawError: number): void;
  /** Call this once at the end, also after a failure. It ends the line of the bar and stops its timer. */
  finish(): void;
}

/**
 * The state of the run, to be shown. Times are in seconds. `left` and `rate` are NaN before the first
 * measurement.
 */
interface Standing {
  readonly step: number;
  readonly total: number;
  readonly rawError: number;
  readonly elapsed: number;
  readonly rate: number;
  readonly left: number;
}

/** Shows the state of the run: the bar, or the lines. */
interface Display {
  show(standing: Standing): void;
  close(standing: Standing | undefined): void;
}

/**
 * Reports the progress of a training run: the raw error, which no weight flattens, the steps per second and
 * the time left.
 *
 * @throws ArgumentError if `total` is not a whole number ≥ 1, or an option is unknown
 * @example
 * const progress = trainingProgress({ total: 1000 });
 * for (let step = 1; step <= 1000; step++) progress.update(step, trainingStep());
 * progress.finish();
 */
export function trainingProgress(options: ProgressOptions): Progress {
  const { total, from, stream, clock } = completeOptions(
    'trainingProgress',
    { total: required, from: 0, stream: process.stderr, clock: () => performance.now() / 1000 },
    options,
  );
  if (!Number.isInteger(total) || total < 1) {
    throw new ArgumentError(`trainingProgress: wanted a total of at least 1 step, got ${total}`);
  }
  const display = stream.isTTY ? bar(stream, total) : lines(stream, total);
  const start = clock();
  const stepsPerSecond = rateMeter(from, start);
  let last: Standing | undefined;
  return {
    update(step, rawError) {
      const now = clock();
      const rate = stepsPerSecond(step, now);
      last = { step, total, rawError, elapsed: now - start, rate, left: (total - step) / rate };
      display.show(last);
    },
    finish: () => display.close(last),
  };
}

/**
 * Measures the steps per second over the last 10 seconds. A mean over the whole run would count its slow
 * first steps, and miss that a laptop's speed drifts.
 */
function rateMeter(from: number, start: number): (step: number, now: number) => number {
  const marks = [{ step: from, time: start }];
  return (step, now) => {
    marks.push({ step, time: now });
    while (marks.length > 2 && now - (marks[1] as { time: number }).time > 10) marks.shift();
    const oldest = marks[0] as { step: number; time: number };
    return now > oldest.time ? (step - oldest.step) / (now - oldest.time) : Number.NaN;
  };
}

function bar(stream: NodeJS.WritableStream, total: number): Display {
  const options: Options = {
    stream,
    format: '{bar} {percentage}%  step {value}/{total}  raw error {rawError}  {rate} steps/s  {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 5,
    hideCursor: true,
    // A training loop never yields to timers: draw within update() itself.
    synchronousUpdate: true,
  };
  const payload = (at: Standing) => ({
    rawError: formatError(at.rawError),
    rate: formatRate(at.rate),
    left: formatDuration(at.left),
  });
  const single = new SingleBar(options);
  single.start(total, 0, { rawError: '–', rate: '–', left: '–' });
  return {
    show: (at) => single.update(at.step, payload(at)),
    close: () => single.stop(),
  };
}

/**
 * Writes a line for the first step and the last. Between them it writes a line every 5 % of the steps or
 * every 10 seconds, whichever comes first.
 */
function lines(stream: NodeJS.WritableStream, total: number): Display {
  let shown: Standing | undefined;
  const write = (at: Standing) => {
    stream.write(`${line(at)}\n`);
    shown = at;
  };
  const due = (at: Standing) =>
    shown === undefined || at.step - shown.step >= total / 20 || at.elapsed - shown.elapsed >= 10;
  return {
    show: (at) => {
      if (at.step === total || due(at)) write(at);
    },
    close: (at) => {
      if (at !== undefined && at !== shown) write(at);
    },
  };
}

function line({ step, total, rawError, elapsed, rate, left }: Standing): string {
  const percent = `${Math.floor((100 * step) / total)}%`.padStart(4);
  const counter = `${String(step).padStart(String(total).length)}/${total}`;
  const ending = step === total ? `done in ${formatDuration(elapsed)}` : `${formatDuration(left)} left`;
  return `${percent}  step ${counter}  raw error ${formatError(rawError)}  ${formatRate(rate)} steps/s  ${ending}`;
}

function formatError(error: number): string {
  return Number.isFinite(error) ? error.toPrecision(4) : String(error);
}

function formatRate(rate: number): string {
  return Number.isFinite(rate) ? rate.toFixed(1) : '–';
}

/** 75 → "1:15"; 4000 → "1:06:40". */
function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
