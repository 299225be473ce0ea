"""The globals of a notebook, for modules that it imports."""

from emulator import spark as _spark
from emulator.display import display, display_html as displayHTML

__all__ = ["dbutils", "display", "displayHTML", "getArgument", "spark", "sql", "table"]


def __getattr__(name):
    if name == "spark":
        return _spark.session()
    if name == "dbutils":
        return _spark.dbutils
    if name == "getArgument":
        return _spark.dbutils.widgets.getArgument
    if name in ("sql", "table"):
        return getattr(_spark.session(), name)
    raise AttributeError(name)
