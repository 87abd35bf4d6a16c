export { dataFrom, noiseFrom, scoreFrom, velocityFrom } from './convert-prediction.ts';
export {
  convertSchedule,
  matchSchedules,
  type ScheduleConversion,
  type ScheduleMatch,
} from './convert-schedule.ts';
export {
  type AnyPrediction,
  type DataPrediction,
  dataPrediction,
  type NoisePrediction,
  noisePrediction,
  reversePredictionTime,
  type Score,
  score,
} from './prediction.ts';
