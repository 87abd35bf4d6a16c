/** How far a training run has come: a bar on a terminal, now and then a plain line anywhere else. */
import { type Options, SingleBar } from 'cli-progress';
import { ArgumentError, completeOptions, required } from '../../../lib/index.ts';

export interface ProgressOptions {
  /** How many steps the run will take. */
  readonly total: number;
  /** How many of them were made before, by a run that this one continues. Default 0. */
  readonly from?: number;
  /** Where to write. Default `process.stderr`. With `isTTY` it gets a bar. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** The time in seconds. Default: the process's monotonic clock. */
  readonly clock?: () => number;
}

export interface Progress {
  /** Call after each step with the number of steps done and the loss of the last one. */
  update(step: number, loss: number): void;
  /** Call once at the end, also after a failure: it leaves the cursor on a fresh line and no timer behind. */
  finish(): void;
}

/**
 * Where the run stands, for showing. Times in seconds; `left` and `rate` are NaN before the first
 * measurement.
 */
interface Standing {
  readonly step: number;
  readonly total: number;
  readonly loss: number;
  readonly elapsed: number;
  readonly rate: number;
  readonly left: number;
}

/** What shows a standing: the bar, or the lines. */
interface Display {
  show(standing: Standing): void;
  close(standing: Standing | undefined): void;
}

/**
 * Reports the progress of a training run: loss, steps per second and the time left.
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
    update(step, loss) {
      const now = clock();
      const rate = stepsPerSecond(step, now);
      last = { step, total, loss, elapsed: now - start, rate, left: (total - step) / rate };
      display.show(last);
    },
    finish: () => display.close(last),
  };
}

/** Steps per second over the last 10 seconds: the first steps are slow, and a laptop's speed drifts. */
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
    format: '{bar} {percentage}%  step {value}/{total}  loss {loss}  {rate} steps/s  {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 5,
    hideCursor: true,
    // A training loop never yields to timers: draw within update() itself.
    synchronousUpdate: true,
  };
  const payload = (at: Standing) => ({
    loss: formatLoss(at.loss),
    rate: formatRate(at.rate),
    left: formatDuration(at.left),
  });
  const single = new SingleBar(options);
  single.start(total, 0, { loss: '–', rate: '–', left: '–' });
  return {
    show: (at) => single.update(at.step, payload(at)),
    close: () => single.stop(),
  };
}

/**
 * A line for the first step and the last, and between them one for every 5 % or 10 seconds, whichever is
 * sooner.
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

function line({ step, total, loss, elapsed, rate, left }: Standing): string {
  const percent = `${Math.floor((100 * step) / total)}%`.padStart(4);
  const counter = `${String(step).padStart(String(total).length)}/${total}`;
  const ending = step === total ? `done in ${formatDuration(elapsed)}` : `${formatDuration(left)} left`;
  return `${percent}  step ${counter}  loss ${formatLoss(loss)}  ${formatRate(rate)} steps/s  ${ending}`;
}

function formatLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toPrecision(4) : String(loss);
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
