"""Reads SQL as far as needed to split it, to put values in place of parameters, and to quote."""

import datetime
import decimal
import math
import re

from emulator.errors import NotInEmulator

# Comments, texts and quoted names; all else is plain.
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>[rR]?'(?:[^'\\]|\\.|'')*'|[rR]?\"(?:[^\"\\]|\\.|\"\")*\")"
    r"|(?P<quoted>`(?:[^`]|``)*`)"
    r"|(?P<plain>[^-/'\"`rR]+|.)",
    re.DOTALL,
)
_MARKER = re.compile(r"(?<![\w)\]:`'\"]):(?!:)([A-Za-z_]\w*)|(\?)")
_QUERY_WORDS = ("select", "with", "values", "from", "table", "(", "map", "reduce")
_MAX_INT = 2**31 - 1
_MAX_BIGINT = 2**63 - 1


def tokens(sql):
    """Pairs of a kind (comment, text, quoted, plain) and its text; plain pieces that follow one another are one."""
    plain = []
    for match in _TOKEN.finditer(sql):
        if match.lastgroup == "plain":
            plain.append(match.group())
            continue
        if plain:
            yield "plain", "".join(plain)
            plain.clear()
        yield match.lastgroup, match.group()
    if plain:
        yield "plain", "".join(plain)


def without_comments(sql):
    return "".join(" " if kind == "comment" else text for kind, text in tokens(sql))


def first_word(sql):
    text = without_comments(sql).strip().lower()
    word = re.match(r"\(|\w+", text)
    return word.group() if word else ""


def is_query(sql):
    return first_word(sql) in _QUERY_WORDS


def statements(sql):
    """The statements of a text, split at semicolons."""
    parts = [""]
    for kind, text in tokens(sql):
        if kind == "plain":
            first, *others = text.split(";")
            parts[-1] += first
            parts.extend(others)
        else:
            parts[-1] += text
    return [part.strip() for part in parts if without_comments(part).strip()]


def mentioned(sql, names):
    """Those names (in lower case) that stand in a statement as names of their own, not as part of a longer one."""
    if not names:
        return []
    words = set()
    for kind, text in tokens(sql):
        if kind == "plain":
            words.update(word.lower() for word in re.findall(r"(?<![\w.])[A-Za-z_]\w*", text))
        elif kind == "quoted":
            words.add(text[1:-1].lower())
    return [name for name in names if name in words]


def bind(sql, args):
    """The text with values in place of `:name` (args is a dict) or `?` (args is a list); names without a value stay."""
    named = {name.lower(): value for name, value in args.items()} if isinstance(args, dict) else None
    rest = iter(args) if named is None else iter(())

    def value_of(match):
        name, mark = match.groups()
        if mark is None:
            return match.group() if named is None or name.lower() not in named else literal(named[name.lower()])
        value = next(rest, _NONE) if named is None else _NONE
        return match.group() if value is _NONE else literal(value)

    return "".join(_MARKER.sub(value_of, text) if kind == "plain" else text for kind, text in tokens(sql))


_NONE = object()


def quote(name):
    return "`" + name.replace("`", "``") + "`"


def quote_text(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def literal(value):
    """A value of Python as a literal of the type that Spark gives it."""
    for kind, text in _LITERALS:
        if isinstance(value, kind):
            return text(value)
    from pyspark.sql.column import Column

    if isinstance(value, Column):
        return value._sql(None)
    raise NotInEmulator(f"SQL literals of {type(value).__name__}")


def _integer(value):
    if -_MAX_INT - 1 <= value <= _MAX_INT:
        return str(value)
    if -_MAX_BIGINT - 1 <= value <= _MAX_BIGINT:
        return f"{value}L"
    raise OverflowError(f"{value} is no BIGINT")


def _double(value):
    return f"CAST('{value}' AS DOUBLE)" if math.isnan(value) or math.isinf(value) else f"{value!r}D"


def _decimal(value):
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotInEmulator(f"the decimal {value}")
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale)
    return f"CAST('{value:f}' AS DECIMAL({precision},{scale}))"


def _timestamp(value):
    if value.tzinfo is None:
        return f"TIMESTAMP'{value.isoformat(' ')}'"
    return f"TIMESTAMP'{value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(' ')}'"


def _array(values):
    return f"array({', '.join(map(literal, values))})"


def _map(values):
    return f"map({', '.join(literal(part) for item in values.items() for part in item)})"


# In this order: bool is an int, datetime is a date.
_LITERALS = [
    (type(None), lambda _: "NULL"),
    (bool, lambda value: "TRUE" if value else "FALSE"),
    (int, _integer),
    (float, _double),
    (str, quote_text),
    (decimal.Decimal, _decimal),
    (datetime.datetime, _timestamp),
    (datetime.date, lambda value: f"DATE'{value.isoformat()}'"),
    ((bytes, bytearray), lambda value: f"X'{bytes(value).hex()}'"),
    ((list, tuple), _array),
    (dict, _map),
]
