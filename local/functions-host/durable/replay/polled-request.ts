import type { HttpRequestAction } from '../actions.ts';
import { type HistoryEvent, HTTP_ACTIVITY_NAME } from '../history.ts';
import type { ScheduledTasks } from './scheduled-tasks.ts';
import { TaskNode } from './task-node.ts';

/** A request; a 202 with a Location is polled there, as the extension does, until another response comes. */
export function polledRequest(tasks: ScheduledTasks, request: HttpRequestAction, defaultPollMs: number): TaskNode {
  const outer = new TaskNode();
  const call = (next: HttpRequestAction): void => {
    tasks.activity(HTTP_ACTIVITY_NAME, next).onSettled = (node) => {
      const isPolled = node.succeeded && request.asynchronousPatternEnabled !== false;
      const poll = isPolled ? pollOf(tasks.event, defaultPollMs) : undefined;
      if (poll === undefined) return outer.settle(node.succeeded);
      tasks.timer(tasks.nowMs + poll.delayMs).onSettled = () => {
        const { content: _content, ...rest } = request;
        call({ ...rest, method: 'GET', uri: new URL(poll.location, next.uri).href });
      };
    };
  };
  call(request);
  return outer;
}

/** Where and when to ask again, by the response that an event holds; undefined for one that is the last. */
function pollOf(event: HistoryEvent | undefined, defaultPollMs: number) {
  const response = JSON.parse(event?.Result ?? 'null') as {
    statusCode?: number;
    headers?: Record<string, string>;
  } | null;
  const headers = new Map(Object.entries(response?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const location = headers.get('location');
  if (response?.statusCode !== 202 || !location) return undefined;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return { location, delayMs: Number.isFinite(seconds) ? seconds * 1000 : defaultPollMs };
}
