"""`dbutils`: one class a utility; every other is refused by its name."""

from emulator.dbutils.fs import FileSystem
from emulator.dbutils.jobs import Jobs
from emulator.dbutils.notebook import NotebookUtility
from emulator.dbutils.secrets import Secrets
from emulator.dbutils.widgets import Widgets
from emulator.errors import NotInEmulator


class DBUtils:
    def __init__(self, notebook, parameters, task_values):
        self.widgets = Widgets(parameters)
        self.notebook = NotebookUtility(notebook)
        self.jobs = Jobs(task_values)
        self.secrets = Secrets()
        self.fs = FileSystem()

    def help(self):
        print("This module provides utilities for the notebook: fs, jobs, notebook, secrets, widgets.")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInEmulator(f"dbutils.{name}")

