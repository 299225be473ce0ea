import { app } from '@azure/functions';

// Bodies stream both ways: results of any size leave as they arrive.
app.setup({ enableHttpStream: true });

// HTTP triggers
import './functions/create-run.http.ts';
import './functions/run-job.http.ts';
import './functions/list-templates.http.ts';
import './functions/get-template.http.ts';
import './functions/run-template.http.ts';
import './functions/subscribe-template.http.ts';
import './functions/get-run.http.ts';
import './functions/get-run-result.http.ts';
import './functions/list-runs.http.ts';
import './functions/delete-run.http.ts';
import './functions/repair-run.http.ts';
import './functions/notify-run.http.ts';
import './functions/run-sql.http.ts';
import './functions/create-sql-statement.http.ts';
import './functions/get-sql-statement.http.ts';
import './functions/get-sql-statement-result.http.ts';
import './functions/delete-sql-statement.http.ts';
import './functions/databricks-webhook.http.ts';
import './functions/health.http.ts';
import './functions/check-key.http.ts';
import './functions/resource-metadata.http.ts';
import './functions/monitor.http.ts';
import './functions/monitor-file.http.ts';
import './functions/monitor-session.http.ts';
import './functions/monitor-overview.http.ts';
import './functions/monitor-run-request.http.ts';
import './functions/get-openapi.http.ts';
import './functions/get-swagger.http.ts';
import './functions/mcp.http.ts';
import './functions/unknown-route.http.ts';

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
import './functions/flush-telemetry.hook.ts';
import './functions/sweep-runs.timer.ts';
import './functions/sweep-sql-statements.timer.ts';
