"""`dbutils.notebook`."""

from emulator import host, include
from emulator.dbutils.utility import Utility
from emulator.errors import NotebookExit, NotInEmulator


class _Some:
    """A value as Scala's `Option` gives it."""

    def __init__(self, value):
        self._value = value

    def get(self):
        return self._value


class _Context(Utility):
    """`dbutils.notebook.entry_point.getDbutils().notebook().getContext()`."""

    _name = "notebook.entry_point.getDbutils().notebook().getContext()"

    def __init__(self, notebook):
        self._notebook = notebook

    def getDbutils(self):
        return self

    def notebook(self):
        return self

    def getContext(self):
        return self

    def notebookPath(self):
        return _Some(self._notebook.path)


class NotebookUtility(Utility):
    _name = "notebook"

    def __init__(self, notebook):
        self._notebook = notebook
        self.entry_point = _Context(notebook)

    def exit(self, value=""):
        if self._notebook.is_included:
            raise NotInEmulator(f"dbutils.notebook.exit within a notebook that %run includes ({self._notebook.path})")
        raise NotebookExit(str(value))

    def run(self, path, timeout_seconds=0, arguments=None):
        """The exit value of another notebook; None if it ended without one."""
        return host.call(
            "notebook.run",
            path=include.absolute_path(path, self._notebook.path),
            timeoutSeconds=timeout_seconds,
            arguments={str(name): str(value) for name, value in (arguments or {}).items()},
        )
