import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { runPlaces } from './places.ts';

/** 60 runs of 15 s behind a limit of 10, with a second for each message of the task hub; takes two minutes. */
export async function benchPlaces(): Promise<Measure[]> {
  const options = { runs: 60, runSeconds: 15, maxConcurrent: 10, queueDelayMs: 1_000 };
  const report = await runPlaces(options);
  return [
    {
      name: 'places: executions of the orchestration for each run',
      value: report.executions,
      unit: '',
      reference: { name: 'calls of Databricks for each run', value: report.calls },
      target: '<= 10',
    },
    {
      name: 'places: share of the time in which they were used',
      value: 100 * report.used,
      unit: '%',
      reference: { name: 'seconds in which a place was empty between two runs', value: report.turnaroundSeconds },
      target: '>= 95 %',
    },
    {
      name: 'places: from the first start to the last end',
      value: report.spanSeconds,
      unit: 's',
      reference: {
        name: 'without a gap',
        value: (options.runs * options.runSeconds) / options.maxConcurrent,
      },
    },
    {
      name: 'places: most runs at once',
      value: report.mostActive,
      unit: '',
      reference: { name: 'succeeded', value: report.succeeded },
      target: '<= 10',
    },
  ];
}

if (import.meta.main) printMeasures(await benchPlaces());
