"""Exceptions under the names that they have in Databricks, and the one that says what the emulator lacks."""

from py4j.protocol import Py4JJavaError


class NotebookExit(BaseException):
    """Not an Exception, so that `except Exception` around an exit does not swallow it."""


class NotInEmulator(NotImplementedError):
    """What a workspace can do and this emulator cannot."""

    def __init__(self, what):
        super().__init__(f"The local Databricks emulator does not have {what}.")


class InputWidgetNotDefined(Py4JJavaError):
    def __init__(self, name):
        super().__init__(
            "com.databricks.dbutils_v1.InputWidgetNotDefined", f"No input widget named {name} is defined", "getArgument"
        )


class ExecutionError(Py4JJavaError):
    """What `dbutils.fs` throws."""


def describe(error):
    """The name of an error and its one text, `Name: message`, as a job's output has them."""
    if isinstance(error, InputWidgetNotDefined):
        return error.java_exception.getClass().getName(), error.java_exception.toString()
    name = type(error).__name__
    text = str(error)
    return name, f"{name}: {text}" if text else name


def error_of(reply):
    """The exception for an error of the emulator's reply."""
    kind, message = reply["kind"], reply["message"]
    if kind == "java":
        return Py4JJavaError(reply["class"], message, "call", reply.get("cause"))
    if kind == "sql":
        from pyspark.errors import sql_error

        return sql_error(message, reply["errorClass"], reply["sqlState"])
    return NotInEmulator(message)


class Refused:
    """Stands for something that the emulator has not; every use of it says so."""

    def __init__(self, what):
        object.__setattr__(self, "_what", what)

    def __getattr__(self, name):
        # Python itself asks for such names, to copy or print a thing.
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInEmulator(f"{self._what}.{name}")

    def __call__(self, *args, **kwargs):
        raise NotInEmulator(self._what)

    def __repr__(self):
        return f"<{self._what}: not in the local Databricks emulator>"
