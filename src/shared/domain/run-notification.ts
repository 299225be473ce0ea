/** The job run that a notification of Databricks is about, and whether it says that this run has ended. */
export interface RunNotification {
  runId: string;
  isEnd: boolean;
}
