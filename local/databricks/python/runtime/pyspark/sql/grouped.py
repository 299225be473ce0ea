"""Groups of rows."""

from emulator.errors import NotInEmulator
from pyspark.sql import functions as F
from pyspark.sql.column import Column, as_column
from pyspark.sql.data_types import DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType, ByteType

_NUMERIC = (ByteType, ShortType, IntegerType, LongType, FloatType, DoubleType, DecimalType)
_OTHER_METHODS = {"pivot", "apply", "applyInPandas", "applyInPandasWithState", "cogroup"}


class GroupedData:
    def __init__(self, frame, keys):
        self._frame = frame
        self._keys = keys

    def agg(self, *expressions):
        if len(expressions) == 1 and isinstance(expressions[0], dict):
            expressions = [_named(function, name) for name, function in expressions[0].items()]
        if not expressions or not all(isinstance(column, Column) for column in expressions):
            raise TypeError("agg needs columns or one dict")
        frame = self._frame
        scope = frame._scope
        chosen = ", ".join(column._selected(scope) for column in [*self._keys, *expressions])
        keys = ", ".join(key._sql(scope) for key in self._keys)
        query = scope.select(chosen, f" GROUP BY {keys}" if keys else "")
        return frame._made(query, [frame._frames])

    def count(self):
        return self.agg(F.count("*").alias("count"))

    def sum(self, *names):
        return self._each("sum", names)

    def avg(self, *names):
        return self._each("avg", names)

    mean = avg

    def min(self, *names):
        return self._each("min", names)

    def max(self, *names):
        return self._each("max", names)

    def _each(self, function, names):
        """Without names: of all numeric columns that are no keys."""
        keys = [key._sql(None).strip("`").lower() for key in self._keys]
        numeric = [
            field.name
            for field in self._frame.schema.fields
            if isinstance(field.dataType, _NUMERIC) and field.name.lower() not in keys
        ]
        return self.agg(*[_named(function, name) for name in names or numeric])

    def __getattr__(self, name):
        if name in _OTHER_METHODS:
            raise NotInEmulator(f"GroupedData.{name}")
        raise AttributeError(name)


def _named(function, name):
    return F.count("*") if name == "*" else getattr(F, function)(as_column(name))
