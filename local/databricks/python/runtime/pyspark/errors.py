"""PySpark's exceptions, with the class and SQLSTATE of what went wrong."""

import re

_CLASS = re.compile(r"^\[([A-Z_.0-9]+)\]")
_LACKING = "UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE"


class PySparkException(Exception):
    def __init__(self, message=None, errorClass=None, sqlState=None):
        super().__init__(message)
        self._message = message or ""
        self._error_class = errorClass
        self._sql_state = sqlState

    def getErrorClass(self):
        if self._error_class is not None:
            return self._error_class
        found = _CLASS.match(self._message)
        return found.group(1) if found else None

    getCondition = getErrorClass

    def getSqlState(self):
        return self._sql_state

    def getMessage(self):
        return self._message

    @property
    def desc(self):
        return self._message


class AnalysisException(PySparkException):
    pass


class ParseException(AnalysisException):
    pass


class TempTableAlreadyExistsException(AnalysisException):
    pass


class IllegalArgumentException(PySparkException):
    pass


class SparkRuntimeException(PySparkException):
    pass


class ArithmeticException(PySparkException):
    pass


class NumberFormatException(IllegalArgumentException):
    pass


class DateTimeException(PySparkException):
    pass


class PySparkTypeError(PySparkException, TypeError):
    pass


class PySparkValueError(PySparkException, ValueError):
    pass


class PySparkAttributeError(PySparkException, AttributeError):
    pass


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    pass


# By error class; the first whose beginning fits.
_BY_CLASS = [
    ("PARSE_SYNTAX_ERROR", ParseException),
    ("DIVIDE_BY_ZERO", ArithmeticException),
    ("ARITHMETIC_OVERFLOW", ArithmeticException),
    ("BINARY_ARITHMETIC_OVERFLOW", ArithmeticException),
    ("NUMERIC_VALUE_OUT_OF_RANGE", ArithmeticException),
    ("CAST_OVERFLOW", ArithmeticException),
    ("CAST_INVALID_INPUT", NumberFormatException),
    ("CANNOT_PARSE_TIMESTAMP", DateTimeException),
]
# States of what is found wrong before a statement runs (42 syntax and access, 0A not supported).
_OF_ANALYSIS = ("42", "0A")


def sql_error(message, error_class, sql_state):
    """The exception for an error of the SQL warehouse. What the warehouse lacks is the emulator's fault, and said so."""
    if error_class == _LACKING:
        return NotInWarehouse(message, error_class, sql_state)
    for beginning, kind in _BY_CLASS:
        if error_class.startswith(beginning):
            return kind(message, error_class, sql_state)
    kind = AnalysisException if sql_state.startswith(_OF_ANALYSIS) else SparkRuntimeException
    return kind(message, error_class, sql_state)


class NotInWarehouse(PySparkNotImplementedError):
    """SQL that Databricks has and the local SQL warehouse has not."""
