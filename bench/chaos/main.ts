import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { runChaos } from './chaos.ts';

/** 300 runs while everything fails; what the gateway says is compared with what the workspace knows. */
export async function benchChaos(onProgress: (text: string) => void = () => {}): Promise<Measure[]> {
  const report = await runChaos({
    runs: 300,
    longestTaskSeconds: 3,
    kills: 5,
    stormSeconds: 30,
    vaultOutageSeconds: 20,
    seed: 20_261_122,
    patienceMs: 300_000,
    onProgress,
  });
  for (const violation of report.violations) onProgress(`VIOLATION ${violation}`);
  return [
    {
      name: 'chaos: runs lost, doubled, stuck, untold or with a wrong outcome',
      value: report.violations.length,
      unit: '',
      reference: { name: 'runs', value: report.runs },
      target: '0',
    },
    {
      name: 'chaos: Databricks runs',
      value: report.databricksRuns,
      unit: '',
      reference: { name: 'attempts, those before a submit included', value: report.attempts },
      target: 'one an attempt that was submitted',
    },
    {
      name: 'chaos: time from the first submit to the last end',
      value: report.seconds,
      unit: 's',
      reference: { name: 'notifications due', value: report.notificationsDue },
    },
  ];
}

if (import.meta.main) printMeasures(await benchChaos(console.log));
