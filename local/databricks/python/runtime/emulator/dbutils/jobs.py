"""`dbutils.jobs.taskValues`."""

import json

from emulator.dbutils.utility import Utility
from emulator.errors import NotInEmulator

_MAX_BYTES = 48 * 1024
_MAX_VALUES = 250


class TaskValues(Utility):
    """@see https://learn.microsoft.com/azure/databricks/jobs/task-values"""

    _name = "jobs.taskValues"

    def __init__(self, upstream):
        self._upstream = upstream
        self.own = {}

    def set(self, key, value):
        self._require_task()
        if not isinstance(key, str):
            raise TypeError("The key of a task value must be a string.")
        text = json.dumps(value)
        if len(text.encode()) > _MAX_BYTES:
            raise ValueError(f"The JSON representation of a task value cannot exceed {_MAX_BYTES} bytes.")
        if key not in self.own and len(self.own) >= _MAX_VALUES:
            raise ValueError(f"A task has at most {_MAX_VALUES} task values.")
        self.own[key] = json.loads(text)

    def get(self, taskKey, key, default=None, debugValue=None):
        """`debugValue` is for notebooks that run outside of a job only."""
        self._require_task()
        values = self._upstream.get(taskKey, {})
        if key in values:
            return values[key]
        if default is None:
            raise ValueError(f"No task value with key {key} was set by task {taskKey}.")
        return default

    def _require_task(self):
        if self._upstream is None:
            raise NotInEmulator("task values in a notebook that another one runs (dbutils.jobs.taskValues)")


class Jobs(Utility):
    _name = "jobs"

    def __init__(self, upstream):
        self.taskValues = TaskValues(upstream)
