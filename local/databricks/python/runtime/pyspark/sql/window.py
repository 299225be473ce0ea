"""Windows for `Column.over`."""

import sys

from emulator import sql_text
from pyspark.sql.column import as_column

_UNBOUNDED = sys.maxsize


def _flat(columns):
    return columns[0] if len(columns) == 1 and isinstance(columns[0], (list, tuple)) else columns


class WindowSpec:
    def __init__(self, partition=(), order=(), frame=""):
        self._partition = tuple(partition)
        self._order = tuple(order)
        self._frame = frame

    def partitionBy(self, *columns):
        return WindowSpec([as_column(column) for column in _flat(columns)], self._order, self._frame)

    def orderBy(self, *columns):
        return WindowSpec(self._partition, [as_column(column) for column in _flat(columns)], self._frame)

    def rowsBetween(self, start, end):
        return self._framed("ROWS", start, end)

    def rangeBetween(self, start, end):
        return self._framed("RANGE", start, end)

    def _framed(self, kind, start, end):
        frame = f"{kind} BETWEEN {_bound(start)} AND {_bound(end)}"
        return WindowSpec(self._partition, self._order, frame)

    def _sql(self, scope):
        parts = []
        if self._partition:
            parts.append("PARTITION BY " + ", ".join(column._sql(scope) for column in self._partition))
        if self._order:
            parts.append("ORDER BY " + ", ".join(column._ordered(scope) for column in self._order))
        if self._frame:
            parts.append(self._frame)
        return " ".join(parts)


class Window:
    unboundedPreceding = -_UNBOUNDED
    unboundedFollowing = _UNBOUNDED
    currentRow = 0

    partitionBy = staticmethod(lambda *columns: WindowSpec().partitionBy(*columns))
    orderBy = staticmethod(lambda *columns: WindowSpec().orderBy(*columns))
    rowsBetween = staticmethod(lambda start, end: WindowSpec().rowsBetween(start, end))
    rangeBetween = staticmethod(lambda start, end: WindowSpec().rangeBetween(start, end))


def _bound(offset):
    if offset == 0:
        return "CURRENT ROW"
    side = "PRECEDING" if offset < 0 else "FOLLOWING"
    amount = "UNBOUNDED" if abs(offset) >= _UNBOUNDED else sql_text.literal(abs(offset))
    return f"{amount} {side}"
