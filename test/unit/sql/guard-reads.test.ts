import { describe, expect, test } from 'vitest';
import { classify, guard } from '../../../src/shared/sql/guard/statement-guard.ts';

/** Databricks' syntax of reads, a statement or more for each of its parts. */
const QUERIES: Record<string, readonly string[]> = {
  'common tables': [
    'WITH a AS (SELECT 1), b(x, y) AS (SELECT 2, 3) SELECT * FROM a, b',
    'WITH x(a) (SELECT 1) SELECT a FROM x',
    'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT * FROM n',
    'WITH RECURSIVE n(i) MAX RECURSION LEVEL 50 AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) TABLE n',
    'WITH recursive AS (SELECT 1) SELECT * FROM recursive',
    "WITH IDENTIFIER('v')(c) AS (SELECT 1) SELECT c FROM v",
    'WITH a AS (WITH b AS (SELECT 1 AS x) SELECT * FROM b) (SELECT * FROM a) UNION (SELECT * FROM a)',
    'WITH a AS (SELECT 1) FROM a SELECT *',
    'SELECT (WITH a AS (SELECT 1 AS x) SELECT max(x) FROM a), 2',
    'WITH insert AS (SELECT 1), delete AS (SELECT 2) SELECT * FROM insert JOIN delete ON true',
  ],
  'names that are keywords': [
    'SELECT insert, update, delete, merge, map, reduce, transform FROM table1',
    'SELECT t.insert AS update FROM merge t',
    'SELECT date, timestamp, year, value, key, left, comment, location FROM t',
    'SELECT `select`, `from` FROM `insert`',
    'SELECT replace(a, 1, 2), map(1, 2), transform(a, x -> x + 1), left(a, 1), right(a, 2), if(a, 1, 2) FROM t',
    'SELECT 1 AS set, 2 drop, 3 AS using FROM t use',
  ],
  'lambdas and higher-order functions': [
    'SELECT transform(a, (x, i) -> x + i), filter(a, x -> x > 1 AND x < 10), exists(a, x -> x IS NULL)',
    'SELECT aggregate(a, 0, (acc, x) -> acc + x, acc -> acc * 10), reduce(a, 0, (acc, x) -> acc + x)',
    'SELECT map_filter(m, (k, v) -> k > v), array_sort(a, (l, r) -> CASE WHEN l < r THEN -1 ELSE 1 END)',
  ],
  'paths into JSON and VARIANT': [
    'SELECT raw:owner, raw:OWNER.city, raw:`zip code`, raw:fb:testid FROM t',
    "SELECT raw:store.fruit[0].weight::int, raw:store['bicycle'], raw:store.basket[*][0] FROM t",
    "SELECT a:b.c[0]::int, parse_json('{}'):x::string, a:['k'].b, v:items[0]:name FROM t",
    "SELECT a.b.c, a[1], a['k'].x, f(a)[0].y, (a).b, struct(1 AS x).x, m['a']['b'] FROM t",
  ],
  'casts and typed literals': [
    "SELECT '1'::int, '1' :: DECIMAL(10, 2) + 1, ?::date, a?::int, :p::timestamp",
    'SELECT CAST(a AS ARRAY<STRUCT<x: INT NOT NULL, y: MAP<STRING, ARRAY<INT>>>>), TRY_CAST(b AS INTERVAL DAY TO SECOND)',
    "SELECT a::array<array<int>>, b::struct<x int comment 'c'>, c::string COLLATE UTF8_LCASE, CAST(g AS GEOGRAPHY(4326))",
    "SELECT DATE '2024-01-01', TIMESTAMP'2024-01-01 00:00:00', TIMESTAMP_NTZ '2024-01-01', X'1F', INTERVAL '1' DAY",
    "SELECT INTERVAL 1 YEAR 2 MONTHS, INTERVAL '1-2' YEAR TO MONTH, INTERVAL -'3' HOURS, -INTERVAL 2 days, INTERVAL '1 day 2 hours'",
    "SELECT current_date() - INTERVAL 7 DAYS, d + INTERVAL '10:11' HOUR TO MINUTE, INTERVAL :n DAY FROM t",
  ],
  literals: [
    'SELECT 1, -1, 1.5, .5, 1., 1e5, 1E-5, 1.5e+5, 1L, 1S, 1Y, 1.5F, 1D, 1.5BD, 0x',
    "SELECT 'it''s', 'it\\'s', \"say \\\"hi\\\"\", r'raw \\', R\"raw\", 'a' 'b' \"c\", 'umlaut ä', '/* no comment', '-- none', 'a; b'",
    'SELECT true, false, null, NULL IS NULL, a IS NOT TRUE, b IS DISTINCT FROM c, b IS NOT DISTINCT FROM NULL',
  ],
  operators: [
    'SELECT a <=> b, a == b, a <> b, a != b, !a, NOT a, ~a, a || b, a | b, a & b, a ^ b, a % b, a DIV b, a << 1, a >> 1, a >>> 1',
    'SELECT a >= 1 AND b <= 2 OR c !> 3, a BETWEEN 1 AND 2 AND c, a NOT BETWEEN :lo AND :hi, a NOT IN (1, 2), a IN (SELECT 1)',
    "SELECT a LIKE 'x%', a NOT LIKE '!%' ESCAPE '!', a ILIKE ANY ('a', 'b'), a LIKE ALL ('%a%'), a RLIKE '^x', a REGEXP 'y', a NOT ILIKE SOME ('z')",
    'SELECT (a, b) IN ((1, 2), (3, 4)), (1, 2) = (a, b), ((a)), ((SELECT 1)), (SELECT 1) + (SELECT 2), ((SELECT 1) UNION (SELECT 2))',
    'SELECT CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END, CASE a WHEN 1 THEN CASE WHEN b THEN 1 END END AS x',
    'SELECT EXISTS (SELECT 1 FROM t), NOT EXISTS (SELECT 1), a = ANY (SELECT 1), array(SELECT 1)',
    "SELECT 'a' COLLATE UNICODE_CI = 'A', x COLLATE DE_CI_AI",
  ],
  'special calls': [
    "SELECT extract(YEAR FROM d), trim(BOTH 'x' FROM a), trim(LEADING FROM a), trim('x' FROM a), substring(a FROM 1 FOR 2)",
    "SELECT overlay(a PLACING 'b' FROM 1 FOR 2), position('a' IN b), position('a', b), date_part('day', d), timestampdiff(MONTH, a, b)",
    'SELECT dateadd(DAY, 1, d), count(*), count(DISTINCT a, b), count(t.*), sum(DISTINCT a) FILTER (WHERE a > 0), any_value(a IGNORE NULLS)',
    "SELECT listagg(a, ',') WITHIN GROUP (ORDER BY b DESC), percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FILTER (WHERE b), mode() WITHIN GROUP (ORDER BY x)",
    "SELECT my_catalog.my_schema.my_function(a), `my udf`(1), mask(a, upper_char => 'X', digit_char => :d), named_struct('a', 1)",
    'SELECT current_date, current_timestamp(), current_user, session_user(), grouping_id(a, b), struct(a AS x, b), struct(*)',
    "SELECT st_distance(st_point(1, 2), st_geomfromtext(a)), h3_longlatash3(a, b, 9), variant_get(v, '$.a', 'int'), is_variant_null(v:a)",
    "SELECT from_json(a, 'x INT'), schema_of_json(a), from_csv(a, 'b INT', map('sep', ';')), from_avro(a, :schema), to_avro(a)",
    "SELECT from_avro(a, '{}', map()), from_avro(a, '{}', map('mode', 'FAILFAST', 'recursiveFieldMaxDepth', 3)) FROM t",
  ],
  windows: [
    'SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST) FROM t',
    'SELECT sum(a) OVER w, avg(a) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t WINDOW w AS (PARTITION BY b ORDER BY c), v AS (w)',
    'SELECT sum(a) OVER (ORDER BY d RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND UNBOUNDED FOLLOWING), lag(a) IGNORE NULLS OVER (ORDER BY b)',
    'SELECT first(a) RESPECT NULLS OVER (ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t QUALIFY row_number() OVER (ORDER BY a) = 1',
    'SELECT * FROM t WHERE a QUALIFY rank() OVER (PARTITION BY b ORDER BY c) <= 3 ORDER BY d LIMIT 5',
  ],
  stars: [
    'SELECT * EXCEPT (a, b.c), t.* EXCEPT (d), u.* FROM t, u',
    'SELECT * EXCEPT (a) FROM t EXCEPT (SELECT 1)',
    'SELECT * REPLACE (upper(a) AS a), 1 AS b FROM t',
    'SELECT DISTINCT * FROM t',
    'SELECT ALL a FROM t',
  ],
  grouping: [
    'SELECT a, count(*) FROM t GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL',
    'SELECT a FROM t GROUP BY a, b WITH ROLLUP',
    'SELECT a FROM t GROUP BY CUBE (a, (b, c)), ROLLUP (d), GROUPING SETS ((a), (a, b), ())',
    'SELECT a FROM t GROUP BY a, b GROUPING SETS ((a, b), a, ())',
    'SELECT a FROM t GROUP BY 1, 2 SORT BY a',
    'SELECT a FROM t DISTRIBUTE BY a SORT BY b',
    'SELECT a FROM t CLUSTER BY a',
  ],
  'tables and joins': [
    'SELECT * FROM main.default.t AS x (a, b) JOIN u USING (a, b) LEFT JOIN v ON x.a = v.a',
    'SELECT * FROM a NATURAL JOIN b CROSS JOIN c LEFT SEMI JOIN d ON true LEFT ANTI JOIN e ON false FULL OUTER JOIN f ON a.x = f.x',
    'SELECT * FROM (a JOIN b ON a.x = b.x) JOIN (SELECT 1) c, LATERAL (SELECT a.x) d, (VALUES (1)) AS e(z)',
    'SELECT * FROM ((SELECT 1) UNION ALL (SELECT 2)) t, ((a)) u, (TABLE v) w, (WITH x AS (SELECT 1) TABLE x)',
    'SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x',
    'SELECT * FROM t LATERAL VIEW explode(a) x AS y LATERAL VIEW OUTER posexplode(b) AS p, c WHERE y > 1',
    'SELECT * FROM t, LATERAL explode(a) AS x(y) INNER JOIN LATERAL (SELECT t.a) ON true',
    'SELECT * FROM trades ASOF JOIN quotes MATCH_CONDITION (trades.ts >= quotes.ts) ON trades.id = quotes.id',
    "SELECT * FROM IDENTIFIER(:t) JOIN IDENTIFIER(:schema || '.u') u ON IDENTIFIER('a') = u.`b`",
    'SELECT * FROM STREAM t',
    "SELECT * FROM t WITH ('fetchsize' = 100)",
    'SELECT * FROM delta.a.b, `json`.`default`.t',
  ],
  'time travel': [
    'SELECT * FROM t VERSION AS OF 3',
    "SELECT * FROM main.IDENTIFIER('s').IDENTIFIER('t')",
    'SELECT * FROM VALUES array(1), array(2) t(a) JOIN VALUES (a), (b) JOIN VALUES a, 1 JOIN (VALUES a, b)',
    "SELECT * FROM t CHANGES FROM VERSION 1 EXCLUSIVE TO VERSION 5 INCLUSIVE c, u CHANGES FROM TIMESTAMP '2024-01-01'",
    'SELECT * FROM t CHANGES, u CHANGES WHERE true',
    "SELECT * FROM t FOR VERSION AS OF 3 AS x JOIN u TIMESTAMP AS OF '2024-01-01' y ON x.a = y.a",
    'SELECT * FROM t TIMESTAMP AS OF current_timestamp() - INTERVAL 1 DAY WHERE a = 1',
    'SELECT * FROM t FOR SYSTEM_TIME AS OF date_sub(current_date(), 1)',
    'SELECT * FROM main.s.t@v12, u@20240101000000000 AS x',
    'SELECT version, timestamp FROM t version',
    "SELECT * FROM table_changes('main.s.t', 0, 10)",
    "SELECT * FROM table_changes('`main`.`a-b`.t', '2024-01-01 00:00:00', current_timestamp())",
  ],
  samples: [
    'SELECT * FROM t TABLESAMPLE (10 PERCENT)',
    'SELECT * FROM t TABLESAMPLE (5 ROWS) REPEATABLE (7) AS x',
    'SELECT * FROM t TABLESAMPLE (BUCKET 4 OUT OF 10) x',
  ],
  reshaping: [
    "SELECT * FROM t PIVOT (sum(a) AS s, avg(b) FOR c IN ('x' AS x, 'y')) AS p",
    "SELECT * FROM t PIVOT (sum(a) FOR (b, c) IN ((1, 'x') AS one, (2, 'y')))",
    'SELECT * FROM t UNPIVOT (v FOR n IN (a AS `A`, b))',
    'SELECT * FROM t UNPIVOT INCLUDE NULLS ((v, w) FOR n IN ((a, b) AS x, (c, d))) AS u',
  ],
  'table functions': [
    'SELECT * FROM range(10), range(1, 2, 3, 4) AS r(id), explode(array(1, 2)) e, stack(2, 1, 2) AS (a)',
    "SELECT * FROM json_tuple('{}', 'a'), inline(array(struct(1))), variant_explode(input => parse_json('[]')), sql_keywords()",
    'SELECT * FROM event_log(TABLE(main.s.t))',
    'SELECT explode(a), posexplode(b) AS (p, c), stack(1, 2) FROM t',
  ],
  hints: [
    'SELECT /*+ BROADCAST(a), MERGE(b, c) */ * FROM a, b, c',
    'SELECT /*+ REPARTITION(3, x) */ /*+ COALESCE(2) */ * FROM t',
    "SELECT /*+ SKEW('t', 'c', (1, 2)) */ * FROM t",
  ],
  'set operators': [
    'SELECT 1 UNION ALL SELECT 2 UNION DISTINCT (SELECT 3 LIMIT 1) INTERSECT VALUES (4) EXCEPT TABLE t MINUS ALL SELECT 5 ORDER BY 1 LIMIT 3 OFFSET 1',
    '((SELECT 1)) UNION ALL (SELECT 2)',
    'SELECT a FROM t UNION ALL BY NAME SELECT b FROM u',
    'SELECT a FROM t LIMIT ALL',
    'SELECT a FROM t LIMIT :n OFFSET :m',
    'SELECT a FROM t LIMIT ? OFFSET ?',
  ],
  'from first': ['FROM t', 'FROM t SELECT a WHERE b', 'FROM a JOIN b USING (x) SELECT DISTINCT y ORDER BY y LIMIT 1'],
  pipes: [
    'FROM t |> WHERE a > 1 |> SELECT a, b AS c |> ORDER BY a DESC |> LIMIT 5 OFFSET 2',
    'TABLE t |> AGGREGATE count(*) AS n, sum(a) GROUP BY b AS x, c |> EXTEND n + 1 AS m |> SET n = 0, m = m * 2 |> DROP m |> AS u',
    'SELECT 1 |> JOIN t ON true |> LEFT JOIN u USING (a) |> UNION ALL (SELECT 2), (SELECT 3) |> TABLESAMPLE (10 PERCENT)',
    "FROM t |> PIVOT (sum(a) FOR b IN (1, 2)) |> UNPIVOT (v FOR n IN (c, d)) |> LATERAL VIEW explode(x) e |> WHERE v = 'x'",
    'VALUES (1) AS t(a) |> EXTEND sum(a) OVER w WINDOW w AS (ORDER BY a)',
  ],
  comments: [
    '/* why */ -- and how\n SELECT 1 -- ; not a statement',
    '/* a /* nested */ comment */ SELECT 1',
    'SELECT /**/1/* x *//* y */+ 2 --',
    "SELECT 1 -- it's open\n",
    'SELECT\t1\r\n,\u00a02\u3000,3;;',
  ],
  'as tools write them': [
    '/* {"app": "dbt", "node_id": "a.b"} */ select count(*) as failures, count(*) != 0 as should_warn from (select order_id from `main`.`s`.`t` where order_id is null) dbt_internal_test',
    'select `_`.`a`, `_`.`b` from (select `rows`.`a` as `a`, count(distinct(`rows`.`b`)) + max(case when `rows`.`b` is null then 1 else 0 end) as `b` from `t` as `rows` group by `a`) `_`',
    'select `$Table`.`a` as `a` from `main`.`s`.`t` `$Table` limit 1000',
    "SELECT SUM(`Custom SQL Query`.`sales`) AS `sum_ok` FROM (select * from t) `Custom SQL Query` WHERE ((`d` >= (DATE '2024-01-01')) AND (`d` < (TIMESTAMP '2024-02-01 00:00:00.000'))) HAVING (COUNT(1) > 0)",
    "SELECT orders.status AS `orders.status` FROM main.s.orders AS orders WHERE ((( orders.at ) >= ((TIMESTAMP('2024-01-01'))) AND ( orders.at ) < ((DATEADD(DAY, 1, TIMESTAMP('2024-01-01')))))) GROUP BY 1 ORDER BY 2 DESC LIMIT 500",
    "SELECT date_trunc('day', ts) AS __timestamp, COUNT(*) AS count FROM t JOIN (SELECT country AS country__ FROM t GROUP BY country LIMIT 5) AS anon_1 ON country = country__ GROUP BY date_trunc('day', ts) ORDER BY count DESC",
    'SELECT u.sku, SUM(u.quantity * p.pricing.default) AS cost FROM system.billing.usage u JOIN system.billing.list_prices p ON u.at BETWEEN p.start_time AND coalesce(p.end_time, timestampadd(DAY, 1, now())) GROUP BY ALL',
    'SELECT measure(revenue), region FROM main.s.metric_view GROUP BY ALL',
    "SELECT * FROM fed.public.orders WITH ('numPartitions' 8, 'partitionColumn' 'id', lowerBound = 1, 'upperBound' 1000)",
    "SELECT from_xml(x, 'a INT', map('rowTag', 'r', 'mode', 'FAILFAST')), schema_of_xml('<a/>') FROM t",
    "SELECT t.end, t.start, t.row, t.first, t.offset, '😀' AS `😀`, größe, 名前 FROM t",
  ],
  parameters: [
    "SELECT * FROM IDENTIFIER(:c || '.s.t') WHERE path = :p",
    'SELECT :a, :b + 1, :`first-name`, ? FROM t WHERE x = :limit AND y IN (:c, :d)',
    "SELECT IDENTIFIER(:c), IDENTIFIER('t.a') FROM t",
  ],
};

describe('a read of Databricks passes as a SELECT', () => {
  test.each(Object.entries(QUERIES).flatMap(([part, statements]) => statements.map((text) => [part, text])))(
    '%s: %s',
    async (_part, statement) => {
      expect(await guard(statement)).toMatchObject({ isRead: true });
    },
  );
});

test.each([
  ['VALUES (1, 2), (3, 4)', 'VALUES'],
  ['VALUES 1, 2 AS t(a) ORDER BY a', 'VALUES'],
  ['TABLE main.s.t', 'TABLE'],
  ['TABLE t |> WHERE a', 'TABLE'],
  ['SHOW TABLES IN default', 'SHOW'],
  ["SHOW TABLES FROM a.b LIKE 'x*|y*'", 'SHOW'],
  ["SHOW TABLE EXTENDED IN s LIKE 't*' PARTITION (a = 1)", 'SHOW'],
  ['SHOW CREATE TABLE main.s.t', 'SHOW'],
  ['SHOW TBLPROPERTIES main.s.t (delta.minReaderVersion)', 'SHOW'],
  ['SHOW COLUMNS IN t IN s', 'SHOW'],
  ['SHOW PARTITIONS t PARTITION (a = 1, b)', 'SHOW'],
  ["SHOW TBLPROPERTIES t ('a.b')", 'SHOW'],
  ['SHOW USER FUNCTIONS LIKE `x*`', 'SHOW'],
  ['SHOW SCHEMAS IN main', 'SHOW'],
  ['SHOW CATALOGS', 'SHOW'],
  ['SHOW GRANTS `a@b.com` ON SCHEMA main.s', 'SHOW'],
  ['SHOW VOLUMES IN main.s', 'SHOW'],
  ['SHOW VIEWS IN IDENTIFIER(:s)', 'SHOW'],
  ['SHOW GROUPS WITH USER `x`', 'SHOW'],
  ['SHOW ALL IN SHARE s', 'SHOW'],
  ['SHOW EXTERNAL LOCATIONS', 'SHOW'],
  ['DESCRIBE t', 'DESCRIBE'],
  ['DESC TABLE EXTENDED main.s.t', 'DESCRIBE'],
  ['DESCRIBE TABLE EXTENDED t PARTITION (a = 1) c', 'DESCRIBE'],
  ['DESCRIBE TABLE EXTENDED t AS JSON', 'DESCRIBE'],
  ['DESCRIBE HISTORY main.s.t LIMIT 1', 'DESCRIBE'],
  ['DESCRIBE DETAIL t', 'DESCRIBE'],
  ['DESCRIBE FUNCTION EXTENDED upper', 'DESCRIBE'],
  ['DESC FUNCTION !=', 'DESCRIBE'],
  ['DESCRIBE QUERY WITH a AS (SELECT 1) SELECT * FROM a', 'DESCRIBE'],
  ['DESCRIBE SELECT 1', 'DESCRIBE'],
  ['DESCRIBE SCHEMA EXTENDED main.s', 'DESCRIBE'],
  ['DESCRIBE CATALOG main', 'DESCRIBE'],
  ['DESCRIBE VOLUME main.s.v', 'DESCRIBE'],
  ['EXPLAIN SELECT 1', 'EXPLAIN'],
  ['EXPLAIN FORMATTED WITH a AS (SELECT 1) SELECT * FROM a', 'EXPLAIN'],
  ['EXPLAIN COST FROM t', 'EXPLAIN'],
])('%s is a read of class %s, after which its session may not be as new', async (statement, name) => {
  expect(await guard(statement)).toMatchObject({ name, isRead: true, isPlainSelect: false });
});

test('a query of a benchmark passes', async () => {
  const statement = `
    WITH customer_total_return AS (
      SELECT sr_customer_sk AS ctr_customer_sk, sr_store_sk AS ctr_store_sk, sum(sr_return_amt) AS ctr_total_return
      FROM store_returns, date_dim
      WHERE sr_returned_date_sk = d_date_sk AND d_year = 2000 AND d_date BETWEEN CAST('2000-08-01' AS DATE) AND (CAST('2000-08-01' AS DATE) + INTERVAL 30 days)
      GROUP BY sr_customer_sk, sr_store_sk),
    ranked AS (
      SELECT i_category, grouping(i_category) + grouping(i_class) AS lochierarchy,
        rank() OVER (PARTITION BY grouping(i_category) + grouping(i_class), CASE WHEN grouping(i_class) = 0 THEN i_category END ORDER BY sum(ws_net_paid) DESC) AS rank_within_parent
      FROM web_sales, item GROUP BY ROLLUP (i_category, i_class))
    SELECT c_customer_id, count(DISTINCT s_store_id) AS stores, sum(CASE WHEN d_day_name = 'Sunday' THEN sales_price ELSE NULL END) sun_sales
    FROM customer_total_return ctr1 LEFT OUTER JOIN (store JOIN ranked ON true) ON s_store_sk = ctr1.ctr_store_sk, customer
    WHERE ctr1.ctr_total_return > (SELECT avg(ctr_total_return) * 1.2 FROM customer_total_return ctr2 WHERE ctr1.ctr_store_sk = ctr2.ctr_store_sk)
      AND s_state IN ('TN', 'SD') AND NOT EXISTS (SELECT * FROM web_returns wr WHERE wr.a <> ctr1.b) AND substr(ca_zip, 1, 5) LIKE '8%'
    GROUP BY 1 HAVING count(*) >= 1 ORDER BY c_customer_id NULLS FIRST LIMIT 100`;
  expect(await classify(statement)).toMatchObject({ name: 'SELECT', isRead: true, isPlainSelect: true });
});
