"""`%run`: another notebook's cells in the namespace of this one."""

import posixpath
import re
import shlex

from emulator import host
from emulator.errors import NotInEmulator

_MAX_DEPTH = 20
_PARAMETER = re.compile(r"^\$(\w+)=(.*)$", re.DOTALL)


def absolute_path(path, notebook):
    """A path as written in a notebook: relative to the notebook's folder unless it begins with `/`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(notebook), path))


async def run_notebook(shell, line):
    """Runs the cells of `PATH $name="value" …`."""
    path, parameters = _parsed(line)
    notebook = shell.notebook
    target = absolute_path(path, notebook.path)
    if len(notebook.included) >= _MAX_DEPTH:
        raise NotInEmulator(f"notebooks that include one another more than {_MAX_DEPTH} deep (%run {path})")
    cells = host.call("notebook.source", path=target)
    if cells is None:
        raise FileNotFoundError(
            f"Notebook not found: {target}. Notebooks can be specified via a relative path (./Notebook or "
            "../folder/Notebook) or via an absolute path (/Abs/Path/to/Notebook)."
        )
    notebook.dbutils.widgets.override(parameters)
    notebook.included.append(target)
    try:
        await shell.run_cells(cells)
    finally:
        notebook.included.pop()


def _parsed(line):
    words = shlex.split(line)
    if not words:
        raise SyntaxError("%run needs the path of a notebook.")
    path, *rest = words
    parameters = {}
    for word in rest:
        parameter = _PARAMETER.match(word)
        if parameter is None:
            raise SyntaxError(f'%run takes parameters as $name="value", not {word}')
        parameters[parameter.group(1)] = parameter.group(2)
    return path, parameters
