"""`DBUtils(spark)`, as modules outside of notebooks get at it."""

from emulator import spark


def DBUtils(session=None):
    return spark.dbutils
