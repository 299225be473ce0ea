import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog, type LogEntry, readLogEntry } from '../log.ts';

function written(levels: Record<string, string>, entry: LogEntry, pretty = false): string {
  let text = '';
  const log = createLog({
    pretty,
    levels,
    write: (each) => {
      text += each;
    },
    now: () => new Date('2026-01-02T03:04:05.678Z'),
  });
  log(entry);
  return text;
}

const ENTRY: LogEntry = {
  level: 'information',
  category: 'user',
  message: 'hello',
  functionName: 'fn',
  invocationId: 'id',
};

describe('the log', () => {
  it('writes one JSON object a line', () => {
    expect(JSON.parse(written({}, ENTRY))).toEqual({ time: '2026-01-02T03:04:05.678Z', ...ENTRY });
  });

  it('writes text for people with time and function name', () => {
    expect(stripVTControlCharacters(written({}, ENTRY, true))).toBe('[03:04:05.678] fn hello\n');
    expect(stripVTControlCharacters(written({}, { ...ENTRY, level: 'error' }, true))).toBe(
      '[03:04:05.678] error fn hello\n',
    );
  });

  it.each([
    [{}, true],
    [{ default: 'Warning' }, false],
    [{ default: 'Warning', Function: 'Information' }, true],
    [{ default: 'Trace', 'Function.fn.User': 'Error' }, false],
    [{ default: 'Warning', 'Function.fn': 'Debug' }, true],
    [{ default: 'Warning', 'Function.other': 'Debug' }, false],
  ])('with levels %j writes information of a function: %s', (levels, isWritten) => {
    expect(written(levels, ENTRY) !== '').toBe(isWritten);
  });

  it('takes whatever a worker logs', () => {
    expect(readLogEntry('text')).toMatchObject({ level: 'information', message: 'text' });
    expect(readLogEntry({ level: 'bogus', message: 'm' })).toMatchObject({ level: 'information', message: 'm' });
    expect(readLogEntry({ level: 'error', category: 'user', message: 'm' })).toEqual({
      level: 'error',
      category: 'user',
      message: 'm',
    });
  });
});
