/** Writes and reads metrics.jsonl, which has a line of JSON for each training step. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { fileError, writeFileAtomically } from '../../files/index.ts';
import type { StepReport } from '../../training/index.ts';
import type { Products } from './gpu.ts';

/** A line of metrics.jsonl. The step's losses stand in it by their names. */
export interface StepMetrics {
  readonly step: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly [loss: string]: number;
}

/** The log of a run that trains. It keeps the lines in memory until `flush`. */
export interface MetricsLog {
  /** `products` are those since the line before, if the user asks for the GPU. */
  add(report: Omit<StepReport, 'state'>, validationLoss?: number, products?: Products): void;
  /** Writes all lines so far, and waits until they are on the disk. */
  flush(): void;
  close(): void;
}

/**
 * Opens the log of a run that goes on after `step`. It removes the lines that a killed run wrote for later
 * steps, because the run will write them again.
 * @throws FileError if the log cannot be written
 * @example const log = openMetricsLog('out/metrics.jsonl', 0);
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
    add({ step, learningRate, gradientNorm, losses }, validationLoss, products) {
      const validated = validationLoss !== undefined && { validationLoss };
      const counted = products && {
        productsOnGpu: products.gpu,
        productsInWebAssembly: products.wasm,
        productsInJavaScript: products.javascript,
      };
      waiting.push(lineOf({ step, ...losses, ...validated, gradientNorm, learningRate, ...counted }));
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

/** Reads the lines of a log. It stops at a line that a killed run did not finish. */
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
