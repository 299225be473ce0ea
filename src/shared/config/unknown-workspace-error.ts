import { AppError } from '../errors.ts';

/** A run or a statement belongs to a workspace that has been taken out of the settings since it was accepted. */
export class UnknownWorkspaceError extends AppError {
  override readonly name = 'UnknownWorkspaceError';
  constructor(workspace: string) {
    super(`The settings name no workspace ${workspace} any more, so nothing can be done or known there.`, {
      code: 'UNKNOWN_WORKSPACE',
      retryable: false,
    });
  }
}
