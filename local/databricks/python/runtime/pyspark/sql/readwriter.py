"""What a DataFrame is written to, and read from: tables of the warehouse."""

from emulator import spark, sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import AnalysisException

_MODES = {"append", "overwrite", "ignore", "error", "errorifexists"}
# Options that change nothing of what a table holds afterwards.
_FREE_OPTIONS = {"delta.autoOptimize.optimizeWrite", "optimizeWrite", "maxRecordsPerFile", "userMetadata", "compression"}
_SWITCHES = {"overwriteschema", "mergeschema"}
_MISMATCH = "[_LEGACY_ERROR_TEMP_DELTA_0007] A schema mismatch detected when writing to the Delta table {table}."


class _Options:
    def __init__(self):
        self._switches = {}

    def option(self, key, value):
        if key.lower() in _SWITCHES:
            self._switches[key.lower()] = str(value).lower() == "true"
        elif key not in _FREE_OPTIONS:
            raise NotInEmulator(f"the option {key} of a writer")
        return self

    def options(self, **options):
        for key, value in options.items():
            self.option(key, value)
        return self

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInEmulator(f"{type(self).__name__}.{name}")


class DataFrameWriter(_Options):
    def __init__(self, frame):
        super().__init__()
        self._frame = frame
        self._mode = "errorifexists"
        self._partitions = []

    def mode(self, saveMode):
        if saveMode is None:
            return self
        if saveMode.lower() not in _MODES:
            raise ValueError(f"[INVALID_SAVE_MODE] The specified save mode \"{saveMode}\" is invalid.")
        self._mode = saveMode.lower()
        return self

    def format(self, source):
        if source.lower() != "delta":
            raise NotInEmulator(f"tables of the format {source}")
        return self

    def partitionBy(self, *columns):
        self._partitions = list(columns[0]) if columns and isinstance(columns[0], list) else list(columns)
        return self

    def saveAsTable(self, name, format=None, mode=None, partitionBy=None, **options):
        if format is not None:
            self.format(format)
        self.mode(mode).options(**options)
        if partitionBy:
            self.partitionBy(partitionBy)
        frame = self._frame
        exists = frame.sparkSession.catalog.tableExists(name)
        if exists and self._mode == "append":
            return self._append(name)
        if exists and self._mode == "overwrite":
            return self._overwrite(name)
        if exists and self._mode == "ignore":
            return None
        self._create("CREATE TABLE", name)
        return None

    def insertInto(self, tableName, overwrite=None):
        word = "OVERWRITE" if overwrite or (overwrite is None and self._mode == "overwrite") else "INTO"
        spark.execute(f"INSERT {word} {tableName} {self._frame._query}")

    def _create(self, words, name):
        partitions = ", ".join(map(sql_text.quote, self._partitions))
        clause = f" PARTITIONED BY ({partitions})" if partitions else ""
        self._frame._require_unique()
        spark.execute(f"{words} {name}{clause} AS {self._frame._query}")

    def _append(self, name):
        """By name: a column that the table lacks is a mismatch, one that the DataFrame lacks becomes NULL."""
        frame = self._frame
        table = frame.sparkSession.table(name)
        here = {column.lower(): column for column in frame.columns}
        unknown = set(here) - {column.lower() for column in table.columns}
        if unknown and self._switches.get("mergeschema"):
            raise NotInEmulator("the option mergeSchema with new columns")
        if unknown:
            raise AnalysisException(_MISMATCH.format(table=name))
        parts = [
            sql_text.quote(here[field.name.lower()]) if field.name.lower() in here else "NULL"
            for field in table.schema.fields
        ]
        spark.execute(f"INSERT INTO {name} SELECT {', '.join(parts)} FROM ({frame._query}) AS written")

    def _overwrite(self, name):
        frame = self._frame
        table = frame.sparkSession.table(name)
        shape = [(column.lower(), kind) for column, kind in table.dtypes]
        same = shape == [(column.lower(), kind) for column, kind in frame.dtypes]
        if not same and not self._switches.get("overwriteschema"):
            raise AnalysisException(_MISMATCH.format(table=name))
        self._create("CREATE OR REPLACE TABLE", name)


class DataFrameWriterV2(_Options):
    def __init__(self, frame, table):
        super().__init__()
        self._writer = DataFrameWriter(frame)
        self._table = table

    def using(self, provider):
        self._writer.format(provider)
        return self

    def create(self):
        self._writer._create("CREATE TABLE", self._table)

    def createOrReplace(self):
        self._writer._create("CREATE OR REPLACE TABLE", self._table)

    def append(self):
        self._writer._append(self._table)


class DataFrameReader:
    def __init__(self, session):
        self._session = session

    def table(self, tableName):
        return self._session.table(tableName)

    def format(self, source):
        if source.lower() != "delta":
            raise NotInEmulator(f"spark.read.format({source!r}): only tables of the warehouse can be read (spark.read.table)")
        return self

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInEmulator(f"spark.read.{name}: only tables of the warehouse can be read (spark.read.table)")
