"""DataFrames whose rows are there already: what a statement that is no query returns."""

from pyspark.sql.dataframe import DataFrame
from pyspark.sql.row import Row


class LocalFrame(DataFrame):
    """Its rows go to the warehouse only when a query is made of them."""

    def __init__(self, session, schema, rows):
        self.sparkSession = session
        self._number = 0
        self._schema = schema
        self._columns = schema.names
        self._frames = frozenset()
        self._alias = None
        self._joined = None
        self._rows = rows
        self._kept = None

    @property
    def _query(self):
        if self._kept is None:
            self._kept = self.sparkSession._relation(self._schema, self._rows)
        return self._kept

    def collect(self):
        return list(self._rows)

    def count(self):
        return len(self._rows)


def names_and_rows(data):
    """The names that rows bring with them, as PySpark takes them, and the rows."""
    if isinstance(data, DataFrame):
        raise TypeError("data is already a DataFrame")
    rows = list(data)
    if not rows:
        return [], rows
    first = rows[0]
    if isinstance(first, dict):
        return list(dict.fromkeys(name for row in rows for name in row)), rows
    if isinstance(first, Row) and hasattr(first, "__fields__"):
        return first.__fields__, rows
    names = getattr(first, "_fields", None)
    if names:
        return list(names), rows
    if isinstance(first, (tuple, list)):
        return [f"_{number}" for number in range(1, len(first) + 1)], rows
    return ["value"], rows
