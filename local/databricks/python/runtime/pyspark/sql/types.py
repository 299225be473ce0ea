"""Spark's types, and rows, under the names of PySpark's module."""

from emulator.errors import NotInEmulator
from pyspark.sql.data_types import (  # noqa: F401
    ArrayType, BinaryType, BooleanType, ByteType, DataType, DateType, DecimalType, DoubleType, FloatType, IntegerType,
    LongType, MapType, NullType, OtherType, ShortType, StringType, StructField, StructType, TimestampNTZType, TimestampType,
)  # fmt: skip
from pyspark.sql.row import Row  # noqa: F401


def __getattr__(name):
    if name.endswith("Type") or name.startswith("UserDefined"):
        raise NotInEmulator(f"pyspark.sql.types.{name}")
    raise AttributeError(name)
