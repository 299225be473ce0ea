import { types } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import { aggregate, type Form, type Modifiers, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';
import { ofFirst } from './typing.ts';
import { simple } from './simple-aggregate.ts';

type Args = readonly Expression[];

const ONE_TO_THREE = 'FROM VALUES (1), (2), (3) AS tab(col)';

/** A statistic of DOUBLEs. */
const statistic = (name: string, sql: string, value: string | null, aliases: readonly string[] = []): SqlFunction =>
  simple(name, ['double'], types.double, sql, [[`${name}(col) ${ONE_TO_THREE}`, value, 'double']], aliases);
const ofPairs = (name: string, sql: string, value: string, pairs = '(1, 1), (2, 2), (3, 3)'): SqlFunction =>
  simple(name, ['double', 'double'], types.double, sql, [
    [`${name}(y, x) FROM VALUES ${pairs} AS tab(y, x)`, value, 'double'],
  ]);

function percentileWithin(args: Args, { within }: Modifiers): string {
  const [key] = within ?? [];
  if (key === undefined || within?.length !== 1)
    throw notInWarehouse('The function percentile_cont without one sort key');
  const share = Number(args[0]?.constant);
  return `quantile_cont(CAST(${verbatim(key.key.sql)} AS DOUBLE), ${key.descending ? 1 - share : share}){tail}`;
}

/** Exact, as Databricks' is as long as there are fewer values than its accuracy. */
function approximate(accuracy: string): string {
  return `CASE WHEN count({0}){tail} >= ${accuracy} THEN error('[UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE] approx_percentile of as many values as its accuracy is not in the local warehouse. SQLSTATE: 0A000')
    ELSE quantile_disc({0}, CAST({1} AS DOUBLE)){tail} END`;
}
const severalPercentiles = (): string => {
  throw notInWarehouse('A percentile function of several percentages');
};
const approximateForms: readonly Form[] = [
  { takes: ['numeric', 'numericLiteral'], returns: ofFirst, sql: approximate('10000'), nullable: true },
  { takes: ['numeric', 'numericLiteral', 'intLiteral'], returns: ofFirst, sql: approximate('{2}'), nullable: true },
  { takes: ['numeric', 'array'], more: 'any', returns: ofFirst, sql: severalPercentiles },
];

/** Aggregates of DOUBLEs: the last digit may depend on the order of the rows, as it does on Databricks. */
export const STATISTICS_FUNCTIONS: readonly SqlFunction[] = [
  statistic('stddev', 'stddev_samp({distinct}{0}){tail}', '1.0', ['std', 'stddev_samp']),
  statistic('stddev_pop', 'stddev_pop({distinct}{0}){tail}', '0.816496580927726'),
  statistic('variance', 'var_samp({distinct}{0}){tail}', '1.0', ['var_samp']),
  statistic('var_pop', 'var_pop({distinct}{0}){tail}', '0.6666666666666666'),
  simple('kurtosis', ['double'], types.double, 'kurtosis_pop({distinct}{0}){tail}', [
    ['kurtosis(col) FROM VALUES (-10), (-20), (100), (1000) AS tab(col)', '-0.7014368047529627', 'double'],
  ]),
  ofPairs(
    'corr',
    'CASE WHEN regr_count({0}, {1}){tail} > 1 THEN regr_sxy({0}, {1}){tail} / sqrt(regr_sxx({0}, {1}){tail} * regr_syy({0}, {1}){tail}) END',
    '0.8660254037844387',
    '(3, 2), (3, 3), (6, 4)',
  ),
  ofPairs('covar_pop', 'covar_pop({distinct}{0}, {1}){tail}', '0.6666666666666666'),
  ofPairs('covar_samp', 'covar_samp({distinct}{0}, {1}){tail}', '1.0'),
  ofPairs('regr_avgx', 'regr_avgx({distinct}{0}, {1}){tail}', '2.0'),
  ofPairs('regr_avgy', 'regr_avgy({distinct}{0}, {1}){tail}', '2.0'),
  ofPairs('regr_slope', 'regr_slope({distinct}{0}, {1}){tail}', '1.0'),
  ofPairs('regr_intercept', 'regr_intercept({distinct}{0}, {1}){tail}', '0.0'),
  aggregate(
    'regr_count',
    {
      takes: ['any', 'any'],
      returns: types.bigint,
      sql: 'count({distinct}CASE WHEN {0} IS NOT NULL THEN {1} END){tail}',
      nullable: false,
    },
    [['regr_count(y, x) FROM VALUES (1, 2), (2, NULL), (2, 3) AS tab(y, x)', '2', 'bigint']],
  ),
  aggregate(
    'percentile',
    [
      {
        takes: ['double', 'numericLiteral'],
        returns: types.double,
        sql: 'quantile_cont({distinct}{0}, CAST({1} AS DOUBLE)){tail}',
        nullable: true,
        shown: ['1'],
      },
      { takes: ['double', 'array'], more: 'any', returns: ofFirst, sql: severalPercentiles },
    ],
    [
      ['percentile(col, 0.3) FROM VALUES (0), (10), (10) AS tab(col)', '6.0', 'double', 'percentile(col, 0.3, 1)'],
      [
        'percentile(DISTINCT col, 0.3) FROM VALUES (0), (10), (10) AS tab(col)',
        '3.0',
        'double',
        'percentile(DISTINCT col, 0.3, 1)',
      ],
    ],
  ),
  aggregate(
    'percentile_cont',
    { takes: ['numericLiteral'], returns: types.double, sql: percentileWithin, nullable: true },
    [['percentile_cont(0.25) WITHIN GROUP (ORDER BY col) FROM VALUES (0), (10) AS tab(col)', '2.5', 'double']],
  ),
  simple('median', ['double'], types.double, 'median({distinct}{0}){tail}', [
    ['median(col) FROM VALUES (0), (10) AS tab(col)', '5.0', 'double'],
  ]),
  aggregate(
    'approx_percentile',
    approximateForms,
    [
      ['approx_percentile(col, 0.5) FROM VALUES (0), (6), (6), (7), (9), (10) AS tab(col)', '6', 'int'],
      ['percentile_approx(col, 0.5, 100) FROM VALUES (0), (1), (2), (10) AS tab(col)', '1', 'int'],
    ],
    { aliases: ['percentile_approx'] },
  ),
];
