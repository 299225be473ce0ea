import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { measureInputs } from './inputs.ts';

/** Every POST route and every costly body that is known, while health is asked for; takes some minutes. */
export async function benchInputs(): Promise<Measure[]> {
  const measures = await measureInputs(({ route, body, status, seconds, worstHealthSeconds, answerBytes }) =>
    console.log(
      [
        status,
        seconds.toFixed(2).padStart(6),
        worstHealthSeconds.toFixed(2).padStart(6),
        answerBytes,
        route,
        body,
      ].join('  '),
    ),
  );
  const posts = measures.filter(({ route }) => route.startsWith('POST'));
  const most = (values: number[]) => values.reduce((left, right) => Math.max(left, right), 0);
  const reference = { name: 'bodies', value: posts.length };
  return [
    {
      name: 'inputs: the slowest answer to a body',
      value: most(posts.map(({ seconds }) => seconds)),
      unit: 's',
      reference,
      target: '<= 5',
    },
    {
      name: 'inputs: the slowest answer of health meanwhile',
      value: most(measures.map(({ worstHealthSeconds }) => worstHealthSeconds)),
      unit: 's',
      reference,
      target: '<= 1.5',
    },
    {
      name: 'inputs: answers of 500 and above',
      value: measures.filter(({ status }) => status >= 500 || status === 0).length,
      unit: '',
      reference,
      target: '0',
    },
    {
      name: 'inputs: the largest answer',
      value: most(posts.map(({ answerBytes }) => answerBytes)) / 1_024,
      unit: 'KB',
      reference,
    },
  ];
}

if (import.meta.main) printMeasures(await benchInputs());
