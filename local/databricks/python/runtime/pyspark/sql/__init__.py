"""PySpark's SQL module, over the local SQL warehouse."""

from pyspark.sql.column import Column
from pyspark.sql.dataframe import DataFrame
from pyspark.sql.session import SparkSession
from pyspark.sql.types import Row
from pyspark.sql.window import Window, WindowSpec

__all__ = ["Column", "DataFrame", "Row", "SparkSession", "Window", "WindowSpec"]
