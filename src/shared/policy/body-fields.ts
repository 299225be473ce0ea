/**
 * What a policy does about one field of a body. `plain`: nothing, it chooses neither code nor compute nor an identity.
 * `judged`: a condition of its own looks at it. `power`: refused unless `allow_fields` names it. What is in no table is
 * refused so, too: Databricks may give it any meaning.
 */
export type FieldCover = 'plain' | 'judged' | 'power';

type Fields = Readonly<Record<string, FieldCover>>;

/** Fields of a run as a whole. @see https://docs.databricks.com/api/azure/workspace/jobs/submit */
export const RUN_FIELDS: Fields = {
  run_name: 'plain',
  tasks: 'judged',
  timeout_seconds: 'judged',
  email_notifications: 'judged',
  tags: 'judged',
  notification_settings: 'plain',
  health: 'plain',
  queue: 'plain',
  performance_target: 'plain',
  idempotency_token: 'plain',
  access_control_list: 'power',
  budget_policy_id: 'power',
  environment_variables: 'power',
  environments: 'power',
  git_source: 'power',
  run_as: 'power',
  usage_policy_id: 'power',
  webhook_notifications: 'power',
};

/** Fields of a task besides its type. */
export const TASK_FIELDS: Fields = {
  task_key: 'plain',
  depends_on: 'plain',
  description: 'plain',
  disable_auto_optimization: 'plain',
  disabled: 'plain',
  environment_key: 'plain',
  environment_variables_key: 'plain',
  health: 'plain',
  max_retries: 'plain',
  min_retry_interval_millis: 'plain',
  notification_settings: 'plain',
  retry_on_timeout: 'plain',
  run_if: 'plain',
  timeout_seconds: 'plain',
  email_notifications: 'judged',
  existing_cluster_id: 'judged',
  new_cluster: 'judged',
  compute: 'power',
  job_cluster_key: 'power',
  libraries: 'power',
  webhook_notifications: 'power',
};

/** Parameters are values to the code that a rule allows. Those with power choose other code, or what is overwritten. */
const PARAMETERS: Fields = {
  job_parameters: 'plain',
  notebook_params: 'plain',
  jar_params: 'plain',
  python_params: 'plain',
  python_named_params: 'plain',
  sql_params: 'plain',
  dbt_commands: 'power',
  pipeline_params: 'power',
  spark_submit_params: 'power',
};

/** Fields of a run of a saved job. @see https://docs.databricks.com/api/azure/workspace/jobs/runnow */
export const RUN_NOW_FIELDS: Fields = {
  ...PARAMETERS,
  job_id: 'judged',
  email_notifications: 'judged',
  tags: 'judged',
  only: 'plain',
  queue: 'plain',
  performance_target: 'plain',
  run_name: 'plain',
  idempotency_token: 'plain',
  access_control_list: 'power',
  webhook_notifications: 'power',
};

/** Fields of a repair. @see https://docs.databricks.com/api/azure/workspace/jobs/repairrun */
export const REPAIR_FIELDS: Fields = {
  ...PARAMETERS,
  run_id: 'plain',
  latest_repair_id: 'plain',
  rerun_all_failed_tasks: 'plain',
  rerun_dependent_tasks: 'plain',
  rerun_tasks: 'plain',
  performance_target: 'plain',
};

/** As `REPAIR_FIELDS`, of a run by a template: other parameters would go round what its operator lets callers choose. */
export const TEMPLATE_REPAIR_FIELDS: Fields = {
  ...REPAIR_FIELDS,
  ...Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, 'power'])),
};

/** Fields of a new cluster. @see https://docs.databricks.com/api/azure/workspace/clusters/create */
export const CLUSTER_FIELDS: Fields = {
  spark_version: 'plain',
  apply_policy_default_values: 'plain',
  autotermination_minutes: 'plain',
  cluster_name: 'plain',
  enable_elastic_disk: 'plain',
  enable_local_disk_encryption: 'plain',
  is_single_node: 'plain',
  kind: 'plain',
  remote_disk_throughput: 'plain',
  runtime_engine: 'plain',
  total_initial_remote_disk_size: 'plain',
  use_ml_runtime: 'plain',
  workload_type: 'plain',
  autoscale: 'judged',
  data_security_mode: 'judged',
  driver_node_type_id: 'judged',
  node_type_id: 'judged',
  num_workers: 'judged',
  policy_id: 'judged',
  aws_attributes: 'power',
  azure_attributes: 'power',
  cluster_log_conf: 'power',
  custom_tags: 'power',
  docker_image: 'power',
  driver_instance_pool_id: 'power',
  driver_node_type_flexibility: 'power',
  gcp_attributes: 'power',
  init_scripts: 'power',
  instance_pool_id: 'power',
  single_user_name: 'power',
  spark_conf: 'power',
  spark_env_vars: 'power',
  ssh_public_keys: 'power',
  worker_node_type_flexibility: 'power',
};

/** Fields of `autoscale` of a new cluster. */
export const AUTOSCALE_FIELDS: Fields = { min_workers: 'judged', max_workers: 'judged' };

/** What a task of a type needs to run where it names no cluster. */
export type OwnCompute = 'serverless' | 'none';

/** A task type that is known: its fields, where its code is, and whether a rule has to name it. */
export interface TaskType {
  readonly fields: Fields;
  /** The fields, as dotted paths, that say where in the workspace its code is. */
  readonly code: readonly string[];
  /** Members that name code of the workspace by something else than a path. */
  readonly codeElsewhere?: readonly string[];
  /** Without a cluster it runs on serverless compute, or on a warehouse or nothing at all. */
  readonly without: OwnCompute;
  /**
   * Whether it can be judged by the code that it names: `path`, by `notebooks`; `others`, by the tasks or the job that it
   * starts; `none`: it starts no code; `unnamed`: a rule about notebooks says nothing about it, and has to name its type.
   */
  readonly codeBy: 'path' | 'others' | 'none' | 'unnamed';
}

/** The task types that are known; others need a rule that names them. */
export const TASK_TYPES: Readonly<Record<string, TaskType>> = {
  notebook_task: {
    fields: { notebook_path: 'judged', base_parameters: 'plain', source: 'judged', warehouse_id: 'judged' },
    code: ['notebook_path'],
    without: 'serverless',
    codeBy: 'path',
  },
  spark_python_task: {
    fields: { python_file: 'judged', parameters: 'plain', source: 'judged' },
    code: ['python_file'],
    without: 'serverless',
    codeBy: 'path',
  },
  // What it runs comes from `libraries` or `environments`, which have power of their own.
  python_wheel_task: {
    fields: { package_name: 'plain', entry_point: 'plain', parameters: 'plain', named_parameters: 'plain' },
    code: [],
    without: 'serverless',
    codeBy: 'unnamed',
  },
  spark_jar_task: {
    fields: { main_class_name: 'plain', parameters: 'plain', jar_uri: 'power', run_as_repl: 'power' },
    code: [],
    without: 'serverless',
    codeBy: 'unnamed',
  },
  // Its parameters say where its code is and how Spark is configured.
  spark_submit_task: { fields: { parameters: 'power' }, code: [], without: 'none', codeBy: 'unnamed' },
  sql_task: {
    fields: {
      warehouse_id: 'plain',
      parameters: 'plain',
      query: 'judged',
      file: 'judged',
      dashboard: 'judged',
      alert: 'judged',
    },
    code: ['file.path'],
    codeElsewhere: ['query', 'dashboard', 'alert'],
    without: 'none',
    codeBy: 'path',
  },
  dbt_task: {
    fields: {
      commands: 'judged',
      project_directory: 'judged',
      profiles_directory: 'judged',
      schema: 'plain',
      catalog: 'plain',
      warehouse_id: 'plain',
      source: 'judged',
    },
    code: ['project_directory', 'profiles_directory'],
    // Its statements run on a warehouse, and dbt itself where the task says.
    without: 'serverless',
    codeBy: 'path',
  },
  pipeline_task: {
    fields: { pipeline_id: 'plain', full_refresh: 'plain', parameters: 'plain' },
    code: [],
    without: 'none',
    codeBy: 'unnamed',
  },
  run_job_task: { fields: { ...PARAMETERS, job_id: 'judged' }, code: [], without: 'none', codeBy: 'others' },
  condition_task: { fields: { op: 'plain', left: 'plain', right: 'plain' }, code: [], without: 'none', codeBy: 'none' },
  for_each_task: {
    fields: { inputs: 'plain', concurrency: 'plain', task: 'judged' },
    code: [],
    without: 'none',
    codeBy: 'others',
  },
  dashboard_task: {
    fields: { dashboard_id: 'plain', warehouse_id: 'plain', filters: 'plain', subscription: 'power' },
    code: [],
    without: 'none',
    codeBy: 'unnamed',
  },
  alert_task: {
    fields: { alert_id: 'plain', warehouse_id: 'plain', workspace_path: 'plain', subscribers: 'power' },
    code: [],
    without: 'none',
    codeBy: 'unnamed',
  },
};

/** Objects within a task type whose members are known: by them addresses get mail, and files are named. */
export const NESTED_FIELDS: Readonly<Record<string, Fields>> = {
  'sql_task.query': { query_id: 'plain' },
  'sql_task.file': { path: 'judged', source: 'judged' },
  'sql_task.dashboard': {
    dashboard_id: 'plain',
    pause_subscriptions: 'plain',
    custom_subject: 'power',
    subscriptions: 'power',
  },
  'sql_task.alert': { alert_id: 'plain', pause_subscriptions: 'plain', subscriptions: 'power' },
};

/** Modes under which the workspace's own permissions hold for what a cluster runs. */
export const ISOLATING_MODES: ReadonlySet<string> = new Set([
  'DATA_SECURITY_MODE_AUTO',
  'DATA_SECURITY_MODE_STANDARD',
  'DATA_SECURITY_MODE_DEDICATED',
  'SINGLE_USER',
  'USER_ISOLATION',
]);
