import type { Operation } from '../operation.ts';
import { idOfQuery } from '../request-parsing.ts';
import { findRun } from '../resources/find-run.ts';

/** A plain page with the notebook's source: the real one is an application of its own. */
export const runsExport: Operation = {
  name: 'runs/export',
  method: 'GET',
  path: 'jobs/runs/export',
  async handle({ query }, workspace) {
    const { run, task } = findRun(workspace, idOfQuery(query, 'run_id'));
    const path = (task ?? run.tasks[0])?.settings.notebook_task?.notebook_path;
    if (path === undefined) return { views: [] };
    const source = (await workspace.files.read(path)) ?? '';
    const content = `<!DOCTYPE html><html><body><pre>${escapeHtml(source)}</pre></body></html>`;
    return { views: [{ content, name: path.split('/').at(-1), type: 'NOTEBOOK' }] };
  },
};

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
