/** A refusal as the workspace words it; its response is `{ error_code, message, details }` with this HTTP status. */
export class ApiError extends Error {
  override name = 'ApiError' as const;
  readonly status: number;
  readonly errorCode: string | number;
  readonly headers: Record<string, string>;

  constructor(status: number, errorCode: string | number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.headers = headers;
  }
}

/** 400 INVALID_PARAMETER_VALUE: Databricks' response to most bad requests, an unknown run among them. */
export function invalidParameter(message: string): ApiError {
  return new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
}

/** 400 INVALID_STATE: a good request at a wrong moment. */
export function invalidState(message: string): ApiError {
  return new ApiError(400, 'INVALID_STATE', message);
}

/** 404 RESOURCE_DOES_NOT_EXIST, as the workspace and destination APIs respond. */
export function doesNotExist(message: string): ApiError {
  return new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', message);
}
