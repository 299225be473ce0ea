import type { PythonCall, PythonReply } from '../request.ts';
import type { HostCall } from './host-call.ts';
import { HostError } from './host-error.ts';
import { localRelation } from './local-relation.ts';
import { notebookRun } from './notebook-run.ts';
import { notebookSource } from './notebook-source.ts';
import type { PythonContext } from './python-context.ts';
import { secretsGet, secretsList, secretsListScopes } from './secrets.ts';
import { sqlExecute } from './sql-execute.ts';
import { workspaceFile } from './workspace-file.ts';

/** Every method that the Python side calls. */
const hostCalls: Record<string, HostCall> = {
  'notebook.run': notebookRun,
  'notebook.source': notebookSource,
  'secrets.get': secretsGet,
  'secrets.list': secretsList,
  'secrets.listScopes': secretsListScopes,
  'sql.execute': sqlExecute,
  'sql.localRelation': localRelation,
  'workspace.file': workspaceFile,
};

/** The reply to a call of Python; a failure is a reply, too. */
export async function replyTo(call: PythonCall, context: PythonContext): Promise<PythonReply> {
  try {
    const handle = hostCalls[call.method];
    if (handle === undefined) throw new HostError('unsupported', call.method);
    return { value: await handle(call.arguments, context) };
  } catch (error) {
    if (error instanceof HostError) return { error: { kind: error.kind, message: error.message, ...error.detail } };
    return { error: { kind: 'unsupported', message: `${call.method}: ${String(error)}` } };
  }
}
