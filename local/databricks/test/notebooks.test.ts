import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER_ID, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notebooks-'));
  workspace = await startEmulatedWorkspace({ dataDir, timeScale: 10, warmNotebooks: true });
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const cells = (...sources: string[]) =>
  `# Databricks notebook source\n${sources.join('\n\n# COMMAND ----------\n\n')}\n`;
let imported = 0;

async function importNotebook(source: string): Promise<string> {
  const path = `/Shared/imported-${imported++}`;
  const { status } = await workspace.post('/api/2.0/workspace/import', {
    path,
    format: 'SOURCE',
    language: 'PYTHON',
    content: Buffer.from(source).toString('base64'),
  });
  expect(status).toBe(200);
  return path;
}

async function run(source: string, parameters: Record<string, string> = {}) {
  const path = await importNotebook(source);
  const runId = await workspace.submit({
    tasks: [
      {
        task_key: 'main',
        existing_cluster_id: CLUSTER_ID,
        notebook_task: { notebook_path: path, base_parameters: parameters },
      },
    ],
  });
  const ended = await workspace.ended(runId);
  return { run: ended, output: await workspace.output(ended.tasks[0].run_id) };
}

describe('a notebook', () => {
  test('returns what dbutils.notebook.exit was given; code after it does not run', async () => {
    const { run: ended, output } = await run(
      cells(
        'x = 1',
        'try:\n    dbutils.notebook.exit(str(x + 1))\nexcept Exception:\n    dbutils.notebook.exit("swallowed")',
        '1 / 0',
      ),
    );
    expect(ended.state.result_state).toBe('SUCCESS');
    expect(output.notebook_output).toEqual({ result: '2' });
    expect(output).not.toHaveProperty('error');
  });

  test('that does not exit has an output without a result, and its print does not come back', async () => {
    const { output } = await run(cells('print("hello")'));
    expect(output.notebook_output).toEqual({});
    expect(output).not.toHaveProperty('logs');
  });

  test('that fails has its error and a coloured trace of its own lines', async () => {
    const { run: ended, output } = await run(cells('a = 1', 'b = 0\nc = a / b\nd = 2'));
    expect(ended.state).toMatchObject({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' });
    expect(output.error).toBe('ZeroDivisionError: division by zero');
    expect(output.error_trace).toContain('Traceback (most recent call last)');
    expect(output.error_trace).toContain('----> 2');
    expect(output.error_trace).toContain('c = a / b');
    expect(output.error_trace).not.toContain('runtime');
    expect(output.notebook_output).toEqual({});
  });

  test('that does not parse, or exits the interpreter, fails', async () => {
    expect((await run(cells('def'))).output.error).toContain('SyntaxError');
    expect((await run(cells('import sys\nsys.exit(3)'))).output.error).toBe('SystemExit: 3');
    expect((await run(cells('class Mine(Exception): pass\nraise Mine("x")'))).output.error).toBe('Mine: x');
  });

  test('that breaks the interpreter fails, and the next one runs', async () => {
    const { run: broken, output } = await run(cells('import os\nos._exit(1)'));
    expect(broken.state.result_state).toBe('FAILED');
    expect(output.error).toBeTypeOf('string');
    expect((await run(cells('input()'))).output.error).toContain('EOFError');
    expect((await run(cells('dbutils.notebook.exit("fine")'))).output.notebook_output.result).toBe('fine');
  });

  test('fails for a missing widget as Databricks words it', async () => {
    const { output } = await run(cells('dbutils.widgets.get("key")'));
    expect(output.error).toBe('com.databricks.dbutils_v1.InputWidgetNotDefined: No input widget named key is defined');
  });

  test('has widgets with defaults, which parameters override', async () => {
    const source = cells(
      'import json',
      'dbutils.widgets.text("a", "default a")\ndbutils.widgets.dropdown("b", "x", ["x", "y"])\ndbutils.widgets.text("c", "gone")',
      'dbutils.widgets.remove("c")\ndbutils.notebook.exit(json.dumps(dbutils.widgets.getAll()))',
    );
    const { output } = await run(source, { b: 'y', extra: '1' });
    expect(JSON.parse(output.notebook_output.result)).toEqual({ a: 'default a', b: 'y', extra: '1' });
  });

  test('starts clean, whatever ran before it', async () => {
    await run(cells('leftover = 1'));
    expect((await run(cells('leftover'))).output.error).toContain("NameError: name 'leftover' is not defined");
  });

  test('may have Markdown, and is refused SQL by an emulator without a warehouse', async () => {
    const { output } = await run(cells('# MAGIC %md\n# MAGIC # Title', 'dbutils.notebook.exit("after markdown")'));
    expect(output.notebook_output.result).toBe('after markdown');
    expect((await run(cells('# MAGIC %sql\n# MAGIC SELECT 1'))).output.error).toContain('without its SQL warehouse');
  });

  test('that does not exist fails the run', async () => {
    const runId = await workspace.submit({
      tasks: [
        { task_key: 'main', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: '/Shared/nowhere' } },
      ],
    });
    const ended = await workspace.ended(runId);
    expect(ended.state).toMatchObject({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' });
    expect(ended.state.state_message).toContain('Unable to access the notebook "/Shared/nowhere"');
    expect(ended.status.termination_details.code).toBe('RESOURCE_NOT_FOUND');
  });

  test('is found in the data folder and in the emulator, never outside', async () => {
    await mkdir(join(dataDir, 'notebooks/Users/me'), { recursive: true });
    await writeFile(join(dataDir, 'notebooks/Users/me/own.py'), cells('dbutils.notebook.exit("own")'));
    await writeFile(join(dataDir, 'outside.py'), cells('dbutils.notebook.exit("outside")'));
    const result = async (path: string) => {
      const runId = await workspace.submit({
        tasks: [{ task_key: 'main', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: path } }],
      });
      const ended = await workspace.ended(runId);
      return (await workspace.output(ended.tasks[0].run_id)).notebook_output?.result;
    };
    expect(await result('/Users/me/own')).toBe('own');
    expect(await result('/Workspace/Users/me/own.py')).toBe('own');
    expect(await result('/../outside')).toBeUndefined();
  });

  test('hands values to later tasks', async () => {
    const setter = await importNotebook(cells('dbutils.jobs.taskValues.set("n", 42)'));
    const getter = await importNotebook(
      cells(
        'dbutils.notebook.exit(str(dbutils.jobs.taskValues.get("set", "n")) + dbutils.widgets.get("by_reference"))',
      ),
    );
    const runId = await workspace.submit({
      tasks: [
        { task_key: 'set', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: setter } },
        {
          task_key: 'get',
          depends_on: [{ task_key: 'set' }],
          existing_cluster_id: CLUSTER_ID,
          notebook_task: { notebook_path: getter, base_parameters: { by_reference: '/{{tasks.set.values.n}}' } },
        },
      ],
    });
    const ended = await workspace.ended(runId);
    expect((await workspace.output(ended.tasks[1].run_id)).notebook_output.result).toBe('42/42');
  });
});

describe('a sleeping or endless notebook', () => {
  const sleepy = (source: string, more: object) => async () => {
    const path = await importNotebook(source);
    return workspace.submit({
      tasks: [{ task_key: 'main', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: path } }],
      ...more,
    });
  };

  test.for([
    ['sleeping', cells('import time\ntime.sleep(300)')],
    ['endless', cells('while True: pass')],
  ] as const)('%s ends at its time limit', async ([, source]) => {
    const run = await workspace.ended(await sleepy(source, { timeout_seconds: 10 })());
    expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'TIMEDOUT' });
  });

  test('stops when it is cancelled, and does not hold up others', async () => {
    const runId = await sleepy(cells('import time\ntime.sleep(6000)'), {})();
    await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    const { output } = await run(cells('dbutils.notebook.exit("meanwhile")'));
    expect(output.notebook_output.result).toBe('meanwhile');
    await workspace.post('jobs/runs/cancel', { run_id: runId });
    expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
  });
});

test('sleeps in emulated time', async () => {
  const { run: ended } = await run(cells('import time\ntime.sleep(15)'));
  expect(ended.tasks[0].state.result_state).toBe('SUCCESS');
  expect(ended.tasks[0].execution_duration).toBeGreaterThan(12_000);
  expect(ended.tasks[0].execution_duration).toBeLessThan(3_600_000);
});

describe('a Python file', () => {
  const runFile = async (source: string, parameters: string[]) => {
    const path = await importNotebook(source);
    const runId = await workspace.submit({
      tasks: [
        {
          task_key: 'main',
          existing_cluster_id: CLUSTER_ID,
          spark_python_task: { python_file: `${path}.py`, parameters },
        },
      ],
    });
    const ended = await workspace.ended(runId);
    return { run: ended, output: await workspace.output(ended.tasks[0].run_id) };
  };

  test('returns what it printed as logs', async () => {
    const { run: ended, output } = await runFile('import sys\nprint(sys.argv[1:])\nprint("e", file=sys.stderr)', [
      'a',
      'b',
    ]);
    expect(ended.state.result_state).toBe('SUCCESS');
    expect(output.logs).toBe("['a', 'b']\ne\n");
    expect(output).not.toHaveProperty('notebook_output');
  });

  test('returns the last 5 MB of its logs', async () => {
    const { output } = await runFile('print("x" * (6 * 1024 * 1024))\nprint("the end")', []);
    expect(output.logs_truncated).toBe(true);
    expect(Buffer.byteLength(output.logs)).toBe(5 * 1024 * 1024);
    expect(output.logs.endsWith('the end\n')).toBe(true);
  });

  test('fails with its error beside the logs', async () => {
    const { output } = await runFile('print("before")\nraise ValueError("bad")', []);
    expect(output).toMatchObject({ error: 'ValueError: bad', logs: 'before\n' });
  });
});
