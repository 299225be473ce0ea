import { app } from '@azure/functions';
import { openContext } from '../shared/open-context.ts';
import { flushAfter, flushAtTermination } from '../shared/telemetry/flush-at-end.ts';

app.hook.postInvocation(({ invocationContext }) => flushAfter(invocationContext.options.trigger.type, openContext));

app.hook.appTerminate(() => flushAtTermination(openContext));
