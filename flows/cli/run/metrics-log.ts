/** metrics.jsonl: a line of JSON for each training step. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { fileError, writeFileAtomically } from '../../files/index.ts';
import type { StepReport } from '../../training/index.ts';

/** A line of metrics.jsonl: the step's losses by name, and these. */
export interface StepMetrics {
  readonly step: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly [loss: string]: number;
}

export interface MetricsLog {
  add(report: StepReport): void;
  /** Makes all lines so far reach the disk. */
  flush(): void;
  close(): void;
}

/**
 * Opens the log of a run that goes on after `step`: what a killed run wrote beyond that is taken out, for it
 * comes again.
 * @throws FileError if it cannot be written
 */
export function openMetricsLog(path: string, step: number): MetricsLog {
  const kept = step === 0 ? [] : readMetrics(path).filter((line) => line.step <= step);
  if (kept.length > 0) writeFileAtomically(path, kept.map(lineOf).join(''));
  else rmSync(path, { force: true });
  let waiting: string[] = [];
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw fileError(path, 'written', cause);
    }
  };
  const file = attempt(() => openSync(path, 'a'));
  return {
    add({ step, learningRate, gradientNorm, losses }) {
      waiting.push(lineOf({ step, ...losses, gradientNorm, learningRate }));
    },
    flush() {
      attempt(() => {
        writeSync(file, waiting.join(''));
        fsyncSync(file);
      });
      waiting = [];
    },
    close: () => closeSync(file),
  };
}

/** The lines of a log, up to one that a killed run did not finish. */
export function readMetrics(path: string): StepMetrics[] {
  if (!existsSync(path)) return [];
  const lines: StepMetrics[] = [];
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    try {
      lines.push(JSON.parse(text) as StepMetrics);
    } catch {
      break;
    }
  }
  return lines;
}

function lineOf(metrics: StepMetrics): string {
  return `${JSON.stringify(metrics)}\n`;
}
