import * as z from 'zod';
import { OUTCOMES, RUN_STATUSES } from '../../../domain/outcome.ts';
import { ACTIONS } from '../../../policy/actions.ts';
import type { overviewDocument } from '../../monitor/overview-document.ts';
import type { requestDocument } from '../../monitor/request-document.ts';
import type { sessionDocument } from '../../monitor/session-document.ts';
import { describedAs } from './described-as.ts';
import { submitter, time } from './run-schemas.ts';

/** What the monitor page shows of who looks at it. */
export const monitorSession = describedAs<ReturnType<typeof sessionDocument>>()(
  z.object({
    caller: submitter.describe('Who the caller is.'),
    actions: z
      .partialRecord(z.enum(ACTIONS), z.enum(['all', 'own']))
      .describe('What the policy may allow the caller at all; `own`: with what the caller submitted.'),
    workspaces: z
      .array(
        z.object({
          name: z.string().describe('As requests name it.'),
          host: z.string().describe('The address of the workspace.'),
          has_sql: z.boolean().describe('Whether statements can be run in it.'),
        }),
      )
      .describe('The configured workspaces.'),
    has_templates: z.boolean().describe('Whether there are templates.'),
  }),
);

const count = z.int().min(0);

const briefRun = z.object({
  id: z.string().describe("The gateway's id."),
  status: z.enum(RUN_STATUSES).describe('Where the run is.'),
  outcome: z.enum(OUTCOMES).nullable().describe('How it ended.'),
  run_name: z.string().nullable().describe('What it is called.'),
  workspace: z.string().describe('Where it runs.'),
  created_at: time.nullable().describe('When it was accepted.'),
  message: z.string().nullable().describe('Why it did not succeed.'),
});

/** What the monitor page shows of many runs. */
export const monitorOverview = describedAs<Awaited<ReturnType<typeof overviewDocument>>>()(
  z.object({
    read_at: time.nullable().describe('When this was read: up to ten seconds ago.'),
    counted: z
      .object({
        runs: count.describe('How many runs were counted, 5,000 at most.'),
        since: time.nullable().describe('When the oldest of them may have been accepted.'),
        is_complete: z.boolean().describe('Whether these are all runs of the span.'),
      })
      .describe('What the counts are of: the newest runs of the span.'),
    counts: z
      .object({
        status: z.partialRecord(z.enum(RUN_STATUSES), count).describe('By where they are.'),
        outcome: z.partialRecord(z.enum(OUTCOMES), count).describe('By how they ended.'),
      })
      .describe('How many of them there are of each kind.'),
    at_work: z
      .object({
        count: count.describe('How many, 1,000 at most.'),
        is_complete: z.boolean().describe('Whether there are no more.'),
      })
      .nullable()
      .describe('Runs at work, of whatever age; null for who may not read all.'),
    failures: z
      .array(z.object({ id: z.string().describe('Which.'), created_at: time.nullable().describe('When accepted.') }))
      .describe('The newest runs that somebody has to look at, 100 at most.'),
    over_time: z
      .object({
        seconds: z.number().describe('How long each span is.'),
        buckets: z
          .array(
            z.object({
              at: time.nullable().describe('When the span begins.'),
              succeeded: count.describe('Ended well.'),
              failed: count.describe('Ended otherwise.'),
              stopped: count.describe('Canceled or skipped.'),
              active: count.describe('Not ended.'),
            }),
          )
          .describe('At most 48 spans, oldest first.'),
      })
      .describe('The counted runs by when they were accepted.'),
    workspaces: z
      .array(
        z.object({
          name: z.string().describe('Which.'),
          waiting: count.describe('Runs in its queue.'),
          active_tasks: count.describe('Places that are taken.'),
          max_concurrent_tasks: count.describe('Places that there are.'),
          creations: count.describe('Runs created in the window.'),
          max_creations: count.describe('How many may be.'),
          window_seconds: z.number().describe('How long the window is.'),
          closed_until: time.nullable().describe('Databricks takes no runs before this.'),
          health: z.string().describe('`ok`, or why it cannot be reached.'),
        }),
      )
      .describe('How full each workspace is.'),
    longest: z.array(briefRun).describe('Runs at work, the longest accepted first, 8 at most.'),
    failing: z
      .array(
        z.object({
          work: z.string().describe('What ran: a notebook, a job, a template.'),
          failed: count.describe('How often it failed.'),
          latest: briefRun.describe('The latest of these runs.'),
        }),
      )
      .describe('What fails most often, 6 at most.'),
  }),
);

/** The request that a run was made by. */
export const sentRequest = describedAs<Awaited<ReturnType<typeof requestDocument>>>()(
  z.object({
    path: z.string().describe('Where to send it, below `/api/`.'),
    body: z.string().describe('The body, as JSON text in which digits stay; without the receivers of notifications.'),
  }),
);
