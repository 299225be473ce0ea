/** What both documents say of the whole. */
export const INFO = {
  title: 'Databricks Gateway',
  version: '1.0',
  description: [
    'Runs Databricks notebooks, jobs and SQL for applications that hold no Databricks token.',
    'Names are snake_case; 64-bit ids are text in every response, and text or numbers in requests. Times are ISO 8601 in UTC.',
    'In requests `null` stands for absent, and numbers and booleans may be given as text, wherever Databricks takes them so.',
    'Keys of a run that are not named here are passed on to Databricks; everywhere else an unknown key is an error.',
    'Every refusal and failure is a problem document (RFC 9457) with a stable `code`.',
  ].join('\n\n'),
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
} as const;
