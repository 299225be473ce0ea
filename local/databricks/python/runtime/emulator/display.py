"""`display`, `displayHTML` and the value of a cell's last expression, as text in the output."""

from pyspark.sql.dataframe import DataFrame

_DISPLAYED_ROWS = 10_000


def display(*values, **options):
    """Shows DataFrames as tables, which computes them, and other things by their text."""
    for value in values:
        if isinstance(value, DataFrame):
            print(value.limit(_DISPLAYED_ROWS).text(_DISPLAYED_ROWS, truncate=0))
        else:
            print(value if isinstance(value, str) else repr(value))


def display_html(html=""):
    print(html)


def show_value(value):
    print(repr(value))
