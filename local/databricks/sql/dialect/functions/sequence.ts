import { array, types } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { failure, notInWarehouse, refusal } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';
import { toCommon, typeAt } from './typing.ts';

type Args = readonly Expression[];

/** DuckDB needs seconds for longer ones. */
const MAX_SEQUENCE = 1_000_000;

/** Whole numbers from one to another; a step of zero, or one that leads away, is an error. */
function sequence(step: string): string {
  const wrong = failure(
    'SEQUENCE_WRONG_INPUT',
    '42K0E',
    'Illegal sequence boundaries: ',
    { sql: '{0}' },
    ' to ',
    { sql: '{1}' },
    ' by ',
    { sql: step },
    '.',
  );
  const tooLong = refusal(`A sequence of more than ${MAX_SEQUENCE} elements`);
  return `CASE WHEN {0} <> {1} AND (${step} = 0 OR ({1} > {0}) <> (${step} > 0)) THEN ${wrong} WHEN {0} = {1} THEN CAST([{0}] AS {type}) WHEN ({1}::HUGEINT - {0}::HUGEINT) // (${step}) > ${MAX_SEQUENCE} THEN ${tooLong} ELSE CAST(generate_series({0}, {1}, ${step}) AS {type}) END`;
}

const DAYS =
  "CAST(CASE WHEN {0} <= {1} THEN generate_series({0}, {1}, INTERVAL 1 DAY) ELSE generate_series({0}, {1}, INTERVAL '-1' DAY) END AS {type})";

const wrongStep = failure(
  'SEQUENCE_WRONG_INPUT',
  '42K0E',
  'Illegal sequence boundaries: ',
  { sql: '{0}' },
  ' to ',
  { sql: '{1}' },
  '.',
);

/** Dates that are some steps from the first: each counts from there, since a month may be too short for its day. */
const stepping = (leadsOn: string, steps: string, date: string): string =>
  `CASE WHEN {2} = 0 OR ${leadsOn} THEN CASE WHEN {0} = {1} THEN CAST([{0}] AS {type}) ELSE ${wrongStep} END ELSE CAST(list_filter(list_transform(range(0, ${steps} + 2), lambda i: CAST(${date} AS DATE)), lambda d: CASE WHEN {2} > 0 THEN d <= {1} ELSE d >= {1} END) AS {type}) END`;

const LEADS_AWAY = '({0} < {1}) <> ({2} > 0) AND {0} <> {1}';
const MONTHS = stepping(
  LEADS_AWAY,
  "abs(date_diff('month', {0}, {1}) // {2})",
  '{0} + to_months(CAST(i * {2} AS INTEGER))',
);
const MICROS_OF_DAY = 86_400_000_000;
const STEPS_OF_DAYS = stepping(
  LEADS_AWAY,
  `abs(date_diff('day', {0}, {1}) // ({2} // ${MICROS_OF_DAY}))`,
  `{0} + CAST(i * ({2} // ${MICROS_OF_DAY}) AS INTEGER)`,
);

const isOfMonths = (args: Args): boolean => /YEAR|MONTH/.test(typeAt(args, 2).text);

/** Dates, and a step of months or of whole days: others are not known here. */
function toDates(args: Args): Args {
  const step = args[2];
  const isKnown = args.slice(0, 2).every(({ type }) => type.kind === 'date') && (step === undefined || isStep(step));
  if (isKnown) return args;
  throw notInWarehouse(`The function sequence(${args.map(({ type }) => type.text).join(', ')})`);
}

const isStep = ({ type }: Expression): boolean => /^INTERVAL (?:YEAR|MONTH|YEAR TO MONTH|DAY)$/.test(type.text);

/** `sequence`, of numbers and of times. */
export const SEQUENCE: SqlFunction = scalar(
  'sequence',
  [
    {
      takes: ['integral', 'integral'],
      unify: toCommon('sequence'),
      returns: (args) => array(typeAt(args, 0)),
      sql: sequence('CASE WHEN {1} >= {0} THEN 1 ELSE -1 END'),
    },
    {
      takes: ['integral', 'integral', 'integral'],
      unify: toCommon('sequence'),
      returns: (args) => array(typeAt(args, 0)),
      sql: sequence('{2}'),
    },
    { takes: ['momentOnly', 'momentOnly'], unify: toDates, returns: array(types.date), sql: DAYS },
    {
      takes: ['momentOnly', 'momentOnly', 'any'],
      unify: toDates,
      returns: array(types.date),
      sql: (args) => (isOfMonths(args) ? MONTHS : STEPS_OF_DAYS),
    },
  ],
  [
    ['sequence(1, 5)', '[1,2,3,4,5]', 'array<int>'],
    ['sequence(5, 1)', '[5,4,3,2,1]', 'array<int>'],
    ['sequence(1, 9, 4)', '[1,5,9]', 'array<int>'],
    [
      "sequence(DATE'2018-01-01', DATE'2018-01-03')",
      '["2018-01-01","2018-01-02","2018-01-03"]',
      'array<date>',
      "sequence(DATE '2018-01-01', DATE '2018-01-03')",
    ],
    [
      "sequence(DATE'2018-01-31', DATE'2018-04-01', INTERVAL 1 MONTH)",
      '["2018-01-31","2018-02-28","2018-03-31"]',
      'array<date>',
      "sequence(DATE '2018-01-31', DATE '2018-04-01', INTERVAL '1' MONTH)",
    ],
    [
      "sequence(DATE'2018-01-15', DATE'2018-01-01', INTERVAL -7 DAYS)",
      '["2018-01-15","2018-01-08","2018-01-01"]',
      'array<date>',
      "sequence(DATE '2018-01-15', DATE '2018-01-01', INTERVAL '-7' DAY)",
    ],
  ],
);
