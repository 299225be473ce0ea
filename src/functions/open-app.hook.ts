import { app } from '@azure/functions';
import { openContext } from '../shared/open-context.ts';

// Once the worker has said that the app is there: what requests need is loaded while the host goes on with its own start.
// What is wrong with a document is logged then.
app.hook.appStart(() => {
  setImmediate(() => {
    openContext().catch(() => undefined);
  });
});
