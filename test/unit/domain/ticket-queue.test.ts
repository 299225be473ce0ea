import { expect, it } from 'vitest';
import {
  abandonTicket,
  aheadOf,
  likelyAheadOf,
  passTickets,
  waiting,
  type TicketQueue,
} from '../../../src/shared/domain/ticket-queue.ts';

function queueOf(issued: number): TicketQueue {
  return { issued, passed: 0, abandoned: [] };
}

it('leaves the positions of those ahead as they are when somebody behind gives up', () => {
  const queue = queueOf(1_000);
  for (let ticket = 500; ticket < 1_000; ticket++) abandonTicket(queue, ticket);

  expect([0, 10, 499].map((ticket) => aheadOf(queue, ticket))).toEqual([0, 10, 499]);
  expect(waiting(queue)).toBe(500);
});

it('moves those behind up', () => {
  const queue = queueOf(100);
  for (const ticket of [7, 3, 5, 6, 4]) abandonTicket(queue, ticket);

  expect([2, 8, 99].map((ticket) => aheadOf(queue, ticket))).toEqual([2, 3, 94]);
  expect(queue.abandoned).toEqual([[3, 7, 5]]);
});

it('forgets what was given back once the queue has passed it', () => {
  const queue = queueOf(100);
  for (const ticket of [3, 4, 50]) abandonTicket(queue, ticket);

  passTickets(queue, 3);

  expect(queue).toEqual({ issued: 100, passed: 5, abandoned: [[50, 50, 1]] });
  expect([5, 60].map((ticket) => aheadOf(queue, ticket))).toEqual([0, 54]);
});

it('stays small however many give up, and is never wrong by more than what it has joined', () => {
  const queue = queueOf(50_000);
  const isGone = (ticket: number) => (ticket * 7_919) % 13 < 5;
  for (let ticket = 0; ticket < 50_000; ticket++) if (isGone(ticket)) abandonTicket(queue, ticket);

  expect(JSON.stringify(queue).length).toBeLessThan(5_000);
  const kept = Array.from({ length: 50_000 }, (_, ticket) => ticket).filter((ticket) => !isGone(ticket));
  const mostBeyond = Math.max(...kept.map((ticket, ahead) => aheadOf(queue, ticket) - ahead));
  const mostApart = Math.max(...kept.map((ticket, ahead) => Math.abs(likelyAheadOf(queue, ticket) - ahead)));
  expect(mostBeyond).toBeLessThanOrEqual(0);
  expect(mostApart).toBeLessThan(20);
  expect(waiting(queue)).toBe(kept.length);
});

it('lets everyone through in the end, whoever gives up and however often', () => {
  const queue = queueOf(2_000);
  for (let ticket = 0; ticket < 2_000; ticket += 3) abandonTicket(queue, ticket);
  for (let ticket = 0; ticket < 2_000; ticket += 3) abandonTicket(queue, ticket);
  const blocked: number[] = [];
  for (let ticket = 0; ticket < 2_000; ticket++) {
    if (ticket % 3 === 0) continue;
    if (aheadOf(queue, ticket) > 0) blocked.push(ticket);
    passTickets(queue, 1);
  }
  expect(blocked).toEqual([]);
});
