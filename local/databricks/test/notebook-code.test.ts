import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER_ID, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

// Notebooks as users write them: the cells of tutorials.

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 10, warmNotebooks: true, sqlWarehouse: true });
  await workspace.post('/api/2.0/secrets/scopes/create', { scope: 'etl' });
  await workspace.post('/api/2.0/secrets/put', { scope: 'etl', key: 'password', string_value: 'hunter2-hunter2' });
  await importFile('/Shared/beside.py', 'x = 1');
  await workspace.post('/api/2.0/workspace/mkdirs', { path: '/Shared/lib.d' });
  await importFile('/Shared/lib.d/apart.py', 'y = 2');
  await importSource('/Shared/common', notebook(SHARED));
  await importSource('/Shared/child', notebook(CHILD));
});
afterAll(() => workspace[Symbol.asyncDispose]());

const notebook = (...cells: string[]) =>
  `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`;
const magic = (text: string) => text.replaceAll(/^/gm, '# MAGIC ');

const SHARED = `dbutils.widgets.text("table", "none")
table = dbutils.widgets.get("table")

class Money:
    def __init__(self, amount):
        self.amount = amount`;

const CHILD = `import time
n = int(dbutils.widgets.get("n"))
if n < 0:
    raise ValueError("negative")
if n > 100:
    time.sleep(n)
if n == 7:
    n = dbutils.notebook.run("child", 0, {"n": 8})
dbutils.notebook.exit(n)`;

async function importSource(path: string, source: string, format = 'SOURCE'): Promise<void> {
  const content = Buffer.from(source).toString('base64');
  const { status } = await workspace.post('/api/2.0/workspace/import', { path, format, language: 'PYTHON', content });
  expect(status).toBe(200);
}

async function importFile(path: string, text: string): Promise<void> {
  const content = Buffer.from(text).toString('base64');
  const { status } = await workspace.post('/api/2.0/workspace/import', { path, format: 'AUTO', content });
  expect(status).toBe(200);
}

let imported = 0;
async function outputOf(source: string, format?: string) {
  const path = `/Shared/code-${imported++}`;
  await importSource(path, source, format);
  const task = { task_key: 'main', existing_cluster_id: CLUSTER_ID };
  const runId = await workspace.submit({
    tasks: [{ ...task, notebook_task: { notebook_path: path, base_parameters: { env: 'dev' } } }],
  });
  const { tasks } = await workspace.ended(runId);
  return workspace.output(tasks[0].run_id);
}

/** The exit value of a notebook of these cells, whose last is an expression. */
async function valueOf(...cells: string[]): Promise<unknown> {
  const last = cells.pop();
  const exit = `import json\ndbutils.notebook.exit(json.dumps(${last}, default=str))`;
  const { error_trace: trace, notebook_output: output } = await outputOf(notebook(...cells, exit));
  expect(trace).toBeUndefined();
  return JSON.parse(output.result);
}

/** The error that a notebook of these cells ends with. */
const errorOf = async (...cells: string[]): Promise<string> => (await outputOf(notebook(...cells))).error;

describe('a cell', () => {
  test.for([
    ['awaits at its top level', ['import asyncio\nawait asyncio.sleep(1)\nx = await asyncio.sleep(1, 5)'], 'x', 5],
    ['leaves the value of its last expression in _', ['40 + 2', 'x = 1'], '_', 42],
    ['keeps `from __future__` for later cells', ['from __future__ import annotations', 'def f(a: nope): pass'], '1', 1],
    [
      'keeps a DBTITLE line within a text',
      ['# DBTITLE 1,Title\nt = """\n# DBTITLE 1,x\n"""'],
      't',
      '\n# DBTITLE 1,x\n',
    ],
    ['keeps a % line within a text', ['%autoreload 2\nt = """\n%sql\n"""'], 't', '\n%sql\n'],
    [
      'defines classes that can be pickled',
      ['class P:\n    x = 1\nimport pickle\np = pickle.loads(pickle.dumps(P()))'],
      '[p.x, P.__module__]',
      [1, '__main__'],
    ],
    [
      'imports files of the workspace',
      ['import sys\nsys.path.append("/Workspace/Shared/lib.d")', 'from beside import x\nfrom apart import y'],
      '[x, y]',
      [1, 2],
    ],
    [
      'knows its own path',
      ['p = dbutils.notebook.entry_point.getDbutils().notebook().getContext().notebookPath().get()'],
      'p.startswith("/Shared/code-")',
      true,
    ],
    ['starts anew after %restart_python', ['a = 1', magic('%restart_python')], '"a" in globals()', false],
    ['is %md and is not run', [magic('%md\n1 / 0')], '1', 1],
    ['is %python', [magic('%python\na = 3')], 'a', 3],
  ] as const)('%s', async ([, cells, last, expected]) => {
    expect(await valueOf(...cells, last)).toEqual(expected);
  });

  test('fails with a trace that names the cell, the line, the function and the cause', async () => {
    const coloured = (
      await outputOf(
        notebook(
          'def f(x):\n    return 1 / x',
          'try:\n    f(0)\nexcept ZeroDivisionError as e:\n    raise RuntimeError("load") from e',
        ),
      )
    ).error_trace;
    const trace = stripVTControlCharacters(coloured);
    expect(trace).toContain('File <command-2>, line 2\n');
    expect(trace).toContain('File <command-1>, line 2, in f\n');
    expect(trace).toContain('The above exception was the direct cause of the following exception:');
    expect(trace.trim().split('\n').at(-1)).toBe('RuntimeError: load');
    expect(trace).not.toMatch(/asyncio|\/lib\//);
  });

  test.for([
    ['%scala', magic('%scala\nval x = 1')],
    ['%sh', magic('%sh ls')],
    ['%r', magic('%r\nx <- 1')],
    ['the package faker', '%pip install faker==1.0'],
    ['the package pandas', 'import pandas as pd'],
    ['a shell (!ls)', '!ls -l'],
    ['threads', 'from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(2).submit(print)'],
    ['processes', 'import subprocess\nsubprocess.run(["ls"])'],
    ['a network', 'import urllib.request\nurllib.request.urlopen("https://example.com")'],
    ['sc.parallelize', 'sc.parallelize([1])'],
    ['dbutils.credentials', 'dbutils.credentials.assumeRole("x")'],
    ['DataFrame.rdd', 'spark.range(1).rdd'],
    ['pyspark.sql.functions.filter', 'from pyspark.sql.functions import *\nfilter("a", lambda x: x)'],
    ['pyspark.sql.functions.udf', 'from pyspark.sql import functions as F\nF.udf(lambda x: x)'],
    ['spark.read.csv', 'spark.read.csv("/x")'],
    ['spark.readStream', 'spark.readStream.table("x")'],
    ['spark.sql.ansi.enabled', 'spark.conf.set("spark.sql.ansi.enabled", False)'],
    ['abfss: paths', 'dbutils.fs.ls("abfss://a@b.dfs.core.windows.net/")'],
  ])('is refused by the emulator, which names what it has not: %s', async ([what = '', cell = '']) => {
    const error = await errorOf(cell);
    expect(error).toContain('The local Databricks emulator does not have');
    expect(error).toContain(what);
  });
});

describe('%run', () => {
  test('shares the namespace and takes parameters; a class of it can be pickled', async () => {
    const cells = [magic('%run ./common $table="orders"'), 'import pickle\nm = pickle.loads(pickle.dumps(Money(3)))'];
    expect(await valueOf(...cells, '[table, m.amount]')).toEqual(['orders', 3]);
  });

  test('fails for what is not there, and for notebooks that include one another without end', async () => {
    expect(await errorOf(magic('%run /Shared/nowhere'))).toContain('Notebook not found: /Shared/nowhere');
    await importSource('/Shared/endless', notebook(magic('%run ./endless')));
    expect(await errorOf(magic('%run ./endless'))).toContain('include one another');
  });
});

describe('dbutils', () => {
  test('has the four widgets, whose parameters win, and says which one is not defined', async () => {
    const cells = [
      'dbutils.widgets.dropdown("env", "prod", ["dev", "prod"])\ndbutils.widgets.multiselect("r", "eu", ["eu", "us"])',
      'dbutils.widgets.combobox("c", "1", ["1"])\ntry:\n    dbutils.widgets.get("nope")\nexcept Exception as e:\n    error = str(e)',
    ];
    expect(await valueOf(...cells, '[dbutils.widgets.getAll(), "InputWidgetNotDefined" in error]')).toEqual([
      { env: 'dev', r: 'eu', c: '1' },
      true,
    ]);
  });

  test('runs notebooks, each in a session of its own, and returns what they exit with', async () => {
    const cells = [
      'n = 1\nresults = [dbutils.notebook.run("./child", 600, {"n": i}) for i in (2, 7)]',
      'try:\n    dbutils.notebook.run("/Shared/child", 0, {"n": -1})\nexcept Exception as e:\n    failed = str(e)',
      'try:\n    dbutils.notebook.run("child", 5, {"n": "600"})\nexcept Exception as e:\n    late = str(e)',
    ];
    const [results, n, failed, late] = (await valueOf(...cells, '[results, n, failed, late]')) as unknown[];
    expect(results).toEqual(['2', '8']);
    expect(n).toBe(1);
    expect(failed).toContain('com.databricks.WorkflowException: com.databricks.NotebookExecutionException: FAILED');
    expect(failed).toContain('ValueError: negative');
    expect(late).toContain('TIMEDOUT');
  });

  test('has secrets, which no output shows', async () => {
    const cells = ['password = dbutils.secrets.get(scope="etl", key="password")\nlength = len(password)'];
    const last =
      '[password, length, [k.key for k in dbutils.secrets.list("etl")], [s.name for s in dbutils.secrets.listScopes()]]';
    expect(await valueOf(...cells, last)).toEqual(['[REDACTED]', 15, ['password'], ['etl']]);
    expect(await errorOf('raise ValueError(dbutils.secrets.get("etl", "password"))')).toBe('ValueError: [REDACTED]');
    expect(await errorOf('dbutils.secrets.get("etl", "none")')).toContain(
      'Secret does not exist with scope: etl and key: none',
    );
  });

  test('has files in dbfs:/ and /Volumes, which Python opens as well', async () => {
    const cells = [
      'dbutils.fs.put("dbfs:/etl/in/a.csv", "id\\n1\\n", True)\nwith open("/dbfs/etl/in/a.csv") as f:\n    text = f.read()',
      'dbutils.fs.cp("/etl/in/a.csv", "/Volumes/main/default/v/b.csv")\ndbutils.fs.mkdirs("/etl/out")\ndbutils.fs.mv("/etl/in/a.csv", "/etl/out")',
      'listed = [(f.path, f.name, f.size, f.isDir()) for f in dbutils.fs.ls("dbfs:/etl")]',
      'try:\n    dbutils.fs.ls("/etl/in/a.csv")\nexcept Exception as e:\n    missing = "java.io.FileNotFoundException" in str(e)',
      'head = dbutils.fs.head("/Volumes/main/default/v/b.csv", 2)\ngone = dbutils.fs.rm("/etl", True)',
    ];
    expect(await valueOf(...cells, '[text, listed, missing, head, gone, dbutils.fs.rm("/etl", True)]')).toEqual([
      'id\n1\n',
      [
        ['dbfs:/etl/in/', 'in/', 0, true],
        ['dbfs:/etl/out/', 'out/', 0, true],
      ],
      true,
      'id',
      true,
      false,
    ]);
  });
});

describe('spark', () => {
  test('brings rows from bronze to silver to gold, where the SQL warehouse finds them', async () => {
    const cells = [
      'from decimal import Decimal\nfrom datetime import datetime\nfrom pyspark.sql import functions as F, Window\nfrom pyspark.sql.types import *',
      `schema = StructType([StructField("id", IntegerType(), False), StructField("customer", StringType()),
    StructField("amount", DecimalType(10, 2)), StructField("at", TimestampType())])
rows = [(1, "ann", Decimal("10.50"), datetime(2024, 1, 1)), (2, "bob", Decimal("20.00"), datetime(2024, 1, 2)),
    (2, "bob", Decimal("21.00"), datetime(2024, 1, 3)), (3, None, Decimal("1.00"), None)]
spark.createDataFrame(rows, schema).write.mode("overwrite").saveAsTable("bronze")`,
      `latest = Window.partitionBy("id").orderBy(F.col("at").desc())
silver = (spark.read.table("bronze").withColumn("n", F.row_number().over(latest)).filter(F.col("n") == 1).drop("n")
    .where("customer IS NOT NULL").withColumn("size", F.when(F.col("amount") > 15, "big").otherwise("small")))
silver.write.mode("overwrite").saveAsTable("silver")
silver.createOrReplaceTempView("latest")`,
      magic(
        '%sql\nCREATE OR REPLACE TABLE gold AS SELECT size, sum(amount) AS total FROM latest GROUP BY size;\nSELECT * FROM gold ORDER BY size',
      ),
      'display(_sqldf)',
    ];
    expect(await valueOf(...cells, '[r.asDict() for r in _sqldf.collect()]')).toEqual([
      { size: 'big', total: '21.00' },
      { size: 'small', total: '10.50' },
    ]);
    const { body } = await workspace.post('/api/2.0/sql/statements', {
      warehouse_id: '0123456789abcdef',
      statement: 'SELECT id, customer FROM silver ORDER BY id',
    });
    expect(body.result.data_array).toEqual([
      ['1', 'ann'],
      ['2', 'bob'],
    ]);
  });

  const people =
    'from pyspark.sql import functions as F, Row\na = spark.createDataFrame([Row(id=1, name="x"), Row(id=2, name="y")])\nb = spark.createDataFrame([(1, "p"), (3, "q")], "id int, other string")';
  const join = (expression: string) => `[list(r) for r in ${expression}.orderBy("id").collect()]`;

  test.for([
    ['joins on a name', join('a.join(b, "id")'), [[1, 'x', 'p']]],
    [
      'joins on a name, left',
      join('a.join(b, ["id"], "left")'),
      [
        [1, 'x', 'p'],
        [2, 'y', null],
      ],
    ],
    [
      'joins on a name, full',
      join('a.join(b, "id", "full")'),
      [
        [1, 'x', 'p'],
        [2, 'y', null],
        [3, null, 'q'],
      ],
    ],
    ['joins on columns of each', join('a.join(b, a.id == b.id).select(a.id, "other")'), [[1, 'p']]],
    [
      'joins aliases',
      join(
        'a.alias("l").join(b.alias("r"), F.col("l.id") == F.col("r.id"), "left").where("r.id IS NULL").select("l.*")',
      ),
      [[2, 'y']],
    ],
    ['has semi and anti joins', join('a.join(b, "id", "left_anti")'), [[2, 'y']]],
    [
      'keeps both columns of one name apart',
      '[a.join(b, a.id == b.id).columns, a.join(b, a.id == b.id).drop(b.id).columns]',
      [
        ['id', 'name', 'id', 'other'],
        ['id', 'name', 'other'],
      ],
    ],
    [
      'groups',
      '[r.asDict() for r in a.union(a).groupBy("name").agg(F.count("*").alias("n"), F.max("id")).orderBy("name").collect()]',
      [
        { name: 'x', n: 2, 'max(id)': 1 },
        { name: 'y', n: 2, 'max(id)': 2 },
      ],
    ],
    [
      'counts distinct rows',
      '[a.union(a).count(), a.union(a).distinct().count(), a.dropDuplicates(["name"]).count()]',
      [4, 2, 2],
    ],
    [
      'renames and selects',
      '[a.withColumnRenamed("name", "n").columns, a.toDF("p", "q").columns, a.selectExpr("id + 1 AS next").columns]',
      [['id', 'n'], ['p', 'q'], ['next']],
    ],
    [
      'takes the first rows',
      '[a.orderBy(F.desc("id")).first().name, len(a.take(1)), a.limit(1).count(), a.isEmpty()]',
      ['y', 1, 1, false],
    ],
    [
      'binds values by name and by place',
      '[spark.sql("SELECT :a AS a", {"a": "it\'s"}).first().a, spark.sql("SELECT ? + ? AS s", [1, 2]).first()["s"]]',
      ["it's", 3],
    ],
    [
      'has the types of Python',
      "[repr(v) for v in spark.sql(\"SELECT array(1, 2), map('k', CAST(1.5 AS DECIMAL(2,1))), named_struct('a', 1), DATE'2024-01-02', CAST(NULL AS INT)\").first()]",
      ['[1, 2]', "{'k': Decimal('1.5')}", 'Row(a=1)', 'datetime.date(2024, 1, 2)', 'None'],
    ],
    [
      'keeps two columns of one name',
      '[spark.sql("SELECT 1 AS a, 2 AS a").columns, list(spark.sql("SELECT 1 AS a, 2 AS a").collect()[0])]',
      [
        ['a', 'a'],
        [1, 2],
      ],
    ],
    [
      'names columns as Spark does',
      'a.select(F.lit(True), F.lit(1.5), F.col("id").cast("string"), F.struct("id", F.lit(1).alias("one")).alias("s")).select("*", "s.one").columns',
      ['true', '1.5', 'id', 's', 'one'],
    ],
    ['has one version', '[spark.version, __import__("pyspark").__version__]', ['3.5.2', '3.5.2']],
    [
      'asks the catalog',
      '[spark.catalog.tableExists("diamonds"), spark.catalog.tableExists("nope"), spark.sql("SHOW TABLES").filter("tableName = \'diamonds\'").count()]',
      [true, false, 1],
    ],
  ] as const)('%s', async ([, last, expected]) => {
    expect(await valueOf(people, last)).toEqual(expected);
  });

  test('keeps what a temporary view meant when a query named it', async () => {
    const cells = [
      'spark.range(4).createOrReplaceTempView("v")\nold = spark.sql("SELECT * FROM v")',
      'spark.table("v").filter("id > 1").createOrReplaceTempView("v")\nnew = spark.sql("WITH q AS (SELECT * FROM v) SELECT * FROM q")',
    ];
    expect(
      await valueOf(...cells, '[old.count(), new.count(), spark.sql("SELECT count(*) AS n FROM v").first().n]'),
    ).toEqual([4, 2, 2]);
  });

  test('writes in the mode that was asked for', async () => {
    const cells = [
      'df = spark.createDataFrame([(1, "a")], ["id", "t"])\ndf.write.saveAsTable("modes")\ndf.write.mode("append").saveAsTable("modes")\ndf.write.insertInto("modes")\nn = spark.table("modes").count()',
      'from pyspark.errors import AnalysisException\nerrors = []\nfor write in (lambda: df.write.saveAsTable("modes"), lambda: df.toDF("x", "t").write.mode("append").saveAsTable("modes"), lambda: df.select("id").write.mode("overwrite").saveAsTable("modes")):\n    try:\n        write()\n    except AnalysisException as e:\n        errors.append(e.getErrorClass())',
      'df.select("id").write.mode("overwrite").option("overwriteSchema", "true").saveAsTable("modes")',
    ];
    expect(await valueOf(...cells, '[n, errors, spark.table("modes").columns]')).toEqual([
      3,
      ['TABLE_OR_VIEW_ALREADY_EXISTS', '_LEGACY_ERROR_TEMP_DELTA_0007', '_LEGACY_ERROR_TEMP_DELTA_0007'],
      ['id'],
    ]);
  });

  test('fails where the mistake is, under the names of PySpark', async () => {
    expect(await errorOf('spark.table("nope")\nprint("not reached")')).toMatch(
      /^AnalysisException: \[TABLE_OR_VIEW_NOT_FOUND\]/,
    );
    expect(await errorOf('spark.range(1).select("nope")')).toMatch(/^AnalysisException: \[UNRESOLVED_COLUMN/);
    expect(await errorOf('spark.range(1).nope')).toBe(
      'PySparkAttributeError: [ATTRIBUTE_NOT_SUPPORTED] Attribute `nope` is not supported.',
    );
  });
});

test('a Jupyter notebook runs in the same way', async () => {
  const cell = (source: string) => ({ cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source });
  const cells = [cell('%sql\nSELECT 41 AS n'), cell('_sqldf.first().n + 1'), cell('dbutils.notebook.exit(str(_))')];
  const output = await outputOf(JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 0 }), 'JUPYTER');
  expect(output.notebook_output).toEqual({ result: '42' });
});

test('a Python file has the session of Spark, event loops of its own, and what it shows in its logs', async () => {
  await importFile(
    '/Shared/job.py',
    `import asyncio
from pyspark.sql import SparkSession

async def main():
    await asyncio.sleep(1)
    SparkSession.builder.appName("job").getOrCreate().range(2).show()

asyncio.run(main())`,
  );
  const task = { task_key: 'main', existing_cluster_id: CLUSTER_ID };
  const runId = await workspace.submit({ tasks: [{ ...task, spark_python_task: { python_file: '/Shared/job.py' } }] });
  const { tasks } = await workspace.ended(runId);
  expect((await workspace.output(tasks[0].run_id)).logs).toBe(`+---+
| id|
+---+
|  0|
|  1|
+---+

`);
});

test('a run that is cancelled takes the notebooks with it that it runs', async () => {
  const path = '/Shared/parent';
  await importSource(path, notebook('dbutils.notebook.run("child", 0, {"n": 1000000})'));
  const task = { task_key: 'main', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: path } };
  const runId = await workspace.submit({ tasks: [task] });
  await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
  await workspace.post('jobs/runs/cancel', { run_id: runId });
  expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
  expect(await valueOf('1')).toBe(1);
});
