"""As much of PySpark as runs over the local SQL warehouse; every other name is refused."""

from emulator.errors import Refused
from pyspark.sql.types import Row

__version__ = "3.5.2"
SparkContext = Refused("SparkContext")
SparkConf = Refused("SparkConf")

__all__ = ["Row", "SparkConf", "SparkContext"]
