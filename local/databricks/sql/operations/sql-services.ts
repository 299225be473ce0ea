import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';
import type { StatementService } from '../statements/statement-service.ts';

/** What the REST operations need of the warehouse. */
export interface SqlServices {
  engine: Engine;
  compute: Compute;
  statements: StatementService;
}
