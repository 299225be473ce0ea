/** The activities of asynchronous statements, and what each says comes next. `again`: it cannot be done for now. */
export interface SqlStatementActivities {
  /** `statementId`: Databricks' id, which the step may not have been able to write down. */
  'submit-sql-statement': {
    input: { id: string };
    output: { next: 'again' | 'done' } | { next: 'follow'; statementId: string };
  };
  'follow-sql-statement': {
    input: { id: string; statementId: string };
    output: { next: 'again' | 'follow' | 'export' | 'done' };
  };
  'export-sql-statement': { input: { id: string }; output: { next: 'again' | 'done' } };
}
