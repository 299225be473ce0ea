import { app } from '@azure/functions';
import { registerRoutes } from './functions/http-trigger.ts';
import { ROUTES } from './routes.ts';

// Bodies stream both ways: results of any size leave as they arrive.
app.setup({ enableHttpStream: true });

// HTTP triggers
registerRoutes(ROUTES);
import './functions/unknown-route.trigger.ts';

// Queues and events
import './functions/run-requests.queue.ts';
import './functions/run-events.queue.ts';
import './functions/receive-event.event-grid.ts';

// The life of a run
import './functions/track-run.orchestrator.ts';
import './functions/watch-runs.orchestrator.ts';
import './functions/admission.entity.ts';
import './functions/run-activities.ts';

// The life of an asynchronous SQL statement
import './functions/track-sql-statement.orchestrator.ts';
import './functions/sql-statement-activities.ts';

// Housekeeping
import './functions/open-app.hook.ts';
import './functions/flush-telemetry.hook.ts';
import './functions/sweep-runs.timer.ts';
import './functions/sweep-sql-statements.timer.ts';
