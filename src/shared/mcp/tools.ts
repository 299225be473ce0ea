import type { Tool } from './tool.ts';
import { cancelRun } from './tools/cancel-run.ts';
import { explainPolicy } from './tools/explain-policy.ts';
import { getRun } from './tools/get-run.ts';
import { listRuns } from './tools/list-runs.ts';
import { runSql } from './tools/run-sql.ts';
import { runTemplate } from './tools/run-template.ts';
import { submitRun } from './tools/submit-run.ts';

/** All tools, in the order that they are listed in. */
export const TOOLS: readonly Tool[] = [submitRun, runTemplate, getRun, cancelRun, listRuns, runSql, explainPolicy];
