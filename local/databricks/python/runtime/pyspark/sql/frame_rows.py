"""How a DataFrame's rows are asked for."""

from emulator import spark
from emulator.errors import NotInEmulator
from pyspark.errors import PySparkTypeError
from pyspark.sql import printing
from pyspark.sql.types import StructField, StructType
from pyspark.sql.values import rows_of


class RowMethods:
    """The methods of a DataFrame that run its query."""

    def collect(self):
        _, rows = spark.execute(self._query)
        return rows_of(self._row_schema(), rows)

    def _row_schema(self):
        return StructType(
            [StructField(name, field.dataType) for name, field in zip(self._columns, self._schema.fields)]
        )

    def toLocalIterator(self, prefetchPartitions=False):
        return iter(self.collect())

    def take(self, num):
        return self.limit(num).collect()

    def head(self, n=None):
        if n is None:
            rows = self.take(1)
            return rows[0] if rows else None
        return self.take(n)

    def first(self):
        return self.head()

    def tail(self, num):
        return self.collect()[-num:] if num > 0 else []

    def count(self):
        [[text]] = spark.execute(f"SELECT count(*) AS count FROM ({self._query})")[1]
        return int(text)

    def isEmpty(self):
        return len(self.take(1)) == 0

    def show(self, n=20, truncate=True, vertical=False):
        if vertical:
            raise NotInEmulator("DataFrame.show(vertical=True)")
        print(self.text(n, 20 if truncate is True else int(truncate)))

    def text(self, n, truncate):
        """The rows as `show` prints them."""
        if not isinstance(n, int) or isinstance(n, bool):
            raise PySparkTypeError(f"[NOT_INT] Argument `n` should be an int, got {type(n).__name__}.")
        _, rows = spark.execute(f"{self._scope.rows()} LIMIT {n + 1}", style="spark")
        return printing.table(self._row_schema(), rows[:n], truncate, len(rows) > n)

    def toPandas(self):
        import pandas  # noqa: F401  the emulator has none, and says so
