"""The place where PySpark's exceptions were before `pyspark.errors`."""

from pyspark.errors import (
    AnalysisException,
    IllegalArgumentException,
    ParseException,
)

__all__ = ["AnalysisException", "IllegalArgumentException", "ParseException"]
