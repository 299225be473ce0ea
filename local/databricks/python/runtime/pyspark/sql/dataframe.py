"""DataFrames: queries of the SQL warehouse that run when their rows are asked for."""

import itertools

from emulator import spark, sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import PySparkAttributeError, PySparkTypeError
from pyspark.sql import joins, printing
from pyspark.sql.column import Column, as_column, expression, named
from pyspark.sql.frame_rows import RowMethods
from pyspark.sql.grouped import GroupedData
from pyspark.sql.missing_methods import DATAFRAME_METHODS
from pyspark.sql.na import DataFrameNaFunctions
from pyspark.sql.readwriter import DataFrameWriter, DataFrameWriterV2
from pyspark.sql.scope import Member, Scope
from pyspark.sql.type_text import type_of_json
from pyspark.sql.types import StructField, StructType

_numbers = itertools.count(1)


def flat(columns):
    """Columns given one by one or as one list."""
    return list(columns[0]) if len(columns) == 1 and isinstance(columns[0], (list, tuple)) else list(columns)


class DataFrame(RowMethods):
    """A query. It is analysed at once, as on a cluster without Spark Connect: an unknown column fails where it is named."""

    def __init__(self, session, query, parents=(), alias=None):
        self.sparkSession = session
        self._number = next(_numbers)
        self._query = query
        self._columns, self._schema = _analysed(query)
        self._frames = frozenset([self._number]).union(*parents)
        self._alias = alias
        self._joined = None

    def _made(self, query, parents, alias=None):
        """Another DataFrame of the same session."""
        return DataFrame(self.sparkSession, query, parents, alias)

    def _of_scope(self, scope, alias=None, joined=False):
        frame = self._made(scope.rows(), [scope.frames], alias)
        if joined or len(scope.members) > 1:
            # Its columns by the names that they have in the relations, whatever the query makes of two of one name.
            frame._joined = scope
            frame._columns = scope.columns
        return frame

    @property
    def _scope(self):
        """Where expressions on this DataFrame find their columns."""
        if self._joined is not None:
            return self._joined
        self._require_unique()
        alias = sql_text.quote(self._alias) if self._alias else f"frame_{self._number}"
        return Scope(f"({self._query}) AS {alias}", [Member(alias, self._columns, self._frames)])

    def _changed(self, tail, keeps_alias=True, words=""):
        """A DataFrame of the same columns, with other rows or in another order."""
        self._require_unique()
        return DataFrame(
            self.sparkSession,
            self._scope.rows().replace("SELECT ", f"SELECT {words}", 1) + tail,
            [self._frames],
            self._alias if keeps_alias else None,
        )

    def _require_unique(self):
        names = [name.lower() for name in self._columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise NotInEmulator(
                f"such a step on two columns of one name ({', '.join(twice)}): select, rename or drop one first"
            )

    # What it is

    @property
    def columns(self):
        return list(self._columns)

    @property
    def schema(self):
        return self._schema

    @property
    def dtypes(self):
        return [(field.name, field.dataType.simpleString()) for field in self._schema.fields]

    def printSchema(self, level=None):
        print(printing.schema_tree(self._schema))

    def isLocal(self):
        return False

    # Other rows and columns

    def select(self, *columns):
        scope = self._scope
        chosen = ", ".join(as_column(column)._selected(scope) for column in flat(columns)) or "*"
        return DataFrame(self.sparkSession, scope.select(chosen), [self._frames])

    def selectExpr(self, *texts):
        return self.select(*[expression(text) for text in flat(texts)])

    def where(self, condition):
        column = expression(condition) if isinstance(condition, str) else condition
        if not isinstance(column, Column):
            raise PySparkTypeError("[NOT_COLUMN_OR_STR] Argument `condition` should be a Column or str.")
        return self._of_scope(self._scope.where(column._sql(self._scope)), self._alias, self._joined is not None)

    filter = where

    def limit(self, num):
        return self._changed(f" LIMIT {int(num)}")

    def offset(self, num):
        return self._changed(f" OFFSET {int(num)}")

    def orderBy(self, *columns, ascending=True):
        scope = self._scope
        given = [as_column(self.columns[item - 1] if isinstance(item, int) else item) for item in flat(columns)]
        directions = ascending if isinstance(ascending, (list, tuple)) else [ascending] * len(given)
        terms = [column if up else column.desc() for column, up in zip(given, directions)]
        order = ", ".join(column._ordered(scope) for column in terms)
        return self._changed(f" ORDER BY {order}")

    sort = orderBy

    def distinct(self):
        return self._changed("", words="DISTINCT ")

    def dropDuplicates(self, subset=None):
        if subset is None:
            return self.distinct()
        self._require_unique()
        keys = ", ".join(named(name)._sql(self._scope) for name in subset)
        numbered = self._scope.select(f"*, row_number() OVER (PARTITION BY {keys} ORDER BY {keys}) AS row_in_group")
        query = f"SELECT {self._names()} FROM ({numbered}) WHERE row_in_group = 1"
        return DataFrame(self.sparkSession, query, [self._frames], self._alias)

    drop_duplicates = dropDuplicates

    def withColumn(self, colName, col):
        return self.withColumns({colName: col})

    def withColumns(self, colsMap):
        self._require_unique()
        scope = self._scope
        added = {name.lower(): (name, column) for name, column in colsMap.items()}
        for column in colsMap.values():
            if not isinstance(column, Column):
                raise PySparkTypeError("[NOT_COLUMN] Argument `col` should be a Column.")
        parts = []
        for name in self._columns:
            own = added.pop(name.lower(), None)
            parts.append(named(f"`{name}`")._sql(scope) if own is None else own[1].alias(own[0])._selected(scope))
        parts.extend(column.alias(name)._selected(scope) for name, column in added.values())
        return DataFrame(self.sparkSession, scope.select(", ".join(parts)), [self._frames])

    def withColumnRenamed(self, existing, new):
        return self.withColumnsRenamed({existing: new})

    def withColumnsRenamed(self, colsMap):
        new = {name.lower(): to for name, to in colsMap.items()}
        return self.toDF(*[new.get(name.lower(), name) for name in self._columns])

    def toDF(self, *names):
        if len(names) != len(self._columns):
            raise PySparkTypeError(f"[LENGTH_SHOULD_BE_THE_SAME] {len(self._columns)} names are needed, got {len(names)}.")
        pairs = zip(self._columns, names)
        parts = [f"{sql_text.quote(old)} AS {sql_text.quote(name)}" for old, name in pairs]
        return DataFrame(self.sparkSession, self._scope.select(", ".join(parts)), [self._frames])

    def drop(self, *columns):
        kept = joins.columns_left(self._scope, flat(columns))
        return DataFrame(self.sparkSession, self._scope.select(", ".join(kept)), [self._frames])

    def alias(self, alias):
        return DataFrame(self.sparkSession, self._query, [self._frames], alias)

    def transform(self, func, *args, **kwargs):
        return func(self, *args, **kwargs)

    # Two DataFrames

    def join(self, other, on=None, how="inner"):
        return joins.join(self, other, on, how)

    def crossJoin(self, other):
        return joins.join(self, other, None, "cross")

    def union(self, other):
        return self._combined("UNION ALL", other._query)

    unionAll = union

    def unionByName(self, other, allowMissingColumns=False):
        if allowMissingColumns:
            mine, theirs = joins.with_missing(self, other), joins.with_missing(other, self)
            return mine.unionByName(theirs)
        return self.union(other.select([f"`{name}`" for name in self._columns]))

    def intersect(self, other):
        return self._combined("INTERSECT", other._query)

    def intersectAll(self, other):
        return self._combined("INTERSECT ALL", other._query)

    def subtract(self, other):
        return self._combined("EXCEPT", other._query)

    def exceptAll(self, other):
        return self._combined("EXCEPT ALL", other._query)

    def _combined(self, operator, query):
        return DataFrame(self.sparkSession, f"SELECT * FROM ({self._query}) {operator} SELECT * FROM ({query})")

    # Groups

    def groupBy(self, *columns):
        return GroupedData(self, [as_column(column) for column in flat(columns)])

    groupby = groupBy

    def agg(self, *expressions):
        return self.groupBy().agg(*expressions)

    @property
    def na(self):
        return DataFrameNaFunctions(self)

    def fillna(self, value, subset=None):
        return self.na.fill(value, subset)

    def dropna(self, how="any", thresh=None, subset=None):
        return self.na.drop(how, thresh, subset)

    # Where its rows are computed makes no difference here.

    def cache(self):
        return self

    def persist(self, storageLevel=None):
        return self

    def unpersist(self, blocking=False):
        return self

    def repartition(self, *args):
        return self

    def coalesce(self, numPartitions):
        return self

    def hint(self, name, *parameters):
        return self

    # Where they go

    @property
    def write(self):
        return DataFrameWriter(self)

    def writeTo(self, table):
        return DataFrameWriterV2(self, table)

    def createOrReplaceTempView(self, name):
        self.sparkSession._create_view(name, self, replace=True)

    def createTempView(self, name):
        self.sparkSession._create_view(name, self, replace=False)

    registerTempTable = createOrReplaceTempView

    def _names(self):
        return ", ".join(sql_text.quote(name) for name in self._columns)

    def __getitem__(self, item):
        if isinstance(item, str):
            if item == "*" or item.lower() in map(str.lower, self._columns):
                return named(item, self._number if item != "*" else None)
            return named(item)
        if isinstance(item, int):
            return named(self._columns[item], self._number)
        return self.where(item) if isinstance(item, Column) else self.select(*item)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name.lower() in map(str.lower, self._columns):
            return named(name, self._number)
        if name in DATAFRAME_METHODS:
            raise NotInEmulator(f"DataFrame.{name}")
        raise PySparkAttributeError(f"[ATTRIBUTE_NOT_SUPPORTED] Attribute `{name}` is not supported.")

    def __dir__(self):
        return [*object.__dir__(self), *self._columns]

    def __repr__(self):
        return f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in self.dtypes)}]"


def _analysed(query):
    """The names and the schema of a query, without its rows."""
    columns, _ = spark.execute(f"SELECT * FROM ({query}) LIMIT 0")
    names = {column["name"] for column in columns}
    # Of two columns of one name the second has a number within another query; by itself the query names both right.
    if any(name.rpartition("_")[2].isdigit() and name.rpartition("_")[0] in names for name in names):
        columns, _ = spark.execute(query)
    fields = [StructField(column["name"], type_of_json(column["type"])) for column in columns]
    return [field.name for field in fields], StructType(fields)
