import { expect, it } from 'vitest';
import {
  deliveryDocuments,
  pendingDelivery,
  shownTarget,
  withDeliveriesOf,
} from '../../../src/shared/domain/delivery-state.ts';

const delivery = (target: string, attempt: number) => pendingDelivery({ name: 'callback', target }, attempt, 0);

it.each([
  ['https://hooks.example.com/services/planted?sig=planted#planted', 'https://hooks.example.com'],
  ['https://user:planted@hooks.example.com:8443/run', 'https://hooks.example.com:8443'],
  ['HTTPS://user:planted@hooks.example.com/', 'https://hooks.example.com'],
  ['https://[planted', 'https://'],
  ['run-results', 'run-results'],
  ['ada@example.com', 'ada@example.com'],
])('shows of the target %s no more than where it leads', (target, shown) => {
  expect(shownTarget(target)).toBe(shown);
});

it('keeps what of earlier ends has not arrived, and shows the latest', () => {
  const arrived = { ...delivery('a', 1), status: 'delivered' as const };
  const abandoned = { ...delivery('b', 1), status: 'abandoned' as const };
  const failed = { ...delivery('c', 1), status: 'failed' as const, tries: 2, lastError: 'No.' };

  const kept = withDeliveriesOf([arrived, abandoned, failed], [delivery('a', 2)]);

  expect(kept.map(({ target, attempt }) => [target, attempt])).toEqual([
    ['c', 1],
    ['a', 2],
  ]);
  expect(deliveryDocuments(kept)).toEqual([
    {
      channel: 'callback',
      target: 'a',
      status: 'pending',
      attempts: 0,
      last_error: null,
      at: '1970-01-01T00:00:00.000Z',
    },
  ]);
  expect(deliveryDocuments([failed])).toMatchObject([{ status: 'failed', attempts: 2, last_error: 'No.' }]);
});
