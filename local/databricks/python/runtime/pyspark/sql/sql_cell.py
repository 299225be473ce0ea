"""`%sql` cells."""

import re

from emulator import spark, sql_text
from emulator.display import display

_TEMPLATE = re.compile(r"\$\{(\w+(?:\.\w+)*)\}")


def run_sql_cell(shell, text):
    """Runs the statements of a cell; the result of the last is shown, and is `_sqldf` from then on."""
    session = spark.session()
    widgets = shell.notebook.dbutils.widgets.getAll()

    def value_of(match):
        name = match.group(1)
        return widgets.get(name, session.conf.get(name, match.group()))

    frame = None
    for statement in sql_text.statements(_TEMPLATE.sub(value_of, text)):
        frame = session.sql(statement, widgets)
    if frame is not None:
        shell.namespace["_sqldf"] = frame
        display(frame)
