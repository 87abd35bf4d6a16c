/** A small report of a run on a table, with harmful text in it. */
import type { RunReportData } from '../../../flows/report/index.ts';
import { exampleReport, hostile } from './example.ts';

const line = Array.from({ length: 40 }, (_, i) => i);
const wave = line.map((i) => Math.sin(7 * i));

export const exampleRun: RunReportData = {
  title: hostile,
  verdict: { text: 'Close enough.', isFar: false },
  figures: 'energy distance  0.1',
  table: {
    columns: [
      { name: 'length (mm)', real: line, generated: line },
      { name: 'mass (g)', real: line.map((x) => 3 * x), generated: line.map((x) => 120 - 3 * x) },
      {
        name: `day ${hostile}`,
        time: 'days',
        real: wave.map((x) => 15_000 + 99 * x),
        generated: line.map((x) => 15_000 + x),
      },
      { name: 'colour', words: ['red', hostile], real: line.map((i) => i % 2), generated: line.map(() => 0) },
    ],
    classes: { names: ['old', 'new'], real: line.map((i) => i % 2), generated: line.map((i) => i % 2) },
  },
  columns: [['length (mm)', 'number', hostile]],
  training: exampleReport.training,
  run: exampleReport.run,
};
