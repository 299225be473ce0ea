import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { deployWhileFollowed, type DeployReport } from './deploy.ts';

/** 200 runs followed by one bundle, and another that is deployed meanwhile: with a version of its own, and without. */
export async function benchDeploy(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const isVersioned of [true, false]) {
    const report = await deployWhileFollowed({ runs: 200, seconds: 60, isVersioned, patienceMs: 300_000 });
    measures.push(measureOf(report, isVersioned));
    for (const violation of report.violations) console.log(`VIOLATION ${violation}`);
  }
  return measures;
}

function measureOf({ violations, runs, ended, reattached, seconds }: DeployReport, isVersioned: boolean): Measure {
  const states = JSON.stringify(ended).replaceAll('"', '');
  return {
    name: `deploy ${isVersioned ? 'with a new version' : 'with the version forgotten'}: runs lost, doubled or wrong`,
    value: violations.length,
    unit: '',
    reference: { name: `runs; ${states}, ${reattached} taken up again, all ended after ${seconds} s`, value: runs },
    target: '0',
  };
}

if (import.meta.main) printMeasures(await benchDeploy());
