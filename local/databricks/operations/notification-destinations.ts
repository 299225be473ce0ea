import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import type { Destination } from '../webhooks.ts';
import type { Workspace } from '../workspace.ts';

const bodySchema = z.looseObject({
  display_name: z.string().default(''),
  config: z.looseObject({
    generic_webhook: z.looseObject({ url: z.url(), username: z.string().optional(), password: z.string().optional() }),
  }),
});

const NAME = 'notification-destinations';

/** The destinations that runs notify: their create, list, get and delete. */
export const notificationDestinations: Operation[] = [
  {
    name: NAME,
    method: 'POST',
    path: 'notification-destinations',
    handle({ body }, { webhooks }) {
      const { display_name: displayName, config } = parseBody(body, bodySchema);
      const id = randomUUID();
      const { url, username, password } = config.generic_webhook;
      const destination = { displayName, url, username, password };
      webhooks.destinations.set(id, destination);
      return json(id, destination);
    },
  },
  {
    name: NAME,
    method: 'GET',
    path: 'notification-destinations',
    handle(_request, { webhooks }) {
      const results = [...webhooks.destinations].map(([id, { displayName }]) => ({
        id,
        display_name: displayName ?? '',
        destination_type: 'WEBHOOK',
      }));
      return { results };
    },
  },
  {
    name: NAME,
    method: 'GET',
    path: 'notification-destinations/{id}',
    handle({ params }, workspace) {
      const id = params['id'] ?? '';
      return json(id, find(workspace, id));
    },
  },
  {
    name: NAME,
    method: 'DELETE',
    path: 'notification-destinations/{id}',
    handle({ params }, workspace) {
      const id = params['id'] ?? '';
      find(workspace, id);
      workspace.webhooks.destinations.delete(id);
      return {};
    },
  },
];

function find({ webhooks }: Workspace, id: string): Destination {
  const destination = webhooks.destinations.get(id);
  if (destination === undefined) throw doesNotExist(`Notification destination ${id} does not exist.`);
  return destination;
}

/** Credentials go in and never come out. */
function json(id: string, { displayName, username, password }: Destination): object {
  return {
    id,
    display_name: displayName ?? '',
    destination_type: 'WEBHOOK',
    config: {
      generic_webhook: { url_set: true, username_set: username !== undefined, password_set: password !== undefined },
    },
  };
}
