"""`DataFrame.na`: rows and values that are NULL."""

from emulator.errors import NotInEmulator
from pyspark.sql import functions as F
from pyspark.sql.data_types import (
    BooleanType, ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType, StringType,
)  # fmt: skip

_NUMERIC = (ByteType, ShortType, IntegerType, LongType, FloatType, DoubleType, DecimalType)


class DataFrameNaFunctions:
    def __init__(self, frame):
        self._frame = frame

    def fill(self, value, subset=None):
        """A value goes into the columns of its own kind only; a dict names the columns."""
        names = [subset] if isinstance(subset, str) else subset
        values = value if isinstance(value, dict) else dict.fromkeys(names or self._frame.columns, value)
        given = {name.lower(): item for name, item in values.items()}
        changed = {
            field.name: F.coalesce(F.col(f"`{field.name}`"), F.lit(item)).cast(field.dataType)
            for field in self._frame.schema.fields
            if (item := given.get(field.name.lower())) is not None and _fits(item, field.dataType)
        }
        return self._frame.withColumns(changed) if changed else self._frame

    def drop(self, how="any", thresh=None, subset=None):
        if thresh is not None:
            raise NotInEmulator("DataFrame.dropna(thresh=…)")
        names = [subset] if isinstance(subset, str) else subset or self._frame.columns
        joint = " AND " if how == "any" else " OR "
        return self._frame.where(joint.join(f"`{name}` IS NOT NULL" for name in names))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInEmulator(f"DataFrame.na.{name}")


def _fits(value, kind):
    if isinstance(value, bool):
        return isinstance(kind, BooleanType)
    if isinstance(value, (int, float)):
        return isinstance(kind, _NUMERIC)
    return isinstance(kind, StringType)
