"""`dbutils.notebook`."""

from emulator import host, include
from emulator.dbutils.utility import Utility
from emulator.errors import NotebookExit, NotInEmulator


class NotebookUtility(Utility):
    _name = "notebook"

    def __init__(self, notebook):
        self._notebook = notebook

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
