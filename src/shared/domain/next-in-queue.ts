import type { CreationKind, CreationSlot } from './creation-window.ts';
import type { RunAttempt } from './run-record.ts';

/** A run that has asked and found no places, as it is to be called when there are. */
export interface NextInQueue {
  ticket: number;
  /** How many places it needs. */
  places: number;
  kind: CreationKind;
  /** The orchestration that is called. */
  instanceId: string;
  run: RunAttempt;
  /** It counts among the active runs of its caller, whose number was limited when it was accepted. */
  isCounted: boolean;
  /** One that has not asked again by then, epoch ms, is given up. */
  untilMs: number;
  /** The window keeps a creation for it, so that it may take over the place of a run that has ended. */
  maySucceed: boolean;
}

/** A run that was let through when others gave places back, until it has been heard of again. */
export interface Grant extends CreationSlot {
  ticket: number;
  places: number;
  /** It counts among the active runs of its caller. */
  isCounted: boolean;
  run: RunAttempt | undefined;
}

/** Who is to be called: with a slot a run that is let through, without one a run that may ask again. */
export interface AdmissionCall {
  instanceId: string;
  ticket: number;
  run: RunAttempt;
  slot: CreationSlot | null;
}

/** The front of the queue, in constant space: whoever is further behind asks again by the clock. */
export interface QueueFront {
  /** As they have asked. */
  next: NextInQueue[];
  /** The latest, oldest first. */
  granted: Grant[];
  /** The latest tickets that were given up because their runs asked no more; who does after all goes first. */
  expired: number[];
}

/** With 200 bytes each, the state stays as small as that of the slices of the window. */
const MAX_NEXT = 64;
const MAX_GRANTED = 64;
const MAX_EXPIRED = 64;

/** Whoever is further behind asks again before so many are left ahead: it is remembered long before its turn. */
export const SOON_NEXT = 32;

/** Remembers a run, or that it is still there. Returns false where it is too far behind. */
export function enlist(front: QueueFront, run: NextInQueue, ahead: number): boolean {
  const others = front.next.filter(({ ticket }) => ticket !== run.ticket);
  // Others may come to be ahead of those who were promised a call, who are not forgotten for them.
  if (ahead >= MAX_NEXT || others.length >= 2 * MAX_NEXT) return false;
  front.next = [...others, run];
  return true;
}

/** Forgets a run that waits no longer; returns what was remembered of it. */
export function strike(front: QueueFront, ticket: number): NextInQueue | undefined {
  const found = front.next.find((run) => run.ticket === ticket);
  if (found !== undefined) front.next = front.next.filter((run) => run !== found);
  return found;
}

/** Remembers that a ticket was given up. */
export function noteExpired(front: QueueFront, tickets: readonly number[]): void {
  front.expired = [...front.expired, ...tickets].slice(-MAX_EXPIRED);
}

/** Whether a ticket was given up; it is forgotten, so that it counts once. */
export function takeExpired(front: QueueFront, ticket: number): boolean {
  if (!front.expired.includes(ticket)) return false;
  front.expired = front.expired.filter((each) => each !== ticket);
  return true;
}

/** Remembers that a run was let through. */
export function noteGrant(front: QueueFront, grant: Grant): void {
  front.granted = [...front.granted, grant].slice(-MAX_GRANTED);
}

/** Returns what a run was granted that has not been heard of since, and forgets it. */
export function takeGrant(front: QueueFront, ticket: number): Grant | undefined {
  const grant = front.granted.find((each) => each.ticket === ticket);
  if (grant !== undefined) front.granted = front.granted.filter((each) => each !== grant);
  return grant;
}

/** The ticket that a run has: an orchestration that goes on in the place of a dead one does not know it. */
export function ticketOf({ granted, next }: QueueFront, run: RunAttempt): number | undefined {
  return [...granted, ...next].find((each) => each.run?.id === run.id && each.run.attempt === run.attempt)?.ticket;
}
