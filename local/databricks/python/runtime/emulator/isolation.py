"""Leaves nothing of a notebook to the next one that the interpreter runs."""

import os
import random
import shutil
import sys

_HOME = "/home/pyodide"
_FOLDERS = (_HOME, "/tmp")
_LIBRARY = "/lib/"


def _is_of_python(module):
    """Python's own modules stay loaded: some of them bear no second import."""
    return str(getattr(module, "__file__", None) or _LIBRARY).startswith(_LIBRARY)


class Isolation:
    """What a fresh interpreter is like; `restore` makes it so again."""

    fresh = None

    @classmethod
    def prepare(cls):
        """Once, when all of the runtime has been imported and nothing has run."""
        cls.fresh = cls()

    def __init__(self):
        self._modules = dict(sys.modules)
        self._attributes = {name: dict(vars(module)) for name, module in self._modules.items() if hasattr(module, "__dict__")}
        self._environment = dict(os.environ)
        self._path = list(sys.path)
        self._recursion_limit = sys.getrecursionlimit()

    def restore(self):
        for name in set(sys.modules) - set(self._modules):
            if not _is_of_python(sys.modules[name]):
                del sys.modules[name]
        sys.modules.update(self._modules)
        for name, attributes in self._attributes.items():
            names = vars(self._modules[name])
            names.update(attributes)
            if len(names) > len(attributes):
                for added in names.keys() - attributes.keys():
                    del names[added]
        os.environ.clear()
        os.environ.update(self._environment)
        sys.path[:] = self._path
        sys.setrecursionlimit(self._recursion_limit)
        random.seed()
        self._clear_folders()

    def _clear_folders(self):
        os.chdir(_HOME)
        for folder in _FOLDERS:
            for entry in os.scandir(folder):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


def reset():
    """Called after the outcome of a notebook has been sent, so that nothing waits for it."""
    Isolation.fresh.restore()
