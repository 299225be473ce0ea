import type { ComponentType } from 'preact';
import type { ViewProps } from '../app/view-props.ts';
import { decodedPart } from '../app/href.ts';
import { lazyView } from './lazy-view.tsx';
import { MissingView } from '../views/missing-view.tsx';
import { NewRunView } from '../views/new-run/new-run-view.tsx';
import { OverviewView } from '../views/overview/overview-view.tsx';
import { RunView } from '../views/run/run-view.tsx';
import { RunsView } from '../views/runs/runs-view.tsx';

const SqlView = lazyView(async () => (await import('../views/sql/sql-view.tsx')).SqlView);
const TemplatesView = lazyView(async () => (await import('../views/templates/templates-view.tsx')).TemplatesView);
const ApiView = lazyView(async () => (await import('../views/api/api-view.tsx')).ApiView);

/** A view of the page. */
interface ViewEntry {
  path: string;
  /** Its name in the navigation; absent for what one comes to from elsewhere. */
  title?: string;
  /** What follows the path belongs to the view. */
  takesRest?: true;
  view: ComponentType<ViewProps>;
}

/** All views, in the order of the navigation. A view is a file below `views/` and a line here. */
export const VIEWS: readonly ViewEntry[] = [
  { path: '/runs', title: 'Runs', view: RunsView },
  { path: '/runs/', takesRest: true, view: RunView },
  { path: '/overview', title: 'Overview', view: OverviewView },
  { path: '/new-run', view: NewRunView },
  { path: '/sql', title: 'SQL', view: SqlView },
  { path: '/templates', title: 'Templates', view: TemplatesView },
  { path: '/templates/', takesRest: true, view: TemplatesView },
  { path: '/api', title: 'API', view: ApiView },
];

/** The view of a path. */
export function viewOf(path: string): { view: ComponentType<ViewProps>; rest: string } {
  for (const { path: own, takesRest, view } of VIEWS) {
    if (path === own) return { view, rest: '' };
    if (takesRest === true && path.startsWith(own)) return { view, rest: decodedPart(path.slice(own.length)) };
  }
  return { view: MissingView, rest: path };
}
