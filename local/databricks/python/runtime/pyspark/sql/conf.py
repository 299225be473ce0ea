"""`spark.conf`: settings without an effect on results are kept; those that would have one are refused."""

from emulator.errors import NotInEmulator
from pyspark.errors import AnalysisException

_FIXED = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "Etc/UTC",
    "spark.sql.caseSensitive": "false",
    "spark.databricks.workspaceUrl": "localhost",
}
_SAME = {"Etc/UTC": ("UTC", "Etc/UTC", "GMT", "Z")}
# How a query is run, not what it means.
_WITHOUT_EFFECT = (
    "spark.sql.shuffle.", "spark.sql.adaptive.", "spark.sql.autoBroadcastJoinThreshold", "spark.sql.execution.arrow.",
    "spark.sql.files.", "spark.default.parallelism", "spark.executor.", "spark.driver.", "spark.databricks.io.cache.",
    "spark.databricks.delta.optimizeWrite.", "spark.databricks.delta.autoCompact.", "spark.databricks.adaptive.",
    "spark.sql.broadcastTimeout", "spark.scheduler.",
)  # fmt: skip
_MISSING = object()


class RuntimeConf:
    def __init__(self):
        self._values = dict(_FIXED)

    def get(self, key, default=_MISSING):
        if key in self._values:
            return self._values[key]
        if default is _MISSING:
            raise AnalysisException(
                f'[SQL_CONF_NOT_FOUND] The SQL config "{key}" cannot be found. Please verify that the config exists. SQLSTATE: 42K0I'
            )
        return default

    def set(self, key, value):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if key in _FIXED:
            same = _SAME.get(_FIXED[key], (_FIXED[key],))
            if text not in same:
                raise NotInEmulator(f"{key} = {text}")
        elif key.startswith("spark.") and not key.startswith(_WITHOUT_EFFECT):
            raise NotInEmulator(f"the setting {key}")
        self._values[key] = text

    def unset(self, key):
        if key not in _FIXED:
            self._values.pop(key, None)

    def isModifiable(self, key):
        return not key.startswith("spark.") or key.startswith(_WITHOUT_EFFECT)
