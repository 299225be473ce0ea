import type { RunTarget } from '../domain/run-request.ts';
import type { FieldCover } from './body-fields.ts';
import type { CodePath } from './code-path.ts';

/** A place of a body, as people read it: `tasks/0/notebook_task`. */
type Place = string;

/** A use of a field. */
export interface FieldUse {
  /** As the body has it: `spark_conf`. */
  readonly key: string;
  /** With what it belongs to: `new_cluster.spark_conf`. */
  readonly name: string;
  readonly place: Place;
  readonly cover: FieldCover | 'unknown';
}

/** A number of a body; null where it is not said, or not as a whole number. */
type Said = number | null;

/** A cluster that would be made for a task. */
export interface NewCluster {
  readonly place: Place;
  /** Worker and driver; null in it for one that is no text. */
  readonly nodeTypes: readonly (string | null)[];
  /** Neither is said. */
  readonly isOfPool: boolean;
  readonly maxWorkers: Said;
  readonly policyId: string | null;
}

/** The fields that a body uses. */
export interface FieldFacts {
  readonly fields: readonly FieldUse[];
  /** Those of them that a permit has to name. */
  readonly powers: readonly FieldUse[];
}

/** What a body, as Databricks will get it, asks for. Everything that a rule can name is here; what is nowhere has no power. */
export interface RunFacts extends FieldFacts {
  readonly target: RunTarget;
  readonly taskTypes: readonly {
    readonly name: string;
    readonly place: Place;
    readonly isKnown: boolean;
    /** `notebooks` can judge it, by the paths that it names. */
    readonly isJudgedByCode: boolean;
  }[];
  readonly code: readonly { readonly text: string; readonly place: Place; readonly path: CodePath }[];
  /** Jobs that are started, by id or by name. An id of null is one that is not known. */
  readonly jobs: readonly { readonly job: { id: string | null } | { name: string }; readonly place: Place }[];
  readonly clusters: readonly { readonly id: string | null; readonly place: Place }[];
  readonly newClusters: readonly NewCluster[];
  /** Where tasks run on serverless compute. */
  readonly serverless: readonly Place[];
  /** How long the run may take at most; null for as long as it likes. */
  readonly timeoutSeconds: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, unknown>>;
  /** Addresses that get mail; null for one that is not known. */
  readonly emails: readonly {
    readonly address: string | null;
    readonly domain: string | null;
    readonly place: Place;
  }[];
  readonly callbackUrl: string | null;
}
