"""The Spark session of a notebook: its session of the SQL warehouse."""

import itertools
import json
import re

from emulator import host, spark, sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import AnalysisException, PySparkAttributeError, PySparkTypeError, PySparkValueError
from pyspark.sql.catalog import Catalog
from pyspark.sql.conf import RuntimeConf
from pyspark.sql.dataframe import DataFrame
from pyspark.sql.local_frame import LocalFrame, names_and_rows
from pyspark.sql.missing_methods import SESSION_METHODS
from pyspark.sql.readwriter import DataFrameReader
from pyspark.sql.type_text import parse_type, type_of_json
from pyspark.sql.types import ArrayType, BinaryType, DataType, MapType, StructField, StructType
from pyspark.sql.values import cells_of, duckdb_type, inferred, rows_of, text_of

_VERSION = "3.5.2"
_VIEW_NAME = re.compile(r"^`?\w+`?$")
_RECURSIVE = re.compile(r"^\s*with\s+recursive\b", re.IGNORECASE)
_WITH = re.compile(r"^\s*with\b", re.IGNORECASE)


class _Builder:
    """`SparkSession.builder`: there is the one session of the notebook."""

    def __getattr__(self, name):
        if name in ("appName", "config", "master", "enableHiveSupport", "remote"):
            return lambda *args, **kwargs: self
        if name in ("getOrCreate", "create"):
            return spark.session
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInEmulator(f"SparkSession.builder.{name}")


class SparkSession:
    builder = _Builder()

    def __init__(self, *args, **kwargs):
        raise NotInEmulator("sessions besides that of the notebook: use SparkSession.builder.getOrCreate()")

    @classmethod
    def _of_notebook(cls):
        session = object.__new__(cls)
        session.conf = RuntimeConf()
        session.catalog = Catalog(session)
        # By name, in lower case: what each temporary view stood for when it was made.
        session._views = {}
        session._relations = itertools.count(1)
        return session

    @classmethod
    def getActiveSession(cls):
        return spark.session()

    @property
    def version(self):
        return _VERSION

    @property
    def read(self):
        return DataFrameReader(self)

    def sql(self, sqlQuery, args=None, **kwargs):
        """A query is run when its rows are asked for, every other statement at once."""
        if kwargs:
            raise NotInEmulator("spark.sql with keyword arguments: use args")
        text = sql_text.bind(sqlQuery, args) if args else sqlQuery
        text = text.strip().removesuffix(";")
        if sql_text.is_query(text):
            return DataFrame(self, self._with_views(text))
        columns, rows = spark.execute(text)
        schema = StructType([StructField(column["name"], type_of_json(column["type"])) for column in columns])
        return LocalFrame(self, schema, rows_of(schema, rows))

    def table(self, tableName):
        view = self._views.get(tableName.strip("`").lower())
        return DataFrame(self, view if view is not None else f"SELECT * FROM {tableName}")

    def range(self, start, end=None, step=1, numPartitions=None):
        first, last = (0, start) if end is None else (start, end)
        return DataFrame(self, f"SELECT id FROM range({int(first)}, {int(last)}, {int(step)})")

    def createDataFrame(self, data, schema=None, samplingRatio=None, verifySchema=True):
        """Of tuples, lists, dicts or Rows; the schema is a StructType, DDL, or the columns' names."""
        names, rows = names_and_rows(data)
        shape = parse_type(schema) if isinstance(schema, str) else schema
        if isinstance(shape, DataType) and not isinstance(shape, StructType):
            shape = StructType([StructField("value", shape)])
            rows = [(row,) for row in data]
        if not isinstance(shape, StructType):
            shape = _inferred(shape or names, rows)
        return DataFrame(self, self._relation(shape, rows))

    def _relation(self, shape, rows):
        """The query of rows that come from Python; the warehouse keeps them for this session."""
        if not shape.fields:
            raise PySparkValueError("[CANNOT_INFER_EMPTY_SCHEMA] Can not infer schema from an empty dataset.")
        name = f"local_relation_{next(self._relations)}"
        host.call(
            "sql.localRelation",
            name=name,
            columns=[_described(field) for field in shape.fields],
            rows=json.dumps([_texts(shape, row) for row in rows]),
        )
        return f"SELECT * FROM {name}"

    def _create_view(self, name, frame, replace):
        if not _VIEW_NAME.match(name):
            raise AnalysisException(f"[INVALID_TEMP_OBJ_REFERENCE] Invalid view name: {name}. SQLSTATE: 42602")
        key = name.strip("`").lower()
        if not replace and key in self._views:
            raise AnalysisException(
                f"[TEMP_TABLE_OR_VIEW_ALREADY_EXISTS] Cannot create the temporary view `{key}` because it already exists. SQLSTATE: 42P07"
            )
        frame._require_unique()
        spark.execute(f"CREATE OR REPLACE TEMPORARY VIEW {sql_text.quote(key)} AS {frame._query}")
        self._views[key] = frame._query

    def _drop_view(self, name):
        found = self._views.pop(name.strip("`").lower(), None)
        if found is None:
            return False
        spark.execute(f"DROP VIEW IF EXISTS {sql_text.quote(name.strip('`').lower())}")
        return True

    def _with_views(self, query):
        """The query with the temporary views that it names as they are now, since it may run when they are others."""
        used = sql_text.mentioned(query, self._views)
        if not used or _RECURSIVE.match(sql_text.without_comments(query)):
            return query
        plain = sql_text.without_comments(query)
        views = ", ".join(f"{sql_text.quote(name)} AS ({self._views[name]})" for name in used)
        rest = _WITH.sub(", ", plain, count=1) if _WITH.match(plain) else f" {plain}"
        return f"WITH {views}{rest}"

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in SESSION_METHODS:
            raise NotInEmulator(f"spark.{name}")
        raise PySparkAttributeError(f"[ATTRIBUTE_NOT_SUPPORTED] Attribute `{name}` is not supported.")


def _described(field):
    kind = field.dataType
    is_nested = isinstance(kind, (ArrayType, MapType, StructType))
    shape = "binary" if isinstance(kind, BinaryType) else "nested" if is_nested else "plain"
    return {"name": field.name, "type": duckdb_type(kind), "shape": shape}


def _texts(shape, row):
    texts = []
    for field, value in zip(shape.fields, cells_of(row, shape.names)):
        if value is None and not field.nullable:
            raise PySparkValueError(
                f"[FIELD_NOT_NULLABLE_WITH_NAME] field {field.name}: This field is not nullable, but got None."
            )
        texts.append(text_of(value, field.dataType, field.name))
    return texts


def _inferred(names, rows):
    if not rows:
        raise PySparkValueError("[CANNOT_INFER_EMPTY_SCHEMA] Can not infer schema from an empty dataset.")
    if not isinstance(names, (list, tuple)):
        raise PySparkTypeError("[NOT_LIST_OR_NONE_OR_STRUCT] Argument `schema` should be a list, None or StructType.")
    columns = zip(*[cells_of(row, names) for row in rows])
    fields = [StructField(name, inferred(column)) for name, column in zip(names, columns)]
    unknown = [field.name for field in fields if field.dataType.simpleString() == "void"]
    if unknown:
        raise PySparkValueError(
            "[CANNOT_DETERMINE_TYPE] Some of types cannot be determined after inferring."
        )
    return StructType(fields)
