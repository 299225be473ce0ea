"""Runs one notebook or Python file (see `worker.ts`)."""

import asyncio
import builtins
import json
import posixpath
import random
import sys
import time
import types

from emulator import host, limits, packages, spark
from emulator.cells import Shell
from emulator.dbutils import DBUtils
from emulator.display import display, display_html, show_value
from emulator.errors import NotebookExit, Refused, describe
from emulator.loop import EmulatedLoop, EmulatedLoopPolicy
from emulator.output import Tail
from emulator.trace import Sources, trace

limits.install()
packages.install()


class Notebook:
    """What runs: its path, changed by `%run` while another notebook's cells run, and what it may use."""

    def __init__(self, request):
        self.included = [request["name"]]
        self.dbutils = DBUtils(self, request["parameters"], request["taskValues"])

    @property
    def path(self):
        return self.included[-1]

    @property
    def is_included(self):
        return len(self.included) > 1


def run(request_json, call, sleep):
    """Runs a request and returns its outcome as JSON."""
    request = json.loads(request_json)
    host.connect(call)
    _install_sleep(sleep)
    _install_loops(sleep, request["timeScale"])
    spark.begin()
    sources = Sources()
    stream = Tail(request["maxLogCharacters"])
    kept = sys.stdout, sys.stderr, sys.argv
    sys.stdout = sys.stderr = stream
    sys.argv = [request["name"], *request["arguments"]]
    notebook = Notebook(request)
    outcome = {}
    try:
        _execute(request, notebook, sources, sleep)
    except NotebookExit as exit:
        outcome["result"] = str(exit)
    except SystemExit as exit:
        if request["kind"] == "notebook" or exit.code not in (None, 0):
            outcome["error"], outcome["errorTrace"] = describe(exit)[1], trace(exit, sources)
    except BaseException as error:
        outcome["error"], outcome["errorTrace"] = describe(error)[1], trace(error, sources)
    finally:
        sys.stdout, sys.stderr, sys.argv = kept
    outcome["taskValues"] = notebook.dbutils.jobs.taskValues.own
    outcome["logs"] = stream.text()
    outcome["logsTruncated"] = stream.truncated
    sources.forget()
    return json.dumps(outcome)


def _execute(request, notebook, sources, sleep):
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    namespace = vars(main)
    namespace["__builtins__"] = builtins
    sys.path.insert(0, packages.workspace_path(posixpath.dirname(request["name"])))
    spark.dbutils = notebook.dbutils
    if request["kind"] == "file":
        [text] = request["cells"]
        namespace["__file__"] = request["name"]
        sources.add(request["name"], text)
        exec(compile(text, request["name"], "exec", dont_inherit=True), namespace)
        return
    namespace.update(_globals_of_notebooks(notebook.dbutils))
    shell = Shell(notebook, namespace, sources, show_value)
    # As in IPython, every cell runs within a running event loop.
    loop = EmulatedLoop(sleep, request["timeScale"])
    try:
        loop.run_until_complete(shell.run_cells(request["cells"]))
    finally:
        loop.close()


def _globals_of_notebooks(dbutils):
    session = spark.session()
    return {
        "spark": session,
        "sql": session.sql,
        "table": session.table,
        "sc": Refused("sc"),
        "sqlContext": Refused("sqlContext"),
        "dbutils": dbutils,
        "getArgument": dbutils.widgets.getArgument,
        "display": display,
        "displayHTML": display_html,
    }


def _install_loops(sleep, time_scale):
    # Pyodide's own loop is that of JavaScript, which stands still while Python runs.
    asyncio._set_running_loop(None)
    asyncio.events._set_event_loop_policy(EmulatedLoopPolicy(sleep, time_scale))


def _install_sleep(sleep):
    def interruptible(seconds):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        sleep(float(seconds))

    time.sleep = interruptible
