import type { Operation } from '../operation.ts';
import { pageToken, parsePageToken } from '../request-parsing.ts';
import { clusterJson } from '../resources/cluster-json.ts';

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** The clusters, page by page. */
export const clustersList: Operation = {
  name: 'clusters/list',
  method: 'GET',
  path: 'clusters/list',
  handle({ query }, workspace) {
    const states = query.getAll('filter_by.cluster_states');
    const sources = query.getAll('filter_by.cluster_sources');
    const found = [...workspace.clusters.list()]
      .filter(
        ({ state, source }) =>
          (states.length === 0 || states.includes(state)) && (sources.length === 0 || sources.includes(source)),
      )
      .toReversed();
    const size = Math.min(Number(query.get('page_size')) || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
    const token = query.get('page_token');
    const [offset = 0] = token ? parsePageToken(token) : [];
    return {
      clusters: found.slice(offset, offset + size).map((cluster) => clusterJson(cluster, workspace)),
      next_page_token: found.length > offset + size ? pageToken(offset + size) : '',
      prev_page_token: '',
    };
  },
};
