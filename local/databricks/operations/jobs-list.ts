import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { flagOfQuery, pageToken, parsePageToken } from '../request-parsing.ts';
import { jobJson } from '../resources/job-json.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** The saved jobs, newest first, page by page. */
export const jobsList: Operation = {
  name: 'jobs/list',
  method: 'GET',
  path: 'jobs/list',
  handle({ query, version }, workspace) {
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw invalidParameter(`Invalid limit ${query.get('limit')} - it has to be between 1 and ${MAX_LIMIT}.`);
    const token = query.get('page_token');
    const [offset = 0] = token ? parsePageToken(token) : [Number(query.get('offset') ?? 0)];
    const found = workspace.jobs.list(query.get('name') ?? undefined);
    const page = found.slice(offset, offset + limit);
    const hasMore = found.length > offset + limit;
    return {
      ...(page.length > 0
        ? { jobs: page.map((job) => jobJson(job, workspace, flagOfQuery(query, 'expand_tasks'))) }
        : {}),
      ...(version === '2.2' ? {} : { has_more: hasMore }),
      ...(hasMore ? { next_page_token: pageToken(offset + limit) } : {}),
    };
  },
};
