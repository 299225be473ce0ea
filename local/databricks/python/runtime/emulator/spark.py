"""The Spark session and the `dbutils` of the notebook that runs."""

from emulator import host

dbutils = None
_session = None


def begin():
    """Forgets the session of the notebook before."""
    global _session, dbutils
    _session = None
    dbutils = None


def session():
    from pyspark.sql.session import SparkSession

    global _session
    if _session is None:
        _session = SparkSession._of_notebook()
    return _session


def execute(statement, style="iso"):
    """`(columns, rows)`: the columns as `{"name", "type"}` with the type as in a Spark schema, the values as texts."""
    result = host.call("sql.execute", statement=statement, style=style)
    return result["columns"], result["rows"]
