export type {
  AverageVelocityPicture,
  Curve,
  DigitRows,
  DigitSamples,
  Figure,
  PathPicture,
  Point,
  ReportData,
  ReportedClaim,
  RunDetails,
  Training,
} from './data.ts';
export { type RunReportData, renderRunReport } from './render-run.ts';
export type { TablePictures } from './sections/table.ts';
