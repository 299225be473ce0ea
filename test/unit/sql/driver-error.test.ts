import { describe, expect, test } from 'vitest';
import { toSqlError } from '../../../src/shared/sql/warehouse/driver-error.ts';

/** As the driver makes it: no Error, and without the SQLSTATE that the server sent beside it. */
const statusError = (message: string, stack = '') => ({ name: 'Status Error', message, code: -1, stack });

describe('what the driver throws becomes an error of the contract', () => {
  test.each([
    [
      'a rejected statement',
      statusError('[PARSE_SYNTAX_ERROR] Syntax error. SQLSTATE: 42601 (line 1, pos 0)'),
      { code: 'STATEMENT_FAILED', sqlState: '42601', errorClass: 'PARSE_SYNTAX_ERROR' },
    ],
    [
      'one whose SQLSTATE is in the Java stack only',
      statusError('Error running query', '*org.apache.X: y SQLSTATE: 42P01'),
      { code: 'STATEMENT_FAILED', sqlState: '42P01' },
    ],
    [
      'one that names the class only',
      statusError('[DIVIDE_BY_ZERO] Division by zero.'),
      { code: 'STATEMENT_FAILED', sqlState: '22012' },
    ],
    [
      'a failed operation',
      {
        name: 'Error',
        errorCode: 'ERROR',
        message: 'generic',
        response: { sqlState: '22018', displayMessage: '[CAST_INVALID_INPUT.X] The value' },
      },
      {
        code: 'STATEMENT_FAILED',
        sqlState: '22018',
        errorClass: 'CAST_INVALID_INPUT.X',
        message: '[CAST_INVALID_INPUT.X] The value',
      },
    ],
    [
      'a failure whose text the caller wrote',
      {
        errorCode: 'ERROR',
        message: 'x',
        response: { displayMessage: '[USER_RAISED_EXCEPTION] Invalid SessionHandle' },
      },
      { code: 'STATEMENT_FAILED', errorClass: 'USER_RAISED_EXCEPTION' },
    ],
    [
      'a rejection whose text the caller wrote',
      statusError('[USER_RAISED_EXCEPTION] session 1 is closed'),
      { code: 'STATEMENT_FAILED', errorClass: 'USER_RAISED_EXCEPTION' },
    ],
    ['a lost session', statusError('Invalid SessionHandle: SessionHandle [1-2]'), { code: 'SESSION_LOST' }],
    ['a closed session', statusError('Session abc is closed'), { code: 'SESSION_LOST' }],
    ['a cancellation at the warehouse', { errorCode: 'CANCELED', message: 'x' }, { code: 'STATEMENT_CANCELED' }],
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', type: 'system' }),
      { code: 'WAREHOUSE_UNAVAILABLE', retryable: true, retryAfterMs: 5_000 },
    ],
    ['a busy warehouse', { statusCode: 429, message: 'bad status' }, { code: 'WAREHOUSE_UNAVAILABLE' }],
    ['a broken warehouse', { statusCode: 500, message: 'bad status' }, { code: 'WAREHOUSE_FAILED', httpStatus: 500 }],
    [
      'polls that kept failing',
      new Error('Hive driver: 503 when connecting to resource. Max retry count exceeded.'),
      { code: 'WAREHOUSE_UNAVAILABLE' },
    ],
    ['nonsense', new RangeError('Index out of range'), { code: 'WAREHOUSE_FAILED' }],
    ['a string', 'oops', { code: 'WAREHOUSE_FAILED' }],
  ])('%s', (_name, thrown, expected) => {
    expect(toSqlError(thrown)).toMatchObject(expected);
  });

  test('without the Java stack that follows the words', () => {
    const { message } = toSqlError(statusError('[X] Words.\n\tat org.apache.spark.A.b(C.scala:1)\n\tat more'));
    expect(message).toBe('[X] Words.');
  });
});
