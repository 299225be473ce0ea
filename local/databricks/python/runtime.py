"""Runs one notebook or Python file inside Pyodide, with as much of `dbutils` as needs no cluster."""

import builtins
import json
import linecache
import sys
import time
import traceback


class NotebookExit(BaseException):
    """Not an Exception, so that `except Exception` around an exit does not swallow it."""


class InputWidgetNotDefined(Exception):
    """Raised under the name that it has in Databricks."""


class NotSupported(Exception):
    """What a workspace can do and this emulator cannot."""


InputWidgetNotDefined.__module__ = "com.databricks.dbutils_v1"
_QUALIFIED = (InputWidgetNotDefined,)


class _Widgets:
    def __init__(self, parameters):
        self._given = dict(parameters)
        self._defined = dict(parameters)

    def get(self, name):
        if name not in self._defined:
            raise InputWidgetNotDefined(f"No input widget named {name} is defined")
        return self._defined[name]

    def getArgument(self, name, defaultValue=None):
        return self._defined.get(name, defaultValue)

    def getAll(self):
        return dict(self._defined)

    def text(self, name, defaultValue="", label=None):
        self._defined.setdefault(name, self._given.get(name, str(defaultValue)))

    def dropdown(self, name, defaultValue="", choices=(), label=None):
        self.text(name, defaultValue, label)

    combobox = dropdown
    multiselect = dropdown

    def remove(self, name):
        if name not in self._defined:
            raise InputWidgetNotDefined(f"No input widget named {name} is defined")
        del self._defined[name]

    def removeAll(self):
        self._defined.clear()


class _Notebook:
    def exit(self, value=""):
        raise NotebookExit(str(value))

    def run(self, path, timeout_seconds=0, arguments=None):
        raise NotSupported("dbutils.notebook.run is not available in the emulator; use a task with depends_on.")


class _TaskValues:
    def __init__(self, upstream):
        self._upstream = upstream
        self.own = {}

    def set(self, key, value):
        json.dumps(value)
        self.own[key] = value

    def get(self, taskKey, key, default=None, debugValue=None):
        values = self._upstream.get(taskKey, {})
        if key in values:
            return values[key]
        if default is None:
            raise ValueError(f"No task value with key {key} was set by task {taskKey}.")
        return default


class _Jobs:
    def __init__(self, upstream):
        self.taskValues = _TaskValues(upstream)


class DBUtils:
    def __init__(self, parameters, task_values):
        self.widgets = _Widgets(parameters)
        self.notebook = _Notebook()
        self.jobs = _Jobs(task_values)

    def __getattr__(self, name):
        raise NotSupported(f"dbutils.{name} is not available in the emulator.")


class _Tail:
    """A text stream that keeps the last `limit` characters written."""

    def __init__(self, limit):
        self._limit = limit
        self._parts = []
        self._size = 0
        self.truncated = False

    def write(self, text):
        self._parts.append(text)
        self._size += len(text)
        if self._size > 2 * self._limit:
            self._parts = [self.text()]
            self._size = len(self._parts[0])
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False

    def text(self):
        joined = "".join(self._parts)
        if len(joined) > self._limit:
            self.truncated = True
            joined = joined[-self._limit:]
        return joined


def _describe(error):
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}" if kind in _QUALIFIED else kind.__name__
    text = str(error)
    return name, f"{name}: {text}" if text else name


def _trace(error, sources):
    """A traceback coloured as notebooks show them: the frames of the notebook's own code, with lines around each."""
    name, message = _describe(error)
    red, green, blue, reset = "\x1b[0;31m", "\x1b[0;32m", "\x1b[0;36m", "\x1b[0m"
    lines = [f"{red}{'-' * 75}{reset}", f"{red}{name}{reset}{' Traceback (most recent call last)'.rjust(75 - len(name))}"]
    for frame in traceback.extract_tb(error.__traceback__):
        source = sources.get(frame.filename)
        if source is None:
            if not frame.filename.startswith("<runtime>"):
                lines.append(f"File {green}{frame.filename}:{frame.lineno}{reset}, in {blue}{frame.name}{reset}")
            continue
        lines.append(f"File {green}{frame.filename}, line {frame.lineno}{reset}")
        for number in range(max(1, frame.lineno - 2), min(len(source), frame.lineno + 2) + 1):
            arrow = f"{green}----> {number}{reset}" if number == frame.lineno else f"{number:>7}"
            lines.append(f"{arrow} {source[number - 1]}")
    if isinstance(error, SyntaxError) and error.filename in sources:
        lines.append(f"  File {green}{error.filename}, line {error.lineno}{reset}")
        lines.append(f"    {(error.text or '').rstrip()}")
        lines.append(" " * (3 + (error.offset or 1)) + "^")
    lines.append(f"\n{red}{name}{reset}{message[len(name):]}")
    return "\n".join(lines)


def _install_sleep(sleep):
    def interruptible(seconds):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        sleep(float(seconds))

    time.sleep = interruptible


def run(request_json, sleep):
    """Runs a request (see worker.ts) and returns its outcome as JSON."""
    request = json.loads(request_json)
    _install_sleep(sleep)
    dbutils = DBUtils(request["parameters"], request["taskValues"])
    namespace = {"__name__": "__main__", "__builtins__": builtins}
    if request["kind"] == "notebook":
        namespace.update(
            dbutils=dbutils, getArgument=dbutils.widgets.getArgument, display=lambda *_, **__: None, displayHTML=lambda *_: None
        )
    stream = _Tail(request["maxLogCharacters"])
    kept = sys.stdout, sys.stderr, sys.argv
    sys.stdout = sys.stderr = stream
    sys.argv = [request["name"], *request["arguments"]]
    sources = {}
    outcome = {}
    try:
        for number, cell in enumerate(request["cells"], 1):
            filename = f"<command-{number}>" if request["kind"] == "notebook" else request["name"]
            sources[filename] = cell.splitlines()
            linecache.cache[filename] = (len(cell), None, cell.splitlines(True), filename)
            exec(compile(cell, filename, "exec"), namespace)
    except NotebookExit as exit:
        outcome["result"] = str(exit)
    except SystemExit as exit:
        if request["kind"] == "notebook" or exit.code not in (None, 0):
            outcome["error"], outcome["errorTrace"] = _describe(exit)[1], _trace(exit, sources)
    except BaseException as error:
        outcome["error"], outcome["errorTrace"] = _describe(error)[1], _trace(error, sources)
    finally:
        sys.stdout, sys.stderr, sys.argv = kept
    outcome["taskValues"] = dbutils.jobs.taskValues.own
    outcome["logs"] = stream.text()
    outcome["logsTruncated"] = stream.truncated
    return json.dumps(outcome)
