"""Columns: expressions that become SQL when the DataFrame that they are used in is known."""

import decimal

from emulator import sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import PySparkValueError
from pyspark.sql.types import DataType

_STAR = "*"


class Column:
    """`render(scope)` is the SQL of the expression among the relations of a scope (None: without any)."""

    def __init__(self, render, alias=None, is_simple=False, suffix="", label=None, reference=None):
        self._render = render
        self._alias = alias
        # The name of the column that it refers to, if it does no more than that.
        self._reference = reference
        # What it is called without an alias, where the warehouse would call it otherwise.
        self._label = label
        # Needs no brackets within another expression.
        self._is_simple = is_simple
        # What follows in ORDER BY.
        self._suffix = suffix

    def _sql(self, scope):
        return self._render(scope)

    def _operand(self, scope):
        return self._render(scope) if self._is_simple else f"({self._render(scope)})"

    def _selected(self, scope):
        name = self._alias or self._label
        return f"{self._render(scope)} AS {sql_text.quote(name)}" if name else self._render(scope)

    def _ordered(self, scope):
        return self._render(scope) + self._suffix

    def alias(self, *names, **options):
        if len(names) != 1 or options:
            raise NotInEmulator("Column.alias with several names or metadata")
        return Column(self._render, names[0], self._is_simple)

    name = alias

    def cast(self, kind):
        text = kind.simpleString() if isinstance(kind, DataType) else kind
        # Spark calls the cast of a column by the column's name.
        label = self._alias or self._reference
        return Column(lambda scope: f"CAST({self._render(scope)} AS {text})", is_simple=True, label=label)

    astype = cast

    def try_cast(self, kind):
        text = kind.simpleString() if isinstance(kind, DataType) else kind
        return Column(lambda scope: f"TRY_CAST({self._render(scope)} AS {text})", is_simple=True)

    def isNull(self):
        return self._after("IS NULL")

    def isNotNull(self):
        return self._after("IS NOT NULL")

    def isin(self, *values):
        items = values[0] if len(values) == 1 and isinstance(values[0], (list, set, tuple)) else values
        columns = [as_literal(item) for item in items]
        if not columns:
            return Column(lambda _: "FALSE", is_simple=True)
        return Column(
            lambda scope: f"{self._operand(scope)} IN ({', '.join(column._sql(scope) for column in columns)})"
        )

    def between(self, lower, upper):
        low, high = as_literal(lower), as_literal(upper)
        return Column(
            lambda scope: f"{self._operand(scope)} BETWEEN {low._operand(scope)} AND {high._operand(scope)}"
        )

    def like(self, pattern):
        return binary(self, "LIKE", pattern)

    def ilike(self, pattern):
        return binary(self, "ILIKE", pattern)

    def rlike(self, pattern):
        return binary(self, "RLIKE", pattern)

    def startswith(self, other):
        return call("startswith", self, as_literal(other))

    def endswith(self, other):
        return call("endswith", self, as_literal(other))

    def contains(self, other):
        return call("contains", self, as_literal(other))

    def substr(self, startPos, length):
        return call("substr", self, as_literal(startPos), as_literal(length))

    def eqNullSafe(self, other):
        return binary(self, "<=>", other)

    def bitwiseAND(self, other):
        return binary(self, "&", other)

    def bitwiseOR(self, other):
        return binary(self, "|", other)

    def getField(self, name):
        return Column(lambda scope: f"{self._operand(scope)}.{sql_text.quote(name)}", is_simple=True)

    def getItem(self, key):
        index = as_literal(key)
        return Column(lambda scope: f"{self._operand(scope)}[{index._sql(scope)}]", is_simple=True)

    def asc(self):
        return self._sorted(" ASC")

    def desc(self):
        return self._sorted(" DESC")

    def asc_nulls_first(self):
        return self._sorted(" ASC NULLS FIRST")

    def asc_nulls_last(self):
        return self._sorted(" ASC NULLS LAST")

    def desc_nulls_first(self):
        return self._sorted(" DESC NULLS FIRST")

    def desc_nulls_last(self):
        return self._sorted(" DESC NULLS LAST")

    def over(self, window):
        return Column(lambda scope: f"{self._render(scope)} OVER ({window._sql(scope)})", is_simple=True)

    def _after(self, words):
        return Column(lambda scope: f"{self._operand(scope)} {words}")

    def _sorted(self, suffix):
        return Column(self._render, self._alias, self._is_simple, suffix, self._label, self._reference)

    def __getitem__(self, key):
        if isinstance(key, slice):
            return self.substr(key.start, key.stop)
        return self.getField(key) if isinstance(key, str) else self.getItem(key)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _OTHER_METHODS:
            raise NotInEmulator(f"Column.{name}")
        return self.getField(name)

    def __bool__(self):
        raise PySparkValueError(
            "[CANNOT_CONVERT_COLUMN_INTO_BOOL] Cannot convert column into bool: please use '&' for 'and', '|' for 'or', "
            "'~' for 'not' when building DataFrame boolean expressions."
        )

    def __iter__(self):
        raise TypeError("Column is not iterable")

    def __neg__(self):
        return Column(lambda scope: f"- {self._operand(scope)}")

    def __invert__(self):
        return Column(lambda scope: f"NOT {self._operand(scope)}")

    def __repr__(self):
        try:
            return f"Column<'{self._alias or self._render(None)}'>"
        except Exception:
            return "Column<?>"

    __hash__ = object.__hash__


_OTHER_METHODS = {"dropFields", "withField", "bitwiseXOR", "transform", "outer", "isNaN"}


def binary(left, operator, right, reverse=False):
    """An expression of two operands; values of Python become literals."""
    one, other = as_literal(left), as_literal(right)
    if reverse:
        one, other = other, one
    return Column(lambda scope: f"{one._operand(scope)} {operator} {other._operand(scope)}")


def _define_operators():
    operators = {
        "add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%", "and": "AND", "or": "OR",
    }  # fmt: skip
    comparisons = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    for name, operator in {**operators, **comparisons}.items():
        setattr(Column, f"__{name}__", lambda self, other, operator=operator: binary(self, operator, other))
    for name, operator in operators.items():
        setattr(
            Column, f"__r{name}__", lambda self, other, operator=operator: binary(self, operator, other, reverse=True)
        )
    Column.__pow__ = lambda self, other: call("power", self, as_literal(other))
    Column.__rpow__ = lambda self, other: call("power", as_literal(other), self)


_define_operators()


def as_literal(value):
    """A column as it is, anything else as a literal."""
    if isinstance(value, Column):
        return value
    return Column(lambda _: sql_text.literal(value), is_simple=not _is_negative(value), label=_literal_label(value))


def _literal_label(value):
    """Texts and integers are called alike by the warehouse."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (float, decimal.Decimal)) else None


def _is_negative(value):
    return isinstance(value, (int, float)) and value < 0


def as_column(value):
    """A column as it is, a text as the name of one, anything else as a literal."""
    if isinstance(value, str):
        return named(value)
    return as_literal(value)


def named(name, owner=None):
    """The column of this name: `a`, `alias.a`, `struct.field`, `*`. `owner` is the DataFrame that it was taken from."""
    if name == _STAR or name.endswith(".*"):
        prefix = "" if name == _STAR else f"{quoted_path(name[:-2])}."
        return Column(lambda _: f"{prefix}*", is_simple=True)

    def render(scope):
        path = quoted_path(name) if owner is None else sql_text.quote(name)
        qualifier = scope.qualifier_of(owner) if scope is not None and owner is not None else None
        return path if qualifier is None else f"{qualifier}.{path}"

    return Column(render, is_simple=True, reference=name if owner is not None else path_parts(name)[-1])


def quoted_path(name):
    """`a.b` part by part, backticks as they are."""
    return ".".join(map(sql_text.quote, path_parts(name)))


def path_parts(name):
    parts, rest = [], name
    while rest:
        if rest.startswith("`"):
            end = rest.index("`", 1)
            parts.append(rest[1:end])
            rest = rest[end + 1 :].lstrip(".")
        else:
            part, _, rest = rest.partition(".")
            parts.append(part)
    return parts


def expression(text):
    """SQL as it is written."""
    return Column(lambda _: text)


def call(name, *columns, distinct=False):
    word = "DISTINCT " if distinct else ""
    return Column(
        lambda scope: f"{name}({word}{', '.join(column._sql(scope) for column in columns)})", is_simple=True
    )
