import type { CreationKind, CreationSlot } from './creation-window.ts';

/** A run that has asked and found no places, as it is to be called when there are. */
export interface NextInQueue {
  ticket: number;
  /** How many places it needs. */
  places: number;
  kind: CreationKind;
  /** The orchestration that is called. */
  instanceId: string;
  /** One that has not asked again by then, epoch ms, is gone. */
  untilMs: number;
}

/** A run that was let through when others gave places back, until it has been heard of again. */
export interface Grant extends CreationSlot {
  ticket: number;
  places: number;
}

/** Who is to be called: with a slot a run that is let through, without one a run that may ask again. */
export interface AdmissionCall {
  instanceId: string;
  ticket: number;
  slot: CreationSlot | null;
}

/** The front of the queue, in constant space: whoever is further behind asks again by the clock. */
export interface QueueFront {
  /** In the order of their tickets. */
  next: NextInQueue[];
  /** The latest, oldest first. */
  granted: Grant[];
}

/** With 70 bytes each, the state stays as small as that of a hundred slices. */
const MAX_NEXT = 64;
const MAX_GRANTED = 64;

/** Whoever is further behind asks again before so many are left ahead: it is remembered long before its turn. */
export const SOON_NEXT = 32;

/** Remembers a run, or that it is still there. Returns false where it is too far behind. */
export function enlist(front: QueueFront, run: NextInQueue, ahead: number): boolean {
  const others = front.next.filter(({ ticket }) => ticket !== run.ticket);
  // Where positions are estimates, more may believe to be in front: nobody who was promised a call is forgotten for them.
  if (ahead >= MAX_NEXT || others.length >= MAX_NEXT) return false;
  front.next = [...others, run].toSorted((one, other) => one.ticket - other.ticket);
  return true;
}

/** Forgets a run that waits no longer, and those that are gone. */
export function strike(front: QueueFront, ticket: number | null, nowMs: number): void {
  front.next = front.next.filter((run) => run.ticket !== ticket && run.untilMs > nowMs);
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
