"""Magic commands: one function a command in `_MAGICS`; every other is refused by its name."""

import re
import time

from emulator import include, packages
from emulator.errors import NotInEmulator

_COMMAND = re.compile(r"^(%%?)(\w+)[ \t]*(.*)$")


async def _markdown(shell, line, body):
    pass


async def _python(shell, line, body):
    await shell.run_python("\n".join([line, body]) if line else body)


async def _run(shell, line, body):
    if body.strip():
        raise SyntaxError("%run must be in a cell by itself, because it runs the entire notebook inline.")
    await include.run_notebook(shell, line)


async def _sql(shell, line, body):
    from pyspark.sql.sql_cell import run_sql_cell

    run_sql_cell(shell, f"{line}\n{body}")


async def _fs(shell, line, body):
    from emulator.dbutils.fs_command import run_fs_command

    run_fs_command(shell.notebook.dbutils.fs, f"{line}\n{body}".strip())


async def _pip(shell, line, body):
    packages.pip(line)
    if body.strip():
        await shell.run_python(body)


async def _restart_python(shell, line, body):
    shell.reset()


async def _timed(shell, line, body):
    begin = time.perf_counter()
    await shell.run_python(body if body.strip() else line)
    print(f"Wall time: {time.perf_counter() - begin:.3g} s")


async def _without_effect(shell, line, body):
    """What only changes how a notebook looks or reloads modules, of which nothing is seen in a job."""
    if body.strip():
        await shell.run_python(body)


_MAGICS = {
    "md": _markdown,
    "md-sandbox": _markdown,
    "python": _python,
    "run": _run,
    "sql": _sql,
    "fs": _fs,
    "pip": _pip,
    "restart_python": _restart_python,
    "time": _timed,
    "autoreload": _without_effect,
    "load_ext": _without_effect,
    "matplotlib": _without_effect,
    "config": _without_effect,
}

# Commands that make a whole cell theirs; others may stand before Python.
_LANGUAGES = {"md", "md-sandbox", "python", "run", "sql", "fs", "sh", "scala", "r"}
_LINE_MAGICS = {"pip", "restart_python", "autoreload", "load_ext", "matplotlib", "config"}


def is_whole_cell(text):
    """Whether the first line that is no comment is a command that takes the whole cell."""
    command = _COMMAND.match(_first_line(text))
    return command is not None and command.group(2) in _LANGUAGES


async def run_cell_magic(shell, text):
    first = _first_line(text)
    command = _COMMAND.match(first)
    if command is None:
        raise SyntaxError(f"invalid magic command: {first}")
    _, name, line = command.groups()
    body = text[text.index(first) + len(first):].lstrip("\n")
    magic = _MAGICS.get(name)
    if magic is None:
        raise NotInEmulator(f"the magic command %{name}")
    await magic(shell, line.strip(), body)


def run_line_magic(shell, name, line):
    """Runs a magic that stands in the midst of Python, which cannot wait for other cells."""
    if name not in _LINE_MAGICS:
        raise NotInEmulator(f"the magic command %{name} within a cell")
    magic = _MAGICS[name](shell, line, "")
    try:
        magic.send(None)
    except StopIteration:
        return None
    raise NotInEmulator(f"the magic command %{name} within a cell")


def _first_line(text):
    lines = (line.strip() for line in text.split("\n"))
    return next((line for line in lines if line and not line.startswith("#")), "")
