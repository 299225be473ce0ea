import { startStack } from '../../local/stack.ts';
import { Gateway } from '../../test/support/gateway.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { sendMessages } from './messages.ts';

/** A thousand messages, one in twenty of which can never be run, while the host is killed three times. */
export async function benchQueue(onProgress: (text: string) => void = () => {}): Promise<Measure[]> {
  await using stack = await startStack();
  const gateway = new Gateway(stack);
  const report = await sendMessages(stack, gateway, {
    messages: 1_000,
    poisonEvery: 20,
    kills: 3,
    label: 'messages',
    patienceMs: 300_000,
    isFollowed: true,
    onProgress,
  });
  for (const violation of report.violations) onProgress(`VIOLATION ${violation}`);
  const sent = { name: 'messages, three kill -9', value: report.sent };
  return [
    { name: 'queue: runs', value: report.runs, unit: '', reference: sent, target: '950' },
    { name: 'queue: poison entries with a reason', value: report.poison, unit: '', reference: sent, target: '50' },
    {
      name: 'queue: lost, doubled or without a reason',
      value: report.violations.length,
      unit: '',
      reference: sent,
      target: '0',
    },
    { name: 'queue: from the first message to the last end', value: report.seconds, unit: 's', reference: sent },
  ];
}

if (import.meta.main) printMeasures(await benchQueue(console.log));
